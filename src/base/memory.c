/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE = 4096 };

void memory_free(void *pointer)
{
    void *memory;

    memcpy(&memory, pointer, sizeof(memory));
    free(memory);
    memory = NULL;
    memcpy(pointer, &memory, sizeof(memory));
}

bool memory_allocate(void **memory, size_t size, struct error *err)
{
    void *made = NULL;

    if (posix_memalign(&made, size >= PAGE ? PAGE : sizeof(void *), size) != 0)
        return error_set(err, ERROR_INTERNAL, "internal error: no memory for %zu bytes", size);
    memset(made, 0, size);
    *memory = made;
    return true;
}
