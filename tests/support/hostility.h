/* SPDX-License-Identifier: Apache-2.0 */
/* What a worker that was taken over may send in the place of one of its records. */
#ifndef SUPPORT_HOSTILITY_H
#define SUPPORT_HOSTILITY_H

#include "update/record.h"

enum { HOSTILE_STEP_SIZE = 4096 };

/* One record of an honest upload. */
struct hostile_step {
    enum record_kind kind;
    size_t size;
    unsigned char bytes[HOSTILE_STEP_SIZE];
};

struct hostility {
    /* In the place of `step`; whether the records behind it follow. */
    bool (*act)(int pipe, const struct hostile_step *step);
    const char *seen[8]; /* pieces, one of which the installer says of it */
    bool waits;          /* for ever: the installer needs little patience */
    bool delivers_first; /* sends the right record before what is wrong */
};

extern const struct hostility hostility_none; /* sends the record as it is */

/* NULL behind the last. */
const struct hostility *hostility_at(size_t i);

#endif
