/* SPDX-License-Identifier: Apache-2.0 */
/* A signed report of three events, and each way to alter it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ispup/evidence/check.h"

enum { EVENTS = 3, LINES = EVENTS + 1 };

struct report {
    char *text;               /* owned: all lines */
    struct span lines[LINES]; /* the last one is the signature; borrowed from `text` */
    struct signing_key key;
    struct key_set keys;
};

static void write_events(FILE *out, struct signature_line *line)
{
    for (uint64_t i = 1; i <= EVENTS; i++) {
        char members[32];
        struct chain_event event = {.number = i,
                                    .at = span_text("2026-01-02T03:04:05Z"),
                                    .camera = span_text("admin@gate"),
                                    .kind = span_text("ended")};

        (void)snprintf(members, sizeof(members), "\"sends\":%d}", (int)i);
        event.members = span_text(members);
        chain_hash(line->hash, &event, event.hash);
        memcpy(line->hash, event.hash, sizeof(event.hash));
        line->events = i;
        chain_print(&event, out);
    }
}

static int set_up(void **state)
{
    static struct report report;
    struct signature_line line = {.at = "2026-01-02T03:05:00Z"};
    struct error err = ERROR_EMPTY;
    struct span rest;
    size_t size;
    FILE *out = open_memstream(&report.text, &size);

    assert_true(signing_key_make(&report.key, &err));
    report.keys = (struct key_set){.keys = {report.key.public_key}, .count = 1};
    write_events(out, &line);
    signature_line_sign(&line, &report.key);
    signature_line_print(&line, out);
    (void)fclose(out);
    rest = span_of(report.text, size);
    for (size_t i = 0; i < LINES; i++)
        assert_true(span_split(&rest, '\n', &report.lines[i]));
    *state = &report;
    return 0;
}

static int tear_down(void **state)
{
    struct report *report = *state;

    free(report->text);
    return 0;
}

/* Checks these lines, with the keys or without. */
static bool check(const struct span *lines, size_t count, const struct key_set *keys,
                  struct error *err)
{
    struct evidence_check check = EVIDENCE_CHECK_NONE;

    *err = ERROR_EMPTY;
    for (size_t i = 0; i < count; i++)
        if (!evidence_check_line(&check, lines[i], err))
            return false;
    return evidence_check_end(&check, keys, err);
}

static void takes_a_report_with_and_without_its_signature(void **state)
{
    const struct report *report = *state;
    struct error err;

    assert_true(check(report->lines, LINES, &report->keys, &err));
    assert_true(check(report->lines, LINES, NULL, &err));
    assert_true(check(report->lines, EVENTS, NULL, &err));
}

static void with_keys_the_signature_must_be_there(void **state)
{
    const struct report *report = *state;
    struct error err;

    assert_false(check(report->lines, EVENTS, &report->keys, &err));
    assert_string_equal(err.text, "it is not signed, or the end of it is missing");
}

static void refuses_another_key(void **state)
{
    const struct report *report = *state;
    struct key_set keys = {.count = 1};
    struct signing_key other;
    struct error err = ERROR_EMPTY;
    size_t at;

    assert_true(signing_key_make(&other, &err));
    keys.keys[0] = other.public_key;
    assert_false(check(report->lines, LINES, &keys, &err));
    assert_true(span_find(span_text(err.text), span_text("signed with the unknown key "), &at));
    /* With the id of the right one, which proves nothing. */
    keys.keys[0].id = report->key.public_key.id;
    assert_false(check(report->lines, LINES, &keys, &err));
    assert_true(span_find(span_text(err.text), span_text("not good for this report"), &at));
}

static void refuses_a_report_without_a_line(void **state)
{
    const struct report *report = *state;

    for (size_t without = 0; without < EVENTS; without++) {
        struct span lines[LINES];
        struct error err;
        size_t count = 0;

        for (size_t i = 0; i < LINES; i++)
            if (i != without)
                lines[count++] = report->lines[i];
        assert_false(check(lines, count, &report->keys, &err));
        assert_false(check(lines, count, NULL, &err));
    }
}

static void refuses_lines_in_another_order(void **state)
{
    const struct report *report = *state;

    for (size_t i = 0; i < LINES; i++)
        for (size_t k = 0; k < i; k++) {
            struct span lines[LINES];
            struct error err;

            memcpy(lines, report->lines, sizeof(lines));
            lines[i] = report->lines[k];
            lines[k] = report->lines[i];
            assert_false(check(lines, LINES, &report->keys, &err));
        }
}

static void refuses_a_line_twice_and_one_after_the_signature(void **state)
{
    const struct report *report = *state;
    struct span lines[LINES + 1];
    struct error err;

    memcpy(lines, report->lines, sizeof(report->lines));
    lines[LINES] = report->lines[0];
    assert_false(check(lines, LINES + 1, &report->keys, &err));
    assert_string_equal(err.text, "line 5: a line after the signature");
    lines[LINES] = report->lines[EVENTS];
    lines[EVENTS] = report->lines[EVENTS - 1];
    assert_false(check(lines, LINES + 1, &report->keys, &err));
}

static void refuses_every_altered_byte(void **state)
{
    const struct report *report = *state;

    for (size_t line = 0; line < LINES; line++)
        for (size_t at = 0; at < report->lines[line].size; at++) {
            unsigned char *byte = (unsigned char *)report->text +
                                  (report->lines[line].data - (unsigned char *)report->text) + at;
            struct error err;

            *byte ^= 1;
            if (check(report->lines, LINES, &report->keys, &err))
                fail_msg("line %zu, byte %zu: not seen", line + 1, at);
            *byte ^= 1;
        }
}

static void refuses_a_report_that_ends_anywhere(void **state)
{
    const struct report *report = *state;

    for (size_t count = 0; count < LINES; count++)
        for (size_t size = 0; size < report->lines[count].size; size++) {
            struct span lines[LINES];
            struct error err;

            memcpy(lines, report->lines, sizeof(lines));
            lines[count] = span_first(lines[count], size);
            assert_false(check(lines, count + (size > 0), &report->keys, &err));
        }
}

/* The signature of an image's descriptor is none of a report, and the other way round. */
static void what_is_signed_begins_with_its_kind(void **state)
{
    const struct report *report = *state;
    struct signature_line line;
    struct error err = ERROR_EMPTY;
    char text[256];

    assert_true(signature_line_parse(report->lines[EVENTS], &line, &err));
    (void)snprintf(text, sizeof(text), "ispup-report-1\nevents = 3\nlast = %s\ntime = %s\n",
                   line.hash, line.at);
    signing_sign(span_text(text), &report->key, &line.signature);
    assert_true(signature_line_check(&line, &report->keys, &err));
    signing_sign(span_text(line.hash), &report->key, &line.signature);
    assert_false(signature_line_check(&line, &report->keys, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_a_report_with_and_without_its_signature),
        cmocka_unit_test(with_keys_the_signature_must_be_there),
        cmocka_unit_test(refuses_another_key),
        cmocka_unit_test(refuses_a_report_without_a_line),
        cmocka_unit_test(refuses_lines_in_another_order),
        cmocka_unit_test(refuses_a_line_twice_and_one_after_the_signature),
        cmocka_unit_test(refuses_every_altered_byte),
        cmocka_unit_test(refuses_a_report_that_ends_anywhere),
        cmocka_unit_test(what_is_signed_begins_with_its_kind),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
