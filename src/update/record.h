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

struct record {
    enum record_kind kind;
    size_t size;
};

bool record_send(int fd, enum record_kind kind, struct span bytes, struct error *err) MUST_CHECK;

/* The error as a FAILED record. */
bool record_send_failure(int fd, const struct error *cause, struct error *err) MUST_CHECK;

/* The next head, its kind and size within their limits. ERROR_INTERNAL where the worker sends
 * anything else, or ends. A FAILED record is that error: of kind ERROR_UPLOAD, ERROR_IMAGE or
 * ERROR_INTERNAL, its text made printable. */
bool record_receive(int fd, struct record *record, struct error *err) MUST_CHECK;

/* Exactly `size` bytes of the record under way. */
bool record_take(int fd, void *data, size_t size, struct error *err) MUST_CHECK;

#endif
