/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The events of a rollout as a chain: each has the SHA-256 of the one before and of its own words.
 * As text an event is one JSON object a line, with its members in one order and no blanks, so that
 * the hash can be computed from the line (docs/rollout.md, "Reports").
 */
#ifndef ISPUP_EVIDENCE_CHAIN_H
#define ISPUP_EVIDENCE_CHAIN_H

#include "base/error.h"
#include "base/span.h"
#include "image/digest.h"

#include <stdint.h>
#include <stdio.h>

enum {
    CHAIN_CAMERA_SIZE = 1024,
    CHAIN_LINE_LIMIT = 65536, /* bytes of a line, without its end */
};

struct chain_event {
    uint64_t number;    /* from 1 */
    struct span at;     /* borrowed, like the others */
    struct span camera; /* empty: the rollout itself */
    struct span kind;
    struct span members; /* the rest of it: a JSON object without its `{` */
    char hash[DIGEST_TEXT_SIZE + 1];
};

/* The hash of an event after the one with the hash `before`, which is empty for the first one. */
void chain_hash(const char *before, const struct chain_event *event,
                char hash[DIGEST_TEXT_SIZE + 1]);

/* A number as it is printed: from 1, without a zero in front. */
bool chain_parse_number(struct span digits, uint64_t *number) MUST_CHECK;

void chain_print(const struct chain_event *event, FILE *out);

/* Takes a line apart that chain_print wrote, without its end. `camera` holds the bytes of that
 * member. ERROR_IMAGE: not such a line. The hash is not checked. */
bool chain_parse(struct span line, struct chain_event *event, char camera[CHAIN_CAMERA_SIZE],
                 struct error *err) MUST_CHECK;

#endif
