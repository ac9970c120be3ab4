/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/push/outcome.h"

#include "base/clock.h"
#include "image/timestamp.h"
#include "ispup/push/outcome_row.h"

#include <string.h>

const char *const outcome_row_words[VERDICT_COUNT] = {
    [VERDICT_WAIT] = "",
    [VERDICT_SEND] = "",
    [VERDICT_DONE] = "done",
    [VERDICT_ALREADY] = "already",
    [VERDICT_NOT_DONE] = "not done",
    [VERDICT_UNKNOWN] = "unknown",
};

void outcome_begin(struct outcome *outcome, const struct image_file *image)
{
    memset(outcome, 0, sizeof(*outcome));
    if (image == NULL)
        return;
    memcpy(outcome->image_sha256, image->sha256, sizeof(outcome->image_sha256));
    memcpy(outcome->file_sha256, image->file_sha256, sizeof(outcome->file_sha256));
}

#define KEEP(to, from) (void)snprintf(to, sizeof(to), "%.*s", (int)sizeof(to) - 1, from)

static void note_record(struct outcome *outcome, const struct seen *seen, char *boot)
{
    if (!seen->has_record)
        return;
    if (outcome->id[0] == '\0')
        KEEP(outcome->id, seen->status.values[STATUS_CAMERA_ID]);
    KEEP(outcome->update, seen->status.values[STATUS_ISP_UPDATE]);
    (void)snprintf(boot, OUTCOME_BOOT_SIZE, "%.*s", OUTCOME_BOOT_SIZE - 1,
                   seen->status.values[STATUS_BOOT_ID]);
}

void outcome_note_before(struct outcome *outcome, const struct seen *seen)
{
    struct image_platform platform;

    if (ask_platform(seen, &platform))
        KEEP(outcome->platform, platform.text);
    note_record(outcome, seen, outcome->boot_before);
}

void outcome_note_after(struct outcome *outcome, const struct seen *seen)
{
    note_record(outcome, seen, outcome->boot_after);
}

void outcome_end(struct outcome *outcome, enum verdict verdict, enum verdict_reason reason)
{
    outcome->time = clock_unix_seconds();
    outcome->verdict = verdict;
    outcome->reason = reason;
}

static void make_printable(char *text, size_t capacity)
{
    text[capacity - 1] = '\0';
    span_printable(span_text(text), text, capacity);
}

#define MAKE_PRINTABLE(text) make_printable(text, sizeof(text))

bool outcome_check(struct outcome *outcome)
{
    MAKE_PRINTABLE(outcome->id);
    MAKE_PRINTABLE(outcome->platform);
    MAKE_PRINTABLE(outcome->before);
    MAKE_PRINTABLE(outcome->after);
    MAKE_PRINTABLE(outcome->image_sha256);
    MAKE_PRINTABLE(outcome->file_sha256);
    MAKE_PRINTABLE(outcome->update);
    MAKE_PRINTABLE(outcome->boot_before);
    MAKE_PRINTABLE(outcome->boot_after);
    MAKE_PRINTABLE(outcome->why);
    return outcome->verdict < VERDICT_COUNT && outcome->reason < REASON_COUNT &&
           outcome->time >= 0 && (uint64_t)outcome->time <= TIMESTAMP_LIMIT;
}

void outcome_print(const struct outcome *outcome, bool check_only, struct json *json)
{
    char time[TIMESTAMP_SIZE + 1];

    timestamp_format((uint64_t)outcome->time, time);
    json_text(json, "time", time);
    json_text(json, "outcome", verdict_name(outcome->verdict, check_only));
    json_text(json, "code", verdict_code(outcome->reason));
    json_text(json, "why", outcome->why);
    json_text(json, "id", outcome->id);
    json_text(json, "platform", outcome->platform);
    json_text(json, "before", outcome->before);
    json_text(json, "after", outcome->after);
    json_text(json, "image_sha256", outcome->image_sha256);
    json_text(json, "file_sha256", outcome->file_sha256);
    json_text(json, "update", outcome->update);
    json_text(json, "boot_before", outcome->boot_before);
    json_text(json, "boot_after", outcome->boot_after);
    json_number(json, "tries", outcome->tries);
    json_number(json, "seconds", outcome->seconds);
}
