/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a camera answered, as a text file: docs/recording.md has the format. This is its reader, a
 * pure function, and its writer. What was read and is written again is the same recording.
 */
#ifndef ISPUP_RECORD_RECORDING_H
#define ISPUP_RECORD_RECORDING_H

#include "base/error.h"
#include "base/span.h"

#include <stdint.h>
#include <stdio.h>

/* Stands in a recording for HOST[:PORT] of the camera itself. */
#define RECORDING_CAMERA "camera.invalid"

enum {
    RECORDING_FORMAT = 1,
    RECORDING_LIMIT = 2000,              /* requests */
    RECORDING_SIZE_LIMIT = 64 << 20,     /* bytes of a file */
    RECORDING_BODY_LIMIT = 64 * 1024,    /* a longer body is not kept whole */
    RECORDING_TIME_LIMIT = 24 * 3600000, /* milliseconds */
};

/* The first names are those of enum http_end. */
enum recording_end {
    RECORDING_WHOLE,   /* a whole reply came */
    RECORDING_REFUSED, /* no server was there */
    RECORDING_SILENT,  /* no reply came in time */
    RECORDING_CUT,     /* a part of a reply came, or nothing */
    RECORDING_END_COUNT,
};

/* A request and its reply. All is borrowed from the recording. */
struct recording_entry {
    uint64_t at;   /* milliseconds from the first request to this one */
    uint64_t took; /* milliseconds from its begin to the end of the reply */
    bool is_post;
    struct span target; /* path and query */
    struct span field;  /* `X-ISP-Account: ...`, `Referer: ...`, or empty */
    uint64_t sent;      /* bytes of the request's body */
    uint64_t sent_took; /* milliseconds until they were sent */
    enum recording_end end;
    struct span head;   /* of the reply, with its line ends */
    struct span body;   /* whole, or of a longer one its lines that name versions */
    uint64_t body_size; /* 0: `body` is whole; else the size of the body as it came */
    struct span sha256; /* of that body, as text */
};

struct recording {
    struct span made_by, image;      /* the program; the image that was sent: name, size, SHA-256 */
    struct recording_entry *entries; /* owned; in the order of `at` */
    size_t count;
    unsigned char *text; /* owned: what the spans are of */
};

/* Refuses with the line's number all that is not of the format. ERROR_CONFIGURATION. */
bool recording_parse(struct span file, struct recording *recording, struct error *err) MUST_CHECK;
void recording_close(struct recording *recording); /* for CLEANUP */

/* Writes the file. The caller looks for write errors. */
void recording_print(const struct recording *recording, FILE *file);

#endif
