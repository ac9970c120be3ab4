/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The least speed of a client: 1 KiB/s over any 30 s. Only time spent waiting for the client
 * counts, never the time that a program or a flash takes.
 */
#ifndef ISPUPD_SERVER_PACE_H
#define ISPUPD_SERVER_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PACE_SECONDS = 30, PACE_BYTES_PER_SECOND = 1024 };

struct pace { /* begins all zero */
    uint64_t
        seconds[PACE_SECONDS + 1]; /* bytes in each of the last whole seconds, and in this one */
    uint64_t waited;               /* milliseconds in total */
};

/* Counts a wait of `milliseconds`, after which `bytes` arrived. */
void pace_add(struct pace *pace, uint64_t milliseconds, size_t bytes);

bool pace_is_too_slow(const struct pace *pace);

#endif
