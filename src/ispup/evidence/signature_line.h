/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last line of a signed report: an Ed25519 signature of the last event's hash, with a key that
 * signs nothing else. It proves that the events were not altered since then, and no more: the owner
 * of the key can write any events.
 */
#ifndef ISPUP_EVIDENCE_SIGNATURE_LINE_H
#define ISPUP_EVIDENCE_SIGNATURE_LINE_H

#include "image/signing.h"
#include "image/timestamp.h"
#include "ispup/evidence/chain.h"

struct signature_line {
    uint64_t events;                 /* how many there are before it */
    char hash[DIGEST_TEXT_SIZE + 1]; /* of the last one */
    char at[TIMESTAMP_SIZE + 1];     /* when it was signed, by the clock of that machine */
    struct signature signature;
};

/* Signs what the other members say. */
void signature_line_sign(struct signature_line *line, const struct signing_key *key);

void signature_line_print(const struct signature_line *line, FILE *out);

bool signature_line_begins(struct span line);

/* Takes a line apart that signature_line_print wrote, without its end. ERROR_IMAGE. */
bool signature_line_parse(struct span text, struct signature_line *line,
                          struct error *err) MUST_CHECK;

/* One of the keys made the signature. ERROR_IMAGE. */
bool signature_line_check(const struct signature_line *line, const struct key_set *keys,
                          struct error *err) MUST_CHECK;

#endif
