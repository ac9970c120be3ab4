/* SPDX-License-Identifier: Apache-2.0 */
/* The pages of erased blocks that must be programmed: those that are not all 0xff. Sizes are
 * multiples of `page` bytes. */
#ifndef CAMERA_LINUX_MTD_PAGES_H
#define CAMERA_LINUX_MTD_PAGES_H

#include "base/span.h"

#include <stdint.h>

/* Without the erased pages at the end. */
struct span mtd_pages_trim(struct span bytes, uint32_t page);

/* Takes erased pages (`skipped` bytes), then the run of other pages after them, from the beginning
 * of `rest`. False: no such run is left. */
bool mtd_pages_next(struct span *rest, uint32_t page, size_t *skipped, struct span *run);

#endif
