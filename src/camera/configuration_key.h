/* SPDX-License-Identifier: Apache-2.0 */
/* Every key that a configuration may have: one table, which docs/configuration.md tells in full. */
#ifndef CAMERA_CONFIGURATION_KEY_H
#define CAMERA_CONFIGURATION_KEY_H

#include "camera/configuration_value.h"

struct configuration_key {
    const char *section, *name;
    configuration_reader *read;
    size_t offset;     /* of its field in struct configuration */
    const char *given; /* its default, as one would write it; NULL: none */
    struct configuration_limits limits;
};

/* All of them, in the order of the sections. */
const struct configuration_key *configuration_keys(size_t *count);

/* NULL where there is none. */
const struct configuration_key *configuration_key_find(struct span section, struct span name);
bool configuration_key_has_section(struct span section);

#endif
