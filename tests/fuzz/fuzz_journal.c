/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input: a byte of flags, eight bytes of the sequence, then the text of a record, which gets a
 * valid head and digest; or a complete record, which gets a valid digest.
 */
#include "target.h"

#include "camera/journal.h"
#include "input.h"

#include <string.h>

enum {
    FLAG_BARE = 1,
    FLAG_DIGEST_KEPT = 2,
    FLAG_FORMAT_2 = 4,
    HEAD_SIZE = 24,
    BODY_SIZE = JOURNAL_RECORD_SIZE - 32
};

static void put_number(unsigned char *to, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++)
        to[i] = (unsigned char)(number >> (8 * i));
}

static void build(struct span input, unsigned char bytes[JOURNAL_RECORD_SIZE])
{
    unsigned flags = input_byte(&input);
    size_t head = flags & FLAG_BARE ? 0 : HEAD_SIZE;
    uint64_t sequence = head > 0 ? input_number(&input, 8) : 0;
    struct span text = span_first(input, JOURNAL_RECORD_SIZE - (flags & FLAG_BARE ? 0 : 56));
    struct digest digest;

    memset(bytes, 0, JOURNAL_RECORD_SIZE);
    if (head > 0) {
        memcpy(bytes, "ISPUPJNL", 8);
        bytes[8] = flags & FLAG_FORMAT_2 ? 2 : 1;
        put_number(bytes + 12, sequence, 8);
        put_number(bytes + 20, text.size, 4);
    }
    if (text.size > 0)
        memcpy(bytes + head, text.data, text.size);
    if (flags & FLAG_DIGEST_KEPT)
        return;
    digest_of(span_of(bytes, BODY_SIZE), &digest);
    memcpy(bytes + BODY_SIZE, digest.bytes, DIGEST_SIZE);
}

static void expect_sane(const struct journal_record *record)
{
    target_expect(journal_state_name(record->state) != NULL, "a state has a name");
    target_expect(journal_outcome_name(record->outcome) != NULL, "an outcome has a name");
    target_expect(strnlen(record->result, sizeof(record->result)) < sizeof(record->result) &&
                      strnlen(record->boot_id, sizeof(record->boot_id)) < sizeof(record->boot_id),
                  "a text ends");
    for (size_t i = 0; i < COMPONENT_COUNT; i++)
        target_expect(record->components[i].running.bank_index < 2 &&
                          record->components[i].previous.bank_index < 2 &&
                          record->components[i].target.bank_index < 2,
                      "a bank is 0 or 1");
}

/* A parsed record, written, read and written once more, gives the same bytes. */
static void expect_written_again(const struct journal_record *record)
{
    unsigned char once[JOURNAL_RECORD_SIZE], twice[JOURNAL_RECORD_SIZE];
    struct error err = ERROR_EMPTY;
    struct journal_record again;
    bool newer;

    target_expect(journal_format(record, once, &err), "what was read can be written");
    target_expect(journal_parse(span_of(once, sizeof(once)), &again, &newer, &err),
                  "what was written can be read");
    target_expect(again.sequence == record->sequence && again.state == record->state,
                  "what was written says the same");
    target_expect(journal_format(&again, twice, &err) &&
                      span_same(span_of(once, sizeof(once)), span_of(twice, sizeof(twice))),
                  "the same record makes the same bytes");
}

void target_run(struct span input)
{
    unsigned char bytes[JOURNAL_RECORD_SIZE];
    struct error err = ERROR_EMPTY;
    struct journal_record record;
    bool newer;

    build(input, bytes);
    target_expect(!journal_parse(span_of(bytes, sizeof(bytes) - 1), &record, &newer, &err),
                  "a record that is cut is none");
    if (!journal_parse(span_of(bytes, sizeof(bytes)), &record, &newer, &err)) {
        target_expect_reason(&err);
        return;
    }
    expect_sane(&record);
    expect_written_again(&record);
}
