/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stream of bytes, read by the caller piece by piece. A source lends its memory instead of
 * copying: the stages of reading an upload (body, form, gzip, archive) read from each other, and
 * only decompression copies.
 */
#ifndef BASE_SOURCE_H
#define BASE_SOURCE_H

#include "base/error.h"
#include "base/span.h"

struct source {
    /* Lends the next bytes, at least one. No bytes mean the end; every later call then gives none
     * too. The bytes are valid until the next call. */
    bool (*next)(struct source *self, struct span *bytes, struct error *err);
};

static inline bool MUST_CHECK source_next(struct source *source, struct span *bytes,
                                          struct error *err)
{
    return source->next(source, bytes, err);
}

#endif
