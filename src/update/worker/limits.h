/* SPDX-License-Identifier: Apache-2.0 */
/* The worker's limits on memory, processor time and life. */
#ifndef UPDATE_WORKER_LIMITS_H
#define UPDATE_WORKER_LIMITS_H

#include <stdint.h>

enum {
    LIMITS_DATA = 32 * 1024 * 1024,     /* bytes of data */
    LIMITS_MEMORY = 256 * 1024 * 1024,  /* bytes of address space, with program and libraries */
    LIMITS_PROCESSOR_SECONDS = 120,     /* and 4 more for each MiB of the upload */
    LIMITS_LIFE_SECONDS = 24 * 60 * 60, /* and one more for each KiB of the upload */
};

/* For an upload of `length` bytes. A limit that is already lower stays. */
void limits_set(uint64_t length);

#endif
