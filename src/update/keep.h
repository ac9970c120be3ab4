/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A component that by the journal lies in the bank in use already: compared with what the medium
 * holds as it comes, so that neither is read twice. Nothing is written.
 */
#ifndef UPDATE_KEEP_H
#define UPDATE_KEEP_H

#include "update/intake.h"

struct keep {
    unsigned char *piece; /* owned: what came last */
};

#define KEEP_NONE ((struct keep){.piece = NULL})

void keep_end(struct keep *keep); /* for CLEANUP */

/* Takes the component's bytes. `is_kept`: all of them came and lie in `flash`. Otherwise the bank
 * has gone bad, and intake_read gives all of them once more, while `keep` and `flash` last. Bytes
 * that are not the component's are refused with check_component's texts. */
bool keep_component(struct keep *keep, struct intake *intake,
                    const struct descriptor_component *wanted, struct flash *flash, bool *is_kept,
                    struct error *err) MUST_CHECK;

/* The same where the bank was read already: the bytes that come are the component's. */
bool keep_unread(struct intake *intake, const struct descriptor_component *wanted,
                 struct error *err) MUST_CHECK;

#endif
