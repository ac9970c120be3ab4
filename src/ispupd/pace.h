/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a client keeps up: 1 KiB/s or more over any 30 s. Only the time that was spent waiting
 * for the client counts, never what a program or a flash takes.
 */
#ifndef ISPUPD_PACE_H
#define ISPUPD_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PACE_SECONDS = 30, PACE_BYTES_PER_SECOND = 1024 };

struct pace {                           /* begins all zero */
    uint64_t seconds[PACE_SECONDS + 1]; /* bytes of the last whole seconds and of this one */
    uint64_t waited;                    /* milliseconds, all in all */
};

/* `milliseconds` were waited, and then `bytes` came. */
void pace_add(struct pace *pace, uint64_t milliseconds, size_t bytes);

bool pace_is_too_slow(const struct pace *pace);

#endif
