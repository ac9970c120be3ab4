/* SPDX-License-Identifier: Apache-2.0 */
/* The members of an outcome that a database keeps: the fields of a row (fleet/table.h) whose struct
 * has a member `outcome`. */
#ifndef ISPUP_PUSH_OUTCOME_ROW_H
#define ISPUP_PUSH_OUTCOME_ROW_H

#include "ispup/fleet/table.h"
#include "ispup/push/outcome.h"

/* One for each verdict; empty: not settled. */
extern const char *const outcome_row_words[VERDICT_COUNT];

#define OUTCOME_ROW_FIELD(kind, type, name) TABLE_FIELD_AS(#name, kind, struct type, outcome.name)

/* `id_name`: of the column of the camera's id. */
#define OUTCOME_ROW(type, id_name)                                                                 \
    {"verdict", TABLE_WORD, TABLE_PLACE(struct type, outcome.verdict), outcome_row_words,          \
     VERDICT_COUNT},                                                                               \
        OUTCOME_ROW_FIELD(TEXT, type, why),                                                        \
        TABLE_FIELD_AS(id_name, TEXT, struct type, outcome.id),                                    \
        OUTCOME_ROW_FIELD(TEXT, type, platform), OUTCOME_ROW_FIELD(TEXT, type, before),            \
        OUTCOME_ROW_FIELD(TEXT, type, after), OUTCOME_ROW_FIELD(TEXT, type, image_sha256),         \
        OUTCOME_ROW_FIELD(TEXT, type, file_sha256), OUTCOME_ROW_FIELD(TEXT, type, update),         \
        OUTCOME_ROW_FIELD(TEXT, type, boot_before), OUTCOME_ROW_FIELD(TEXT, type, boot_after),     \
        OUTCOME_ROW_FIELD(NUMBER, type, time), OUTCOME_ROW_FIELD(NUMBER, type, seconds)

#endif
