/* SPDX-License-Identifier: Apache-2.0 */
/* A form read from memory, cut in every way, and what came of it. */
#ifndef SUPPORT_FORM_READING_H
#define SUPPORT_FORM_READING_H

#include "base/source.h"

#define FORM_READING_TYPE "multipart/form-data; boundary=XyZ"
#define FORM_READING_DISPOSITION "Content-Disposition: form-data; name=\"URL_FIRMWARE_IMAGE\""

struct form_outcome {
    struct error err;
    char name[2048]; /* the file's */
    unsigned char data[8192];
    size_t size;
};

/* Find the file, pull all of it, finish. */
bool form_reading(struct span type, struct source *body, struct form_outcome *outcome);

/* The same with a body that comes as a first piece (0: like the others) and pieces of one size (0:
 * all at once). */
bool form_reading_cut(struct span type, struct span body, size_t first, size_t piece,
                      struct form_outcome *outcome);

/* In one piece, in two cut anywhere, and in small ones: always the same outcome. */
void form_reading_takes(const char *type, struct span body, const char *name, struct span data);
void form_reading_refuses(const char *type, struct span body, const char *text);

#endif
