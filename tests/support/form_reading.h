/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a form from memory, cut in every way, and keeps the outcome. */
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

/* Finds the file, reads all of it, finishes. */
bool form_reading(struct span type, struct source *body, struct form_outcome *outcome);

/* The same, but the first piece of the body has a size of its own (0: like the others), and all
 * other pieces have one size (0: all at once). */
bool form_reading_cut(struct span type, struct span body, size_t first, size_t piece,
                      struct form_outcome *outcome);

/* Reads the form in one piece, in two with every cut, and in small ones: the outcome is always
 * the same. */
void form_reading_takes(const char *type, struct span body, const char *name, struct span data);
void form_reading_refuses(const char *type, struct span body, const char *text);

#endif
