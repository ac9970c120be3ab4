/* SPDX-License-Identifier: Apache-2.0 */
/* The verdict against its table, tests/data/verdicts.csv: each case that can be has a row, and is
 * decided as each row says that it fits. A field of a row is `*`, words with `|` between them, or
 * `!` and the words that it is not. */
#include "ispup/push/verdict.h"

#include "base/span.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { FACTS = 18, ROWS = 400, WORDS = 14, LINE_SIZE = 1024 };

/* The columns of the facts, between `page` and `verdict`. The order of the words is that of the
 * enumerations. */
static const struct column {
    const char *name;
    const char *words[WORDS];
    enum { BOTH, BY_RECORD, BY_LOG } where; /* which cameras have more than one value */
} columns[FACTS] = {
    {"action", {"before", "attach", "upload"}, BOTH},
    {"known_by", {"log", "record"}, BOTH},
    {"reply", {"ok", "error", "lost"}, BOTH},
    {"answer", {"none", "denied", "other", "whole"}, BOTH},
    {"settled", {"no", "yes"}, BOTH},
    {"over", {"no", "yes"}, BOTH},
    {"id", {"same", "missing", "other"}, BOTH},
    {"platform", {"same", "other"}, BOTH},
    {"state",
     {"strange", "idle", "receiving", "checking", "writing", "restarting", "trial", "confirmed",
      "rolling-back", "rolled-back", "unconfirmed", "failed", "lost"},
     BOTH},
    {"boot", {"same", "other"}, BY_RECORD},
    {"number", {"same", "next", "skipped", "lower"}, BY_RECORD},
    {"update", {"other", "ours"}, BY_RECORD},
    {"runs", {"unknown", "other", "ours"}, BOTH},
    {"next", {"none", "other"}, BY_RECORD},
    {"late", {"no", "yes"}, BY_LOG},
    {"versions", {"none", "as-before", "of-image", "other"}, BY_LOG},
    {"away", {"no", "yes"}, BY_LOG},
    {"showed", {"no", "yes"}, BY_LOG},
};

struct row {
    unsigned masks[FACTS]; /* a bit for each word that fits */
    char verdict[16], reason[32], page[8];
    unsigned fits; /* cases */
};

static struct row rows[ROWS];
static size_t row_count;

static unsigned count_words(const struct column *column)
{
    unsigned count = 0;

    while (count < WORDS && column->words[count] != NULL)
        count++;
    return count;
}

static unsigned bit_of(const struct column *column, struct span word)
{
    for (unsigned i = 0; i < count_words(column); i++)
        if (span_is(word, column->words[i]))
            return 1U << i;
    fail_msg("%s: no such word: %.*s", column->name, (int)word.size, (const char *)word.data);
    return 0;
}

static unsigned mask_of(const struct column *column, struct span field)
{
    unsigned all = (1U << count_words(column)) - 1, mask = 0;
    bool is_not = span_skip(&field, "!");
    struct span word;

    if (span_is(field, "*"))
        return all;
    do {
        (void)span_split(&field, '|', &word);
        mask |= bit_of(column, word);
    } while (field.size > 0);
    return is_not ? all & ~mask : mask;
}

static void read_row(struct span line, struct row *row)
{
    struct span field;

    assert_true(span_split(&line, ',', &field));
    assert_true(span_copy(field, row->page, sizeof(row->page)));
    for (size_t i = 0; i < FACTS; i++) {
        assert_true(span_split(&line, ',', &field));
        row->masks[i] = mask_of(&columns[i], field);
    }
    assert_true(span_split(&line, ',', &field) &&
                span_copy(field, row->verdict, sizeof(row->verdict)));
    assert_true(span_split(&line, ',', &field) &&
                span_copy(field, row->reason, sizeof(row->reason)));
}

static int read_rows(void **state)
{
    char line[LINE_SIZE], head[LINE_SIZE] = "page";
    FILE *file = fopen(VERDICTS, "re");

    (void)state;
    assert_non_null(file);
    for (size_t i = 0; i < FACTS; i++)
        (void)snprintf(head + strlen(head), LINE_SIZE - strlen(head), ",%s", columns[i].name);
    (void)snprintf(head + strlen(head), LINE_SIZE - strlen(head), ",verdict,reason,faults\n");
    assert_non_null(fgets(line, sizeof(line), file));
    assert_string_equal(line, head);
    while (fgets(line, sizeof(line), file) != NULL) {
        assert_true(row_count < ROWS);
        read_row(span_first(span_text(line), strlen(line) - 1), &rows[row_count++]);
    }
    (void)fclose(file);
    return 0;
}

static struct verdict_facts facts_of(const unsigned values[FACTS])
{
    return (struct verdict_facts){
        .action = (enum verdict_action)values[0],
        .has_record = values[1] == 1,
        .reply = (enum verdict_reply)values[2],
        .answer = (enum verdict_answer)values[3],
        .is_settled = values[4] == 1,
        .is_over = values[5] == 1,
        .id = (enum verdict_id)values[6],
        .other_platform = values[7] == 1,
        .state = (enum verdict_state)values[8],
        .other_boot = values[9] == 1,
        .number = (enum verdict_number)values[10],
        .our_update = values[11] == 1,
        .runs_other = values[12] == 1,
        .runs_image = values[12] == 2,
        .has_next = values[13] == 1,
        .late_record = values[14] == 1,
        .versions = (enum verdict_versions)values[15],
        .was_away = values[16] == 1,
        .showed_others = values[17] == 1,
    };
}

static unsigned values_of(size_t column, bool has_record)
{
    if (columns[column].where == (has_record ? BY_LOG : BY_RECORD))
        return 1;
    return count_words(&columns[column]);
}

/* The next case; false after the last one. `known_by` does not move. */
static bool next_case(unsigned values[FACTS])
{
    for (size_t i = 0; i < FACTS; i++) {
        if (i == 1)
            continue;
        if (++values[i] < values_of(i, values[1] == 1))
            return true;
        values[i] = 0;
    }
    return false;
}

static bool fits(const struct row *row, const unsigned values[FACTS])
{
    for (size_t i = 0; i < FACTS; i++)
        if ((row->masks[i] >> values[i] & 1U) == 0)
            return false;
    return true;
}

static const char *word_of(enum verdict verdict)
{
    return verdict == VERDICT_NOT_DONE ? "not-done" : verdict_name(verdict, false);
}

static void print_case(const unsigned values[FACTS])
{
    for (size_t i = 0; i < FACTS; i++)
        print_message("%s=%s ", columns[i].name, columns[i].words[values[i]]);
    print_message("\n");
}

static void try_case(const unsigned values[FACTS])
{
    struct verdict_facts facts = facts_of(values);
    enum verdict_reason reason = REASON_COUNT;
    enum verdict verdict = verdict_decide(&facts, &reason);
    unsigned fitting = 0;

    for (size_t i = 0; i < row_count; i++) {
        if (!fits(&rows[i], values))
            continue;
        fitting++;
        rows[i].fits++;
        if (strcmp(rows[i].verdict, word_of(verdict)) == 0 &&
            strcmp(rows[i].reason, verdict_code(reason)) == 0)
            continue;
        print_case(values);
        fail_msg("line %zu: %s %s, not %s %s", i + 2, rows[i].verdict, rows[i].reason,
                 word_of(verdict), verdict_code(reason));
    }
    if (fitting == 1)
        return;
    print_case(values);
    fail_msg("%u rows fit: %s %s", fitting, word_of(verdict), verdict_code(reason));
}

static void every_case_is_decided_as_its_row_says(void **state)
{
    (void)state;
    for (unsigned has_record = 0; has_record < 2; has_record++) {
        unsigned values[FACTS] = {[1] = has_record};

        do
            try_case(values);
        while (next_case(values));
    }
    for (size_t i = 0; i < row_count; i++)
        if (rows[i].fits == 0)
            fail_msg("line %zu fits no case", i + 2);
}

/* A page has no eyes for a log, or for a connection that was refused. */
static void a_page_sees_the_rows_of_cameras_with_a_record(void **state)
{
    (void)state;
    for (size_t i = 0; i < row_count; i++)
        assert_int_equal(strcmp(rows[i].page, "yes") == 0, rows[i].masks[1] == 2);
}

static void each_reason_has_a_code_of_its_own_and_a_text(void **state)
{
    (void)state;
    for (enum verdict_reason one = 0; one < REASON_COUNT; one++) {
        assert_true(verdict_text(one)[0] != '\0' && verdict_advice(one) != NULL);
        for (enum verdict_reason other = 0; other < one; other++)
            assert_string_not_equal(verdict_code(one), verdict_code(other));
    }
}

static void update_numbers_are_compared(void **state)
{
    (void)state;
    assert_int_equal(verdict_number_of("7", "7"), VERDICT_NUMBER_SAME);
    assert_int_equal(verdict_number_of("7", "8"), VERDICT_NUMBER_NEXT);
    assert_int_equal(verdict_number_of("9", "10"), VERDICT_NUMBER_NEXT);
    assert_int_equal(verdict_number_of("", "1"), VERDICT_NUMBER_NEXT);
    assert_int_equal(verdict_number_of("7", "9"), VERDICT_NUMBER_SKIPPED);
    assert_int_equal(verdict_number_of("7", "6"), VERDICT_NUMBER_LOWER);
    assert_int_equal(verdict_number_of("7", ""), VERDICT_NUMBER_LOWER);
    assert_int_equal(verdict_number_of("7", "8x"), VERDICT_NUMBER_LOWER);
    assert_int_equal(verdict_number_of("x", "8"), VERDICT_NUMBER_LOWER);
    assert_int_equal(verdict_number_of("18446744073709551615", "0"), VERDICT_NUMBER_LOWER);
}

static void a_state_that_is_not_known_is_not_at_rest(void **state)
{
    const struct column *column = &columns[8];

    (void)state;
    for (unsigned i = 1; i < count_words(column); i++)
        assert_int_equal(verdict_state_of(column->words[i]), i);
    assert_int_equal(verdict_state_of("paused"), VERDICT_STATE_STRANGE);
    assert_int_equal(verdict_state_of("strange"), VERDICT_STATE_STRANGE);
    assert_int_equal(verdict_state_of(""), VERDICT_STATE_STRANGE);
}

static void each_outcome_has_a_name_of_its_own(void **state)
{
    (void)state;
    assert_string_equal(verdict_name(VERDICT_DONE, false), "done");
    assert_string_equal(verdict_name(VERDICT_DONE, true), "would be taken");
    assert_string_equal(verdict_name(VERDICT_ALREADY, false), "already");
    assert_string_equal(verdict_name(VERDICT_ALREADY, true), "already");
    assert_string_equal(verdict_name(VERDICT_NOT_DONE, false), "not done");
    assert_string_equal(verdict_name(VERDICT_NOT_DONE, true), "would be refused");
    assert_string_equal(verdict_name(VERDICT_UNKNOWN, false), "unknown");
    assert_string_equal(verdict_name(VERDICT_UNKNOWN, true), "cannot tell");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_is_decided_as_its_row_says),
        cmocka_unit_test(a_page_sees_the_rows_of_cameras_with_a_record),
        cmocka_unit_test(each_reason_has_a_code_of_its_own_and_a_text),
        cmocka_unit_test(update_numbers_are_compared),
        cmocka_unit_test(a_state_that_is_not_known_is_not_at_rest),
        cmocka_unit_test(each_outcome_has_a_name_of_its_own),
    };

    return cmocka_run_group_tests(tests, read_rows, NULL);
}
