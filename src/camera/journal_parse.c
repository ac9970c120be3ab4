/* SPDX-License-Identifier: Apache-2.0 */
/* journal_parse: reads a record from its bytes. */
#include "camera/journal_bytes.h"

#include "base/keyvalue.h"
#include "base/number.h"

#include <inttypes.h>
#include <string.h>

enum { BOOTS_LIMIT = 1000000, BANK_MASK = 3 };

static bool malformed(struct error *err, const char *what)
{
    return error_set(err, ERROR_JOURNAL, "journal: bad %s", what);
}

/* The value of a key. Empty if the key is missing: no parser of a field accepts that. */
static struct span value_of(const struct keyvalue_list *list, const char *section, const char *key)
{
    const struct keyvalue *pair = keyvalue_find(list, section, key);

    return pair == NULL ? SPAN_EMPTY : pair->value;
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
    content->bank_index = (unsigned)number;
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

static bool parse_small(struct span text, uint64_t most, unsigned *number)
{
    uint64_t parsed;

    if (!number_parse(text, most, &parsed))
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
    if (!journal_state_find(value_of(list, "record", "state"), &record->state) ||
        !journal_outcome_find(value_of(list, "record", "outcome"), &record->outcome))
        return false;
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
           parse_small(value_of(list, "record", "boots"), BOOTS_LIMIT, &record->boots) &&
           parse_small(value_of(list, "record", "attempts"), BOOTS_LIMIT, &record->attempts) &&
           span_copy(value_of(list, "record", "boot-id"), record->boot_id,
                     sizeof(record->boot_id)) &&
           parse_image(value_of(list, "image", "running"), &record->running) &&
           parse_image(value_of(list, "image", "previous"), &record->previous) &&
           parse_image(value_of(list, "image", "target"), &record->target);
}

static bool parse_confirmed(const struct keyvalue_list *list, struct journal_record *record)
{
    return parse_flag(value_of(list, "image", "running-confirmed"), &record->running.confirmed) &&
           parse_flag(value_of(list, "image", "previous-confirmed"), &record->previous.confirmed) &&
           parse_flag(value_of(list, "image", "target-confirmed"), &record->target.confirmed);
}

static bool parse_run(const struct keyvalue_list *list, struct journal_run *run)
{
    if (!span_copy(value_of(list, "ran", "boot-id"), run->boot_id, sizeof(run->boot_id)))
        return false;
    if (!parse_image(value_of(list, "ran", "image"), &run->image) ||
        !parse_flag(value_of(list, "ran", "image-confirmed"), &run->image.confirmed))
        return false;
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        if (!parse_version(value_of(list, "ran", component_name(which)), &run->versions[which]))
            return false;
    return true;
}

static bool parse_blank(const struct keyvalue_list *list, struct journal_record *record)
{
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        if (!parse_small(value_of(list, component_name(which), "blank"), BANK_MASK,
                         &record->components[which].blank))
            return false;
    return true;
}

/* The keys that format 2 adds to format 1. */
static bool parse_format_2(const struct keyvalue_list *list, struct journal_record *record)
{
    return parse_flag(value_of(list, "record", "lost"), &record->lost) &&
           parse_flag(value_of(list, "record", "activate-failed"), &record->activate_failed) &&
           parse_run(list, &record->ran) && parse_confirmed(list, record) &&
           parse_blank(list, record);
}

/* In format 1 the outcome `failed` also meant an image that failed its trial and had no way back.
 * Only the result's text tells the two cases apart. */
static bool has_stayed(const struct journal_record *record)
{
    static const char *const texts[] = {"ERROR: the probe failed: no way back",
                                        "ERROR: image not confirmed within 2 boots: no way back"};

    for (size_t i = 0; i < COUNT_OF(texts); i++)
        if (span_begins(span_text(record->result), texts[i]))
            return record->outcome == OUTCOME_FAILED;
    return false;
}

static void complete_format_1(struct journal_record *record)
{
    bool stayed = has_stayed(record);

    if (stayed)
        record->outcome = OUTCOME_UNCONFIRMED;
    record->running.confirmed = !stayed;
    record->previous.confirmed = true;
    /* A rollback by hand leaves an image that was confirmed. */
    record->target.confirmed = record->state == JOURNAL_ROLLING_BACK && !record->trial;
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

static bool parse_text(struct span text, uint64_t format, struct journal_record *record,
                       struct error *err)
{
    struct keyvalue_list list;

    if (!keyvalue_parse(text, ERROR_JOURNAL, &list, err))
        return error_prefix(err, "journal");
    if (!parse_update(&list, record) || !parse_progress(&list, record))
        return malformed(err, "record");
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        if (!parse_component(&list, which, &record->components[which]))
            return malformed(err, component_name(which));
    if (format == 1)
        complete_format_1(record);
    else if (!parse_format_2(&list, record))
        return malformed(err, "record");
    return true;
}

static uint64_t get_number(const unsigned char *bytes, size_t size)
{
    uint64_t number = 0;

    for (size_t i = 0; i < size; i++)
        number |= (uint64_t)bytes[i] << (8 * i);
    return number;
}

/* In every format, the format number precedes the text and the digest covers both. */
static bool check_format(uint64_t format, bool *newer, struct error *err)
{
    *newer = format > JOURNAL_FORMAT;
    if (*newer)
        return error_set(err, ERROR_JOURNAL,
                         "journal: format %" PRIu64
                         " is newer than this program, install its release again",
                         format);
    return format > 0 || malformed(err, "format");
}

bool journal_parse(struct span bytes, struct journal_record *record, bool *newer, struct error *err)
{
    struct journal_record parsed;
    struct digest digest;
    uint64_t format, size;

    *newer = false;
    memset(&parsed, 0, sizeof(parsed));
    if (bytes.size != JOURNAL_RECORD_SIZE || !span_begins(bytes, JOURNAL_MAGIC))
        return malformed(err, "magic");
    digest_of(span_first(bytes, JOURNAL_RECORD_SIZE - DIGEST_SIZE), &digest);
    if (memcmp(digest.bytes, bytes.data + JOURNAL_RECORD_SIZE - DIGEST_SIZE, DIGEST_SIZE) != 0)
        return malformed(err, "digest");
    format = get_number(bytes.data + JOURNAL_FORMAT_AT, 4);
    if (!check_format(format, newer, err))
        return false;
    size = get_number(bytes.data + JOURNAL_SIZE_AT, 4);
    if (size > JOURNAL_TEXT_SIZE)
        return malformed(err, "length");
    parsed.sequence = get_number(bytes.data + JOURNAL_SEQUENCE_AT, 8);
    if (!parse_text(span_of(bytes.data + JOURNAL_TEXT_AT, (size_t)size), format, &parsed, err))
        return false;
    *record = parsed;
    return true;
}
