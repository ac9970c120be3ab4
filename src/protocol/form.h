/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An upload's body, multipart/form-data (RFC 7578, RFC 2046), pulled piece by piece in constant
 * memory. What two readers could take differently is refused (docs/protocol.md, "The form").
 */
#ifndef PROTOCOL_FORM_H
#define PROTOCOL_FORM_H

#include "base/source.h"

enum {
    FORM_BOUNDARY_LIMIT = 70,
    FORM_HEAD_LIMIT = 8192,  /* bytes of one part's header */
    FORM_VALUE_LIMIT = 1024, /* bytes of a field that is no file */
    FORM_PARTS_LIMIT = 16,
    FORM_FILE_NAME_LIMIT = 1024,
};

#define FORM_FILE_FIELD "URL_FIRMWARE_IMAGE"

struct form; /* holds a buffer; on the heap */

/* `content_type` must be multipart/form-data with exactly one boundary parameter, quoted or not.
 * ERROR_UPLOAD, "form: ...". Borrows `body` (which ends where the upload's length says). */
bool form_open(struct form **form, struct span content_type, struct source *body,
               struct error *err) MUST_CHECK;
void form_close(struct form **form); /* for CLEANUP */

/* Goes to the file part; `name` is its filename, borrowed from the form. Fields of other names
 * before it are passed over. */
bool form_find_file(struct form *form, struct span *name, struct error *err) MUST_CHECK;

/* The file part's bytes, as a source; borrowed from the form. It ends with the part. */
struct source *form_file(struct form *form);

/* After the file's end: the rest of the form up to its closing delimiter, whose end must be the
 * body's (an epilogue is passed over); a second file part is refused. */
bool form_finish(struct form *form, struct error *err) MUST_CHECK;

#endif
