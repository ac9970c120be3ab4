/* SPDX-License-Identifier: Apache-2.0 */
/* The table of all configuration keys; docs/configuration.md describes each. */
#ifndef CAMERA_CONFIGURATION_KEY_H
#define CAMERA_CONFIGURATION_KEY_H

#include "camera/configuration_value.h"

struct configuration_key {
    const char *section, *name;
    configuration_reader *read;
    size_t offset;     /* of its field in struct configuration */
    const char *given; /* default, as written in a file; NULL: none */
    struct configuration_limits limits;
};

/* All keys, ordered by section. */
const struct configuration_key *configuration_keys(size_t *count);

/* NULL: unknown key. */
const struct configuration_key *configuration_key_find(struct span section, struct span name);
bool configuration_key_has_section(struct span section);

#endif
