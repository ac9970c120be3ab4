/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The output of a program: fields, an empty line, a body (RFC 3875, 6). It is collected whole and
 * parsed strictly. Malformed output never reaches a client.
 */
#ifndef ISPUPD_SERVER_OUTPUT_H
#define ISPUPD_SERVER_OUTPUT_H

#include "base/error.h"
#include "base/span.h"

enum { OUTPUT_LIMIT = 256 * 1024, OUTPUT_FIELDS_LIMIT = 16 };

/* The collected bytes. Begins as {0}. */
struct output {
    unsigned char *data; /* owned */
    size_t size;
    size_t capacity;
    bool is_too_long; /* bytes over OUTPUT_LIMIT were dropped */
};

void output_release(struct output *output); /* for CLEANUP */

/* Reads what `fd` (non-blocking) has now. `has_ended` is set if the program has closed it. */
bool output_take(struct output *output, int fd, bool *has_ended, struct error *err) MUST_CHECK;

/* Whether the body has as many bytes as its Content-Length says. */
bool output_is_whole(const struct output *output);

struct output_field {
    struct span name; /* borrowed from the output, like every span below */
    struct span value;
};

struct output_reply {
    unsigned status; /* 200 unless the program prints `Status:` */
    struct span reason;
    struct output_field fields[OUTPUT_FIELDS_LIMIT]; /* as printed, without Status */
    size_t field_count;
    bool has_length; /* the program printed a correct Content-Length */
    bool has_cache_control;
    struct span body;
};

/* Fails with ERROR_INTERNAL: no head, or no end of it; a line that is not a field; a field that
 * only the server may send; a known field twice; a body without Content-type; a wrong Content-
 * Length; a status outside 200 to 599. Lines end in CRLF or LF. */
bool output_parse(const struct output *output, struct output_reply *reply,
                  struct error *err) MUST_CHECK;

#endif
