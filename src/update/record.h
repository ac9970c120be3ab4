/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What crosses from the worker, which parses a stranger's bytes, to the installer, which believes
 * nothing: framed records with a strict reader. A head of 8 bytes (kind, three zeros, size as 32
 * bits little-endian), then `size` bytes.
 *
 * In this order: NAME; for an image DESCRIPTION and SIGNATURE (size 0: none); for each component
 * COMPONENT and DATA, DATA ...; END, which says that form, gzip and archive ended whole. FAILED
 * (a byte of enum error_kind, then the text) may stand anywhere and is the last.
 */
#ifndef UPDATE_RECORD_H
#define UPDATE_RECORD_H

#include "base/error.h"
#include "base/span.h"

#include <stdint.h>

enum { RECORD_DATA_LIMIT = 1024 * 1024 };

enum record_kind {
    RECORD_NAME = 1,
    RECORD_DESCRIPTION,
    RECORD_SIGNATURE,
    RECORD_COMPONENT, /* one byte of enum component */
    RECORD_DATA,      /* 1 byte to RECORD_DATA_LIMIT */
    RECORD_END,       /* empty */
    RECORD_FAILED,
};

/* How long the installer waits for a worker: for one read, and for all of them together. What it
 * does meanwhile with flash and settings does not count. */
enum { RECORD_SILENCE_SECONDS = 300, RECORD_BYTES_PER_SECOND = 1024 };

/* The installer's end of the pipe. */
struct record_pipe {
    int fd;           /* as it was given: owned where this struct is */
    uint64_t silence; /* milliseconds that one read may take */
    uint64_t left;    /* milliseconds that may still be waited in all */
};

/* With the limits that an upload of `length` bytes has. */
struct record_pipe record_pipe_of(int fd, uint64_t length);

struct record {
    enum record_kind kind;
    size_t size;
};

bool record_send(int fd, enum record_kind kind, struct span bytes, struct error *err) MUST_CHECK;

/* The error as a FAILED record. */
bool record_send_failure(int fd, const struct error *cause, struct error *err) MUST_CHECK;

/* The next head, its kind and size within their limits. ERROR_INTERNAL where the worker sends
 * anything else, or ends; ERROR_UPLOAD where it sends nothing. A FAILED record is that error: of
 * kind ERROR_UPLOAD, ERROR_IMAGE or ERROR_INTERNAL, its text made printable. */
bool record_receive(struct record_pipe *pipe, struct record *record, struct error *err) MUST_CHECK;

/* Exactly `size` bytes of the record under way. */
bool record_take(struct record_pipe *pipe, void *data, size_t size, struct error *err) MUST_CHECK;

#endif
