/* SPDX-License-Identifier: Apache-2.0 */
/* The codes of outcomes, compared with the tables of docs/push.md, "Codes". */
#include "ispup/push/verdict.h"

#include "base/file.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { PAGE_LIMIT = 1 << 20 };

static void take_part(struct span *rest, const char *title, struct span *before)
{
    size_t at;

    assert_true(span_find(*rest, span_text(title), &at));
    *before = span_first(*rest, at);
    *rest = span_from(*rest, at + span_text(title).size);
}

/* Counts in `found` each code between backquotes in the first column of a row. */
static void read_row(struct span row, unsigned found[REASON_COUNT])
{
    struct span column, code, rest;

    assert_true(span_skip(&row, "| ") && span_split(&row, '|', &column));
    while (span_split(&column, '`', &rest) && span_split(&column, '`', &code)) {
        size_t reason = 0;

        if (span_is(code, "error-...") || span_is(code, "ERROR:"))
            continue;
        while (reason < REASON_COUNT && !span_is(code, verdict_code((enum verdict_reason)reason)))
            reason++;
        if (reason == REASON_COUNT)
            fail_msg("no such code: %.*s", (int)code.size, (const char *)code.data);
        found[reason]++;
    }
}

static void each_code_is_in_the_page_once_and_the_other_way_round(void **state)
{
    CLEANUP(memory_free) unsigned char *text = NULL;
    unsigned found[REASON_COUNT] = {0};
    struct error err = ERROR_EMPTY;
    struct span page, before, line;
    size_t size;

    (void)state;
    assert_true(file_read(PAGE, PAGE_LIMIT, &text, &size, &err));
    page = span_of(text, size);
    take_part(&page, "\n## Codes\n", &before);
    take_part(&page, "\n## ", &before);
    while (before.size > 0) {
        (void)span_split(&before, '\n', &line);
        if (span_begins(line, "| "))
            read_row(line, found);
    }
    for (size_t i = 0; i < REASON_COUNT; i++)
        if (found[i] != 1)
            fail_msg("%s is in the page %u times", verdict_code((enum verdict_reason)i), found[i]);
}

static void no_two_reasons_have_the_same_code(void **state)
{
    (void)state;
    for (size_t i = 0; i < REASON_COUNT; i++)
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(verdict_code((enum verdict_reason)i),
                                    verdict_code((enum verdict_reason)k));
}

static void an_error_has_the_code_of_its_class(void **state)
{
    static const struct {
        const char *line, *code;
        bool has_record;
    } cases[] = {
        {"ERROR: not authorized", "error-account", false},
        {"ERROR: update in progress", "error-busy", true},
        {"ERROR: signature: missing", "error-signature", true},
        {"ERROR: signature: missing", "refused", false},
        {"ERROR: journal lost: run ispup-camera adopt", "error-journal-lost", true},
        {"ERROR: what a vendor says", "refused", false},
        {"ERROR: what a vendor says", "refused", true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(verdict_code(verdict_reason_of(cases[i].line, cases[i].has_record)),
                            cases[i].code);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_code_is_in_the_page_once_and_the_other_way_round),
        cmocka_unit_test(no_two_reasons_have_the_same_code),
        cmocka_unit_test(an_error_has_the_code_of_its_class),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
