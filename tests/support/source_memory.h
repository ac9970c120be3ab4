/* SPDX-License-Identifier: Apache-2.0 */
/* A source over memory that lends pieces of a size that the test chooses, and can fail on the way.
 */
#ifndef SUPPORT_SOURCE_MEMORY_H
#define SUPPORT_SOURCE_MEMORY_H

#include "base/source.h"

#include <stdint.h>

struct source_memory {
    struct source source; /* what is handed to the code under test */
    struct span rest;     /* borrowed; what was not lent yet */
    size_t piece;         /* bytes lent at a time; 0: all at once */
    size_t first;         /* bytes of the first piece alone; 0: like the others */
    uint32_t seed;        /* not 0: pieces of 1 to `piece` bytes, the same for the same seed */
    size_t fails_after;   /* bytes after which it fails; SIZE_MAX: never */
    size_t lent;          /* bytes lent so far */
    unsigned char *held;  /* owned; the piece on loan, in memory of just its size */
};

/* Every piece lies in memory of its own that is gone at the next call, so that a sanitizer sees
 * whoever reads past it or keeps it. */
void source_memory_open(struct source_memory *memory, struct span bytes, size_t piece);
void source_memory_close(struct source_memory *memory); /* for CLEANUP */

#define SOURCE_MEMORY_FAILURE "the test's source fails"

#endif
