/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks the events of a rollout, line by line: each belongs after the one before, and the
 * signature at the end, if there is one, belongs to the last event.
 */
#ifndef ISPUP_EVIDENCE_CHECK_H
#define ISPUP_EVIDENCE_CHECK_H

#include "ispup/evidence/signature_line.h"

struct evidence_check {
    uint64_t lines, events;
    char hash[DIGEST_TEXT_SIZE + 1]; /* of the last event */
    bool is_signed;
    struct signature_line signature; /* if so */
};

#define EVIDENCE_CHECK_NONE ((struct evidence_check){.lines = 0})

/* The next line, without its end. ERROR_IMAGE: "line N: ...". */
bool evidence_check_line(struct evidence_check *check, struct span line,
                         struct error *err) MUST_CHECK;

/* There are no more lines. With `keys`, one of them must have signed the report. ERROR_IMAGE. */
bool evidence_check_end(const struct evidence_check *check, const struct key_set *keys,
                        struct error *err) MUST_CHECK;

#endif
