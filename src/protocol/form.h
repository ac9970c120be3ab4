/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads an upload's body, multipart/form-data (RFC 7578, RFC 2046), piece by piece in constant
 * memory. A body that another parser could understand differently is refused (docs/protocol.md,
 * "The form").
 */
#ifndef PROTOCOL_FORM_H
#define PROTOCOL_FORM_H

#include "base/source.h"

enum {
    FORM_BOUNDARY_LIMIT = 70,
    FORM_HEAD_LIMIT = 8192,  /* bytes of one part's header */
    FORM_VALUE_LIMIT = 1024, /* bytes of a field without a file */
    FORM_PARTS_LIMIT = 16,
    FORM_FILE_NAME_LIMIT = 1024,
};

#define FORM_FILE_FIELD "URL_FIRMWARE_IMAGE"

struct form; /* on the heap: it holds a buffer */

/* `content_type` must be multipart/form-data with exactly one boundary parameter, quoted or not.
 * ERROR_UPLOAD, "form: ...". Borrows `body`, which must end after the upload's Content-Length. */
bool form_open(struct form **form, struct span content_type, struct source *body,
               struct error *err) MUST_CHECK;
void form_close(struct form **form); /* for CLEANUP */

/* Goes to the file part. `name` is its filename, borrowed from the form. Other fields before it are
 * skipped. */
bool form_find_file(struct form *form, struct span *name, struct error *err) MUST_CHECK;

/* The file part's bytes as a source, borrowed from the form. It ends with the part. */
struct source *form_file(struct form *form);

/* Reads the rest of the file part and of the form, up to the end of the body. The closing delimiter
 * must be there; text after it is skipped. A second file part is refused. */
bool form_finish(struct form *form, struct error *err) MUST_CHECK;

#endif
