/* SPDX-License-Identifier: Apache-2.0 */
/* Heap memory that is freed when its scope ends. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include "base/error.h"

#include <stddef.h>

/* For CLEANUP: takes the address of a pointer of any type, frees the memory, sets the pointer to
 * NULL. */
void memory_free(void *pointer);

/* Overwrites secrets with zeros. The compiler keeps this, even if nothing reads them afterwards. */
void memory_wipe(void *memory, size_t size);

/* `size` bytes, all zero, page-aligned if `size` is a page or more. The caller owns them. */
bool memory_allocate(void **memory, size_t size, struct error *err) MUST_CHECK;

/* The same, not page-aligned. Large memory takes no room before it is written to. */
bool memory_reserve(void **memory, size_t size, struct error *err) MUST_CHECK;

#endif
