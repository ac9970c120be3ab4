/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes images for tests, good ones and broken ones: adds bytes or members of an archive one after
 * another, and packs the whole with gzip. Ends the test program if memory is short.
 */
#ifndef SUPPORT_PACKING_H
#define SUPPORT_PACKING_H

#include "base/span.h"

#include <stdint.h>

struct packing {
    unsigned char *data; /* owned */
    size_t size;
};

void packing_free(struct packing *packing); /* for CLEANUP; accepts a zeroed one */
struct span packing_span(const struct packing *packing);

void packing_add(struct packing *packing, struct span bytes);
void packing_add_text(struct packing *packing, const char *text);
void packing_add_zeros(struct packing *packing, size_t size);

/* The head, the bytes, and zeros up to a whole block. */
void packing_add_member(struct packing *packing, const char *name, struct span content);

/* The same with another type in the head, and a valid checksum. */
void packing_add_special(struct packing *packing, const char *name, char type, struct span content);

/* Makes the checksum of the head at `at` valid again after a test has changed the head. */
void packing_sum_head(struct packing *packing, size_t at);

/* Adds `plain` as one gzip member, packed with zlib's level (0 stores, 9 is the smallest). */
void packing_add_gzip(struct packing *packing, struct span plain, int level);

/* `[section]` of a descriptor, with the size and digest of `content`. */
void packing_add_section(struct packing *packing, const char *section, const char *file,
                         struct span content);

/* Pseudo-random bytes, the same for the same seed. */
void packing_add_noise(struct packing *packing, size_t size, uint32_t seed);

#endif
