/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a program prints: a head of fields, an empty line, a body (RFC 3875, 6). Collected whole,
 * then read strictly: what is malformed never reaches a client.
 */
#ifndef ISPUPD_OUTPUT_H
#define ISPUPD_OUTPUT_H

#include "base/error.h"
#include "base/span.h"

enum { OUTPUT_LIMIT = 256 * 1024, OUTPUT_FIELDS_LIMIT = 16 };

/* The bytes as they come. Begins empty: {0}. */
struct output {
    unsigned char *data; /* owned */
    size_t size;
    size_t capacity;
    bool is_too_long; /* what came past OUTPUT_LIMIT is dropped */
};

void output_release(struct output *output); /* for CLEANUP */

/* Reads what `fd` (non-blocking) has now. `has_ended` where the program has closed it. */
bool output_take(struct output *output, int fd, bool *has_ended, struct error *err) MUST_CHECK;

/* Whether it is complete by its own word: as many bytes of body as its Content-Length says. */
bool output_is_whole(const struct output *output);

struct output_field {
    struct span name; /* borrowed from the output, like all below */
    struct span value;
};

struct output_reply {
    unsigned status; /* 200 unless the program says otherwise */
    struct span reason;
    struct output_field fields[OUTPUT_FIELDS_LIMIT]; /* as printed, without Status */
    size_t field_count;
    bool has_length; /* Content-Length is among the fields, and true */
    bool has_cache_control;
    struct span body;
};

/* Refused (ERROR_INTERNAL): no head or one without end, a line that is no field, a field that is
 * the server's to send, a known field twice, a body without Content-type, a Content-Length that is
 * not the body's, a status outside 200 to 599. Lines end in CRLF or LF. */
bool output_parse(const struct output *output, struct output_reply *reply,
                  struct error *err) MUST_CHECK;

#endif
