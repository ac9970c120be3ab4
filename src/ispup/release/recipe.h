/* SPDX-License-Identifier: Apache-2.0 */
/* The image that `ispup pack` shall make, read from its options and the names of its inputs. */
#ifndef ISPUP_RELEASE_RECIPE_H
#define ISPUP_RELEASE_RECIPE_H

#include "base/option.h"
#include "image/build.h"

/* The options of `pack`; those of the components are in the order of enum component. */
enum recipe_option {
    RECIPE_FILES,
    RECIPE_VERSIONS = RECIPE_FILES + COMPONENT_COUNT,
    RECIPE_PLATFORM = RECIPE_VERSIONS + COMPONENT_COUNT,
    RECIPE_VERSION,
    RECIPE_NOTES,
    RECIPE_BUILT,
    RECIPE_COUNT,
};

struct recipe {
    struct build_input inputs[COMPONENT_COUNT];
    struct descriptor descriptor; /* without the parts that build_describe fills in */
};

/* Fills in what the options say; `epoch` is SOURCE_DATE_EPOCH, or NULL. ERROR_USAGE, or ERROR_IMAGE
 * if an input is for another platform or version. */
bool recipe_take(const struct option options[RECIPE_COUNT], const char *epoch,
                 struct recipe *recipe, struct error *err) MUST_CHECK;

#endif
