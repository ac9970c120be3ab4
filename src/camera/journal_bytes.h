/* SPDX-License-Identifier: Apache-2.0 */
/* A journal record's bytes (camera/journal.h): what journal_format and journal_parse share. */
#ifndef CAMERA_JOURNAL_BYTES_H
#define CAMERA_JOURNAL_BYTES_H

#include "camera/journal.h"

#define JOURNAL_MAGIC "ISPUPJNL"

enum {
    JOURNAL_FORMAT = 2,
    JOURNAL_FORMAT_AT = 8,
    JOURNAL_SEQUENCE_AT = 12,
    JOURNAL_SIZE_AT = 20,
    JOURNAL_TEXT_AT = 24,
    JOURNAL_TEXT_SIZE = JOURNAL_RECORD_SIZE - JOURNAL_TEXT_AT - DIGEST_SIZE,
};

/* The index of a name in the text; false if no state or outcome has it. */
bool journal_state_find(struct span name, enum journal_state *state);
bool journal_outcome_find(struct span name, enum journal_outcome *outcome);

#endif
