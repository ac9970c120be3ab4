/* SPDX-License-Identifier: Apache-2.0 */
/* A journal record as bytes: journal_format. */
#include "camera/journal_bytes.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const state_names[] = {"idle", "staging", "writing", "installed",
                                          "rolling-back"};
static const char *const outcome_names[] = {"none", "confirmed", "rolled-back", "failed",
                                            "unconfirmed"};

const char *journal_state_name(enum journal_state state)
{
    return state_names[state];
}

const char *journal_outcome_name(enum journal_outcome outcome)
{
    return outcome_names[outcome];
}

static bool find_name(struct span name, const char *const *names, size_t count, size_t *index)
{
    *index = 0;
    while (*index < count && !span_is(name, names[*index]))
        ++*index;
    return *index < count;
}

bool journal_state_find(struct span name, enum journal_state *state)
{
    size_t index;
    bool found = find_name(name, state_names, COUNT_OF(state_names), &index);

    *state = found ? (enum journal_state)index : JOURNAL_IDLE;
    return found;
}

bool journal_outcome_find(struct span name, enum journal_outcome *outcome)
{
    size_t index;
    bool found = find_name(name, outcome_names, COUNT_OF(outcome_names), &index);

    *outcome = found ? (enum journal_outcome)index : OUTCOME_NONE;
    return found;
}

/* Grows up to the room of a record. A size above that room means that the text did not fit. */
struct text {
    char bytes[JOURNAL_TEXT_SIZE + 1];
    size_t size;
};

static void add(struct text *text, const char *format, ...) PRINTF(2, 3);

static void add(struct text *text, const char *format, ...)
{
    size_t room = sizeof(text->bytes) - text->size;
    va_list values;
    int size;

    va_start(values, format);
    size = vsnprintf(text->bytes + text->size, room, format, values);
    va_end(values);
    text->size = size < 0 || (size_t)size >= room ? sizeof(text->bytes) : text->size + (size_t)size;
}

static void add_content(struct text *text, const char *key, const struct journal_content *content)
{
    char digest[DIGEST_TEXT_SIZE + 1];
    char version[IMAGE_VERSION_SIZE + 1];

    if (!content->known) {
        add(text, "%s = none\n", key);
        return;
    }
    digest_format(&content->sha256, digest);
    image_version_format(&content->version, version);
    add(text, "%s = %u %" PRIu64 " %s %s %" PRIu64 "\n", key, content->bank_index, content->size,
        digest, version, content->copy);
}

static void add_image(struct text *text, const char *key, const struct journal_image *image)
{
    char digest[DIGEST_TEXT_SIZE + 1];
    char version[IMAGE_VERSION_SIZE + 1];

    digest_format(&image->description, digest);
    image_version_format(&image->version, version);
    if (image->known)
        add(text, "%s = %s %s\n", key, digest, version);
    else
        add(text, "%s = none\n", key);
    add(text, "%s-confirmed = %u\n", key, image->confirmed);
}

static void add_digest(struct text *text, const char *key, bool there, const struct digest *digest)
{
    char hex[DIGEST_TEXT_SIZE + 1];

    digest_format(digest, hex);
    add(text, "%s = %s\n", key, there ? hex : "none");
}

/* Adds text from outside in a form that the grammar accepts: printable, no blank at either end. */
static void add_free_text(struct text *text, const char *key, const char *value)
{
    char printable[JOURNAL_RESULT_SIZE + 1];
    struct span trimmed;

    span_printable(span_text(value), printable, sizeof(printable));
    trimmed = span_trim(span_text(printable), ' ');
    add(text, "%s = %.*s\n", key, (int)trimmed.size, (const char *)trimmed.data);
}

static void add_run(struct text *text, const struct journal_run *run)
{
    char version[IMAGE_VERSION_SIZE + 1];

    add(text, "[ran]\n");
    add_free_text(text, "boot-id", run->boot_id);
    add_image(text, "image", &run->image);
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        image_version_format(&run->versions[which], version);
        add(text, "%s = %s\n", component_name(which), version);
    }
}

static void add_record(struct text *text, const struct journal_record *record)
{
    add(text, "[record]\nstate = %s\nupdate = %" PRIu64 "\n", state_names[record->state],
        record->update);
    add_digest(text, "update-digest", record->has_update_digest, &record->update_digest);
    add(text, "outcome = %s\n", outcome_names[record->outcome]);
    add_free_text(text, "result", record->result);
    add(text, "blocks = %" PRIu64 " %" PRIu64 "\n", record->blocks_written, record->blocks_total);
    add_digest(text, "settings", record->has_settings, &record->settings);
    add(text, "restore-settings = %u\ntrial = %u\nboots = %u\nattempts = %u\n",
        record->restore_settings, record->trial, record->boots, record->attempts);
    add_free_text(text, "boot-id", record->boot_id);
    add(text, "lost = %u\nactivate-failed = %u\n", record->lost, record->activate_failed);
    add_run(text, &record->ran);
    add(text, "[image]\n");
    add_image(text, "running", &record->running);
    add_image(text, "previous", &record->previous);
    add_image(text, "target", &record->target);
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        add(text, "[%s]\n", component_name(which));
        add_content(text, "running", &record->components[which].running);
        add_content(text, "previous", &record->components[which].previous);
        add_content(text, "target", &record->components[which].target);
        add(text, "written = %u\nblank = %u\n", record->components[which].written,
            record->components[which].blank);
    }
}

static void put_number(unsigned char *bytes, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)(number >> (8 * i));
}

bool journal_format(const struct journal_record *record, unsigned char bytes[JOURNAL_RECORD_SIZE],
                    struct error *err)
{
    struct text text = {.size = 0};
    struct digest digest;

    add_record(&text, record);
    if (text.size > JOURNAL_TEXT_SIZE)
        return error_set(err, ERROR_JOURNAL, "journal: record does not fit");
    memset(bytes, 0, JOURNAL_RECORD_SIZE);
    memcpy(bytes, JOURNAL_MAGIC, JOURNAL_FORMAT_AT);
    put_number(bytes + JOURNAL_FORMAT_AT, JOURNAL_FORMAT, 4);
    put_number(bytes + JOURNAL_SEQUENCE_AT, record->sequence, 8);
    put_number(bytes + JOURNAL_SIZE_AT, text.size, 4);
    memcpy(bytes + JOURNAL_TEXT_AT, text.bytes, text.size);
    digest_of(span_of(bytes, JOURNAL_RECORD_SIZE - DIGEST_SIZE), &digest);
    memcpy(bytes + JOURNAL_RECORD_SIZE - DIGEST_SIZE, digest.bytes, DIGEST_SIZE);
    return true;
}
