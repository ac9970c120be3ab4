/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Images made by a test, good ones and broken ones: bytes added one after another, members of an
 * archive among them, and the whole packed by gzip. Ends the test's program where memory is short.
 */
#ifndef SUPPORT_PACKING_H
#define SUPPORT_PACKING_H

#include "base/span.h"

#include <stdint.h>

struct packing {
    unsigned char *data; /* owned */
    size_t size;
};

void packing_free(struct packing *packing); /* for CLEANUP; a zeroed one is accepted */
struct span packing_span(const struct packing *packing);

void packing_add(struct packing *packing, struct span bytes);
void packing_add_text(struct packing *packing, const char *text);
void packing_add_zeros(struct packing *packing, size_t size);

/* The head, the bytes, and zeros up to a whole block. */
void packing_add_member(struct packing *packing, const char *name, struct span content);

/* The same with a type of its own in the head, and a checksum that is right. */
void packing_add_special(struct packing *packing, const char *name, char type, struct span content);

/* Makes the checksum of the head at `at` right again, after a test has changed it. */
void packing_sum_head(struct packing *packing, size_t at);

/* Adds `plain` as one gzip member, at zlib's level (0 stores, 9 is the smallest). */
void packing_add_gzip(struct packing *packing, struct span plain, int level);

/* `[section]` of a descriptor with the size and digest of `content`. */
void packing_add_section(struct packing *packing, const char *section, const char *file,
                         struct span content);

/* Bytes that look like nothing and are the same for the same seed. */
void packing_add_noise(struct packing *packing, size_t size, uint32_t seed);

#endif
