/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/remote/attention.h"

#include <string.h>

/* Each state that a camera of this project shows; NULL: nothing to do. A state that is not in the
 * table comes from a newer camera: it is never taken for a camera at rest. */
static const struct row {
    const char *state, *word;
} rows[] = {
    {"idle", NULL},
    {"receiving", NULL},
    {"checking", NULL},
    {"restarting", NULL},
    {"trial", NULL},
    {"confirmed", NULL},
    {"rolled-back", NULL},
    {"failed", NULL},
    {"writing", "writing"},
    {"rolling-back", "rolling-back"},
    {"unconfirmed", "unconfirmed"},
    {"lost", "lost"},
};

static bool is(const struct status *status, enum status_key key, const char *value)
{
    return strcmp(status->values[key], value) == 0;
}

static const char *word_of_state(const struct status *status)
{
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (is(status, STATUS_ISP_STATE, rows[i].state))
            return rows[i].word;
    return "unknown-state";
}

const char *attention_word(const struct seen *seen)
{
    if (!seen->has_record)
        return seen->has_versions ? NULL : "no-answer";
    /* A camera that has lost its image to a failed update, or whose journal cannot be read. */
    if (is(&seen->status, STATUS_ISP_STATE, "failed") &&
        is(&seen->status, STATUS_ISP_VERSION, "UNKNOWN"))
        return "unknown-version";
    return word_of_state(&seen->status);
}
