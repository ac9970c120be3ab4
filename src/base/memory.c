/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE = 4096 }; /* O_DIRECT needs aligned memory for the large buffers */

void memory_free(void *pointer)
{
    void *memory;

    /* Copied, since the pointer may have any type: a cast to void ** would break aliasing rules. */
    memcpy(&memory, pointer, sizeof(memory));
    free(memory);
    memory = NULL;
    memcpy(pointer, &memory, sizeof(memory));
}

void memory_wipe(void *memory, size_t size)
{
    /* Volatile: the compiler cannot know that this is memset. explicit_bzero is not in every C
     * library. */
    void *(*const volatile overwrite)(void *, int, size_t) = memset;

    (void)overwrite(memory, 0, size);
}

static bool fail(size_t size, struct error *err)
{
    return error_set(err, ERROR_INTERNAL, "internal error: no memory for %zu bytes", size);
}

bool memory_reserve(void **memory, size_t size, struct error *err)
{
    void *made = calloc(1, size);

    if (made == NULL)
        return fail(size, err);
    *memory = made;
    return true;
}

bool memory_allocate(void **memory, size_t size, struct error *err)
{
    void *made = NULL;

    if (posix_memalign(&made, size >= PAGE ? PAGE : sizeof(void *), size) != 0)
        return fail(size, err);
    memset(made, 0, size);
    *memory = made;
    return true;
}
