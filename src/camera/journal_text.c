/* SPDX-License-Identifier: Apache-2.0 */
/* A journal record as bytes: journal_format and journal_parse. */
#include "camera/journal.h"

#include "base/keyvalue.h"
#include "base/number.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MAGIC "ISPUPJNL"

enum {
    FORMAT = 1,
    HEAD_SIZE = 8 + 4 + 8 + 4,
    TEXT_SIZE = JOURNAL_RECORD_SIZE - HEAD_SIZE - DIGEST_SIZE,
    CONTENT_TEXT_SIZE = 160,
};

static const char *const state_names[] = {"idle", "staging", "writing", "installed",
                                          "rolling-back"};
static const char *const outcome_names[] = {"none", "confirmed", "rolled-back", "failed"};

const char *journal_state_name(enum journal_state state)
{
    return state_names[state];
}

const char *journal_outcome_name(enum journal_outcome outcome)
{
    return outcome_names[outcome];
}

/* Text that grows up to the record's room; one past it says that it did not fit. */
struct text {
    char bytes[TEXT_SIZE + 1];
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
    add(text, "%s = %u %" PRIu64 " %s %s %" PRIu64 "\n", key, content->bank, content->size, digest,
        version, content->copy);
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
}

static void add_digest(struct text *text, const char *key, bool there, const struct digest *digest)
{
    char hex[DIGEST_TEXT_SIZE + 1];

    digest_format(digest, hex);
    add(text, "%s = %s\n", key, there ? hex : "none");
}

/* Text from elsewhere, made such that the grammar takes it: printable, no blank at its ends. */
static void add_free_text(struct text *text, const char *key, const char *value)
{
    char printable[JOURNAL_RESULT_SIZE + 1];
    struct span trimmed;

    span_printable(span_text(value), printable, sizeof(printable));
    trimmed = span_trim(span_text(printable), ' ');
    add(text, "%s = %.*s\n", key, (int)trimmed.size, (const char *)trimmed.data);
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
    add(text, "[image]\n");
    add_image(text, "running", &record->running);
    add_image(text, "previous", &record->previous);
    add_image(text, "target", &record->target);
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        add(text, "[%s]\n", component_name(which));
        add_content(text, "running", &record->components[which].running);
        add_content(text, "previous", &record->components[which].previous);
        add_content(text, "target", &record->components[which].target);
        add(text, "written = %u\n", record->components[which].written);
    }
}

static void put_number(unsigned char *bytes, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)(number >> (8 * i));
}

static uint64_t get_number(const unsigned char *bytes, size_t size)
{
    uint64_t number = 0;

    for (size_t i = 0; i < size; i++)
        number |= (uint64_t)bytes[i] << (8 * i);
    return number;
}

bool journal_format(const struct journal_record *record, unsigned char bytes[JOURNAL_RECORD_SIZE],
                    struct error *err)
{
    struct text text = {.size = 0};
    struct digest digest;

    add_record(&text, record);
    if (text.size > TEXT_SIZE)
        return error_set(err, ERROR_JOURNAL, "journal: record does not fit");
    memset(bytes, 0, JOURNAL_RECORD_SIZE);
    memcpy(bytes, MAGIC, 8);
    put_number(bytes + 8, FORMAT, 4);
    put_number(bytes + 12, record->sequence, 8);
    put_number(bytes + 20, text.size, 4);
    memcpy(bytes + HEAD_SIZE, text.bytes, text.size);
    digest_of(span_of(bytes, JOURNAL_RECORD_SIZE - DIGEST_SIZE), &digest);
    memcpy(bytes + JOURNAL_RECORD_SIZE - DIGEST_SIZE, digest.bytes, DIGEST_SIZE);
    return true;
}

static bool malformed(struct error *err, const char *what)
{
    return error_set(err, ERROR_JOURNAL, "journal: bad %s", what);
}

/* A key's value; empty where there is none, which no field's own parser takes for a number. */
static struct span value_of(const struct keyvalue_list *list, const char *section, const char *key)
{
    const struct keyvalue *pair = keyvalue_find(list, section, key);

    return pair == NULL ? SPAN_EMPTY : pair->value;
}

static bool parse_name(struct span text, const char *const *names, size_t count, unsigned *index)
{
    for (unsigned i = 0; i < count; i++)
        if (span_is(text, names[i])) {
            *index = i;
            return true;
        }
    return false;
}

static bool parse_digest(struct span text, bool *there, struct digest *digest)
{
    *there = !span_is(text, "none");
    return !*there || digest_parse(text, digest);
}

static bool parse_version(struct span text, struct image_version *version)
{
    *version = IMAGE_VERSION_UNKNOWN;
    return span_is(text, "UNKNOWN") || image_version_parse(text, version);
}

static bool parse_content(struct span text, struct journal_content *content)
{
    struct span bank, size, digest, version;
    uint64_t number;

    *content = (struct journal_content){.known = !span_is(text, "none")};
    if (!content->known)
        return true;
    if (!span_split(&text, ' ', &bank) || !span_split(&text, ' ', &size) ||
        !span_split(&text, ' ', &digest) || !span_split(&text, ' ', &version))
        return false;
    if (!number_parse(bank, 1, &number) || !number_parse(size, INT64_MAX, &content->size) ||
        !digest_parse(digest, &content->sha256) || !parse_version(version, &content->version) ||
        !number_parse(text, UINT64_MAX, &content->copy))
        return false;
    content->bank = (unsigned)number;
    return true;
}

static bool parse_image(struct span text, struct journal_image *image)
{
    struct span digest;

    *image = (struct journal_image){.known = !span_is(text, "none")};
    return !image->known ||
           (span_split(&text, ' ', &digest) && digest_parse(digest, &image->description) &&
            parse_version(text, &image->version));
}

static bool parse_flag(struct span text, bool *flag)
{
    *flag = span_is(text, "1");
    return *flag || span_is(text, "0");
}

static bool parse_small(struct span text, unsigned *number)
{
    uint64_t parsed;

    if (!number_parse(text, 1000000, &parsed))
        return false;
    *number = (unsigned)parsed;
    return true;
}

static bool parse_blocks(struct span text, struct journal_record *record)
{
    struct span written;

    return span_split(&text, ' ', &written) &&
           number_parse(written, UINT64_MAX, &record->blocks_written) &&
           number_parse(text, UINT64_MAX, &record->blocks_total);
}

static bool parse_update(const struct keyvalue_list *list, struct journal_record *record)
{
    unsigned state, outcome;

    if (!parse_name(value_of(list, "record", "state"), state_names, COUNT_OF(state_names),
                    &state) ||
        !parse_name(value_of(list, "record", "outcome"), outcome_names, COUNT_OF(outcome_names),
                    &outcome))
        return false;
    record->state = (enum journal_state)state;
    record->outcome = (enum journal_outcome)outcome;
    return number_parse(value_of(list, "record", "update"), UINT64_MAX, &record->update) &&
           parse_digest(value_of(list, "record", "update-digest"), &record->has_update_digest,
                        &record->update_digest) &&
           span_copy(value_of(list, "record", "result"), record->result, sizeof(record->result)) &&
           parse_blocks(value_of(list, "record", "blocks"), record);
}

static bool parse_progress(const struct keyvalue_list *list, struct journal_record *record)
{
    return parse_digest(value_of(list, "record", "settings"), &record->has_settings,
                        &record->settings) &&
           parse_flag(value_of(list, "record", "restore-settings"), &record->restore_settings) &&
           parse_flag(value_of(list, "record", "trial"), &record->trial) &&
           parse_small(value_of(list, "record", "boots"), &record->boots) &&
           parse_small(value_of(list, "record", "attempts"), &record->attempts) &&
           span_copy(value_of(list, "record", "boot-id"), record->boot_id,
                     sizeof(record->boot_id)) &&
           parse_image(value_of(list, "image", "running"), &record->running) &&
           parse_image(value_of(list, "image", "previous"), &record->previous) &&
           parse_image(value_of(list, "image", "target"), &record->target);
}

static bool parse_component(const struct keyvalue_list *list, enum component which,
                            struct journal_component *component)
{
    const char *section = component_name(which);

    return parse_content(value_of(list, section, "running"), &component->running) &&
           parse_content(value_of(list, section, "previous"), &component->previous) &&
           parse_content(value_of(list, section, "target"), &component->target) &&
           parse_flag(value_of(list, section, "written"), &component->written);
}

static bool parse_text(struct span text, struct journal_record *record, struct error *err)
{
    struct keyvalue_list list;

    if (!keyvalue_parse(text, ERROR_JOURNAL, &list, err))
        return error_prefix(err, "journal");
    if (!parse_update(&list, record) || !parse_progress(&list, record))
        return malformed(err, "record");
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        if (!parse_component(&list, which, &record->components[which]))
            return malformed(err, component_name(which));
    return true;
}

bool journal_parse(struct span bytes, struct journal_record *record, struct error *err)
{
    struct journal_record parsed;
    struct digest digest;
    uint64_t size;

    memset(&parsed, 0, sizeof(parsed));
    if (bytes.size != JOURNAL_RECORD_SIZE || !span_begins(bytes, MAGIC))
        return malformed(err, "magic");
    digest_of(span_first(bytes, JOURNAL_RECORD_SIZE - DIGEST_SIZE), &digest);
    if (memcmp(digest.bytes, bytes.data + JOURNAL_RECORD_SIZE - DIGEST_SIZE, DIGEST_SIZE) != 0)
        return malformed(err, "digest");
    if (get_number(bytes.data + 8, 4) != FORMAT)
        return malformed(err, "format");
    size = get_number(bytes.data + 20, 4);
    if (size > TEXT_SIZE)
        return malformed(err, "length");
    parsed.sequence = get_number(bytes.data + 12, 8);
    if (!parse_text(span_of(bytes.data + HEAD_SIZE, (size_t)size), &parsed, err))
        return false;
    *record = parsed;
    return true;
}
