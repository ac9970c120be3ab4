/* SPDX-License-Identifier: Apache-2.0 */
/* A source over memory. It lends pieces of a size that the test chooses, and can fail on the
 * way. */
#ifndef SUPPORT_SOURCE_MEMORY_H
#define SUPPORT_SOURCE_MEMORY_H

#include "base/source.h"

#include <stdint.h>

struct source_memory {
    struct source source; /* the port for the code under test */
    struct span rest;     /* borrowed; the bytes not lent yet */
    size_t piece;         /* bytes lent at a time; 0: all at once */
    size_t first;         /* size of the first piece; 0: like the others */
    uint32_t seed;        /* not 0: pieces have 1 to `piece` bytes, the same for the same seed */
    size_t fails_after;   /* it fails after this many bytes; SIZE_MAX: never */
    size_t lent;          /* bytes lent so far */
    unsigned char *held;  /* owned; the lent piece, in a buffer of exactly its size */
};

/* Every piece has a buffer of its own, which the next call frees. So a sanitizer sees a read
 * past a piece, and the use of an old piece. */
void source_memory_open(struct source_memory *memory, struct span bytes, size_t piece);
void source_memory_close(struct source_memory *memory); /* for CLEANUP */

#define SOURCE_MEMORY_FAILURE "the test's source fails"

#endif
