/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/linux/mtd_pages.h"

#include "camera/flash.h"

struct span mtd_pages_trim(struct span bytes, uint32_t page)
{
    while (bytes.size > 0 && flash_is_erased(span_from(bytes, bytes.size - page)))
        bytes = span_first(bytes, bytes.size - page);
    return bytes;
}

/* The bytes at the beginning whose pages are all erased, or none of them. */
static size_t count_same(struct span bytes, uint32_t page, bool are_erased)
{
    size_t size = 0;

    while (size < bytes.size &&
           flash_is_erased(span_first(span_from(bytes, size), page)) == are_erased)
        size += page;
    return size;
}

bool mtd_pages_next(struct span *rest, uint32_t page, size_t *skipped, struct span *run)
{
    *skipped = count_same(*rest, page, true);
    *rest = span_from(*rest, *skipped);
    *run = span_first(*rest, count_same(*rest, page, false));
    *rest = span_from(*rest, run->size);
    return run->size > 0;
}
