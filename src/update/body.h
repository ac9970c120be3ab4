/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request's body, or a file instead, as a source of exactly `length` bytes. An earlier end is an
 * error, and so is a pause of `stall` seconds.
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

/* The length of a body without a usable Content-Length: read until it ends. */
#define BODY_LENGTH_UNKNOWN UINT64_MAX

struct body {
    struct source source; /* first: the source's address is the body's */
    int fd;               /* borrowed */
    uint64_t length, left;
    unsigned stall; /* seconds without a byte */
    bool is_stalled;
    unsigned char *buffer; /* owned, BODY_PIECE bytes */
};

/* `stall`: seconds that may pass without a byte; BODY_STALL_SECONDS for an upload. */
bool body_open(struct body *body, int fd, uint64_t length, unsigned stall,
               struct error *err) MUST_CHECK;
void body_close(struct body *body); /* for CLEANUP */

/* Drains the rest of the body for at most `seconds`: a host sends all of it before it reads the
 * reply. A body that has stalled is not drained. */
void body_drain(struct body *body, unsigned seconds);

/* Drains a whole body that no other code reads. */
void body_drop(int fd, uint64_t length, unsigned seconds);

#endif
