/* SPDX-License-Identifier: Apache-2.0 */
/* What a compromised worker may send instead of one of its frames. */
#ifndef SUPPORT_HOSTILITY_H
#define SUPPORT_HOSTILITY_H

#include "update/frame.h"

enum { HOSTILE_STEP_SIZE = 4096 };

/* One frame of an honest upload. */
struct hostile_step {
    enum frame_kind kind;
    size_t size;
    unsigned char bytes[HOSTILE_STEP_SIZE];
};

struct hostility {
    /* Called instead of sending `step`; returns whether the later frames are sent. */
    bool (*act)(int pipe, const struct hostile_step *step);
    const char *seen[8]; /* the installer's error has one of these pieces */
    bool waits;          /* it waits for ever: the test gives the installer a short timeout */
    bool delivers_first; /* sends the right frame first, then the wrong bytes */
};

extern const struct hostility hostility_none; /* sends the frame as it is */

/* NULL after the last one. */
const struct hostility *hostility_at(size_t i);

#endif
