/* SPDX-License-Identifier: Apache-2.0 */
/* Finds a camera that is given twice, also among many thousands. */
#ifndef ISPUP_FLEET_DUPLICATE_H
#define ISPUP_FLEET_DUPLICATE_H

#include "ispup/remote/target.h"

/* By target_is_same. `second` is the first camera that was given before, at `first`; both stay as
 * they are if there is none. ERROR_INTERNAL: no memory. */
bool duplicate_find(const struct target *targets, size_t count, size_t *first, size_t *second,
                    struct error *err) MUST_CHECK;

#endif
