/* SPDX-License-Identifier: Apache-2.0 */
/* Input: the name of a file in an upload. */
#include "target.h"

#include "image/name.h"

#include <string.h>

static void try_image(struct span text)
{
    struct error err = ERROR_EMPTY;
    struct image_name name;
    char again[IMAGE_NAME_SIZE + 1];

    if (!image_name_parse(text, &name, &err)) {
        target_expect_reason(&err);
        return;
    }
    image_name_format(&name, again);
    target_expect(span_is(image_name_base(text), again), "a name can be read in one way only");
}

static void try_single(struct span text, enum component which)
{
    char again[COMPONENT_FILE_SIZE + 1];
    struct error err = ERROR_EMPTY;
    struct image_name name;
    struct span base = image_name_base(text);

    if (!image_name_parse_single(text, which, &name, &err)) {
        target_expect_reason(&err);
        return;
    }
    component_format(which, &name.platform, &name.version, again);
    target_expect(span_skip(&base, again) && (base.size == 0 || span_is(base, ".bin")),
                  "a single image's name can be read in one way only");
}

void target_run(struct span input)
{
    struct span base = image_name_base(input);

    target_expect_inside(input, base);
    target_expect(!span_has(base, '/') && !span_has(base, '\\'), "a base name has no folder");
    try_image(input);
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        try_single(input, which);
    if (component_is_file_name(input))
        target_expect(input.size <= COMPONENT_FILE_SIZE && base.size == input.size,
                      "a component's file name is no path");
}
