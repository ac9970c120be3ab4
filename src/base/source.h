/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes that come one after another, pulled by whoever needs them. A source lends what it has
 * rather than copying it: the stages of reading an upload (body, form, gzip, archive) stand behind
 * one another without a copy but the one that inflating makes.
 */
#ifndef BASE_SOURCE_H
#define BASE_SOURCE_H

#include "base/error.h"
#include "base/span.h"

struct source {
    /* Lends the next bytes: at least one, or none at the end (then for ever none). They are valid
     * until the next call. */
    bool (*next)(struct source *self, struct span *bytes, struct error *err);
};

static inline bool MUST_CHECK source_next(struct source *source, struct span *bytes,
                                          struct error *err)
{
    return source->next(source, bytes, err);
}

#endif
