/* SPDX-License-Identifier: Apache-2.0 */
/* Records over a socket between two processes, with open descriptors. */
#ifndef ISPUPD_PARCEL_H
#define ISPUPD_PARCEL_H

#include "base/error.h"
#include "base/span.h"

enum { PARCEL_DESCRIPTORS = 2 };

struct parcel {
    int fds[PARCEL_DESCRIPTORS]; /* owned; those that there are come first, FD_NONE behind them */
};

#define PARCEL_NONE ((struct parcel){{-1, -1}})

void parcel_close(struct parcel *parcel); /* for CLEANUP */

/* Two ends that keep records apart. Owned by the caller. */
bool parcel_pair(int ends[2], struct error *err) MUST_CHECK;

/* The descriptors stay the caller's. */
bool parcel_send(int socket, struct span record, const struct parcel *parcel,
                 struct error *err) MUST_CHECK;

/* One record of at most `capacity` bytes; a longer one is an error, and so is the end. `parcel`
 * NULL: descriptors that come with it are closed by the kernel. */
bool parcel_receive(int socket, void *record, size_t capacity, size_t *got, struct parcel *parcel,
                    struct error *err) MUST_CHECK;

#endif
