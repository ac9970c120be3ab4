/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/fleet/unforked.h"

#include <sys/mman.h>

bool unforked_open(void **memory, size_t size, struct error *err)
{
    void *made = size == 0
                     ? NULL
                     : mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (made == MAP_FAILED)
        return error_system(err, ERROR_INTERNAL, "internal error: no memory for %zu bytes", size);
    if (made != NULL)
        (void)madvise(made, size, MADV_DONTFORK); /* without it children only take more memory */
    *memory = made;
    return true;
}

void unforked_close(void *memory, size_t size)
{
    if (memory != NULL)
        (void)munmap(memory, size);
}
