/* SPDX-License-Identifier: Apache-2.0 */
/* Memory from the heap that goes when its scope ends. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include "base/error.h"

#include <stddef.h>

/* For CLEANUP: takes the address of a pointer (of any type), frees what it points to, leaves NULL.
 */
void memory_free(void *pointer);

/* `size` bytes, all zero, page-aligned where size is a page or more; the caller owns them. */
bool memory_allocate(void **memory, size_t size, struct error *err) MUST_CHECK;

#endif
