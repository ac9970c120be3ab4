/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The messages from the worker, which parses hostile bytes, to the installer, which trusts none of
 * them. A frame is a head of 8 bytes (kind, three zeros, size as 32 bits little-endian), then
 * `size` bytes. The reader is strict.
 *
 * The order is: NAME; for an image DESCRIPTION and SIGNATURE (size 0: none); for each component
 * COMPONENT, then DATA frames; END, which says that form, gzip and archive ended correctly. FAILED
 * (a byte of enum error_kind, then the text) may come at any time and is the last frame.
 */
#ifndef UPDATE_FRAME_H
#define UPDATE_FRAME_H

#include "base/error.h"
#include "base/span.h"

#include <stdint.h>

enum { FRAME_DATA_LIMIT = 1024 * 1024 };

enum frame_kind {
    FRAME_NAME = 1,
    FRAME_DESCRIPTION,
    FRAME_SIGNATURE,
    FRAME_COMPONENT, /* one byte of enum component */
    FRAME_DATA,      /* 1 byte to FRAME_DATA_LIMIT */
    FRAME_END,       /* empty */
    FRAME_FAILED,
};

/* How long the installer waits for the worker: for one read, and for all reads together. The time
 * that the installer needs for flash and settings does not count. */
enum { FRAME_SILENCE_SECONDS = 300, FRAME_BYTES_PER_SECOND = 1024 };

/* The installer's end of the pipe. */
struct frame_pipe {
    int fd;           /* owned by the owner of this struct */
    uint64_t silence; /* milliseconds that one read may take */
    uint64_t left;    /* milliseconds that may still be waited in all */
};

/* With the time limits for an upload of `length` bytes. */
struct frame_pipe frame_pipe_of(int fd, uint64_t length);

struct frame {
    enum frame_kind kind;
    size_t size;
};

bool frame_send(int fd, enum frame_kind kind, struct span bytes, struct error *err) MUST_CHECK;

/* Sends the error as a FAILED frame. */
bool frame_send_failure(int fd, const struct error *cause, struct error *err) MUST_CHECK;

/* Reads the next head; its kind and size are within their limits. ERROR_INTERNAL if the worker
 * sends anything else, or ends; ERROR_UPLOAD if it sends nothing. A FAILED frame becomes that
 * error: of kind ERROR_UPLOAD, ERROR_IMAGE or ERROR_INTERNAL, its text made printable. */
bool frame_receive(struct frame_pipe *pipe, struct frame *frame, struct error *err) MUST_CHECK;

/* Reads exactly `size` bytes of the current frame. */
bool frame_take(struct frame_pipe *pipe, void *data, size_t size, struct error *err) MUST_CHECK;

#endif
