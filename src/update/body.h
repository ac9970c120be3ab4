/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request's body (or a file in its place) as a source: exactly the bytes that its length says. An
 * end before that, or so many seconds without a byte, is an error.
 */
#ifndef UPDATE_BODY_H
#define UPDATE_BODY_H

#include "base/source.h"

#include <stdint.h>

enum {
    BODY_STALL_SECONDS = 60,
    BODY_DRAIN_SECONDS = 60,
    BODY_STRANGER_SECONDS = 10,
    BODY_PIECE = 128 * 1024
};

/* Of a body that nobody announced rightly: up to where it ends. */
#define BODY_LENGTH_UNKNOWN UINT64_MAX

struct body {
    struct source source; /* first: the source's address is the body's */
    int fd;               /* borrowed */
    uint64_t length, left;
    unsigned stall; /* seconds without a byte */
    bool is_stalled;
    unsigned char *buffer; /* owned, BODY_PIECE bytes */
};

/* `stall`: seconds that may pass without a byte, BODY_STALL_SECONDS for a host. */
bool body_open(struct body *body, int fd, uint64_t length, unsigned stall,
               struct error *err) MUST_CHECK;
void body_close(struct body *body); /* for CLEANUP */

/* Reads and drops what is left, at most so many seconds long, so that the host, which sends all
 * before it reads, gets its reply. One that has stalled gets it at once. */
void body_drain(struct body *body, unsigned seconds);

/* The same with a body that nothing else reads. */
void body_drop(int fd, uint64_t length, unsigned seconds);

#endif
