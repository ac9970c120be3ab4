/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ispup/evidence/chain.h"

#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define LINE                                                                                       \
    "{\"number\":7,\"time\":\"2026-01-02T03:04:05Z\",\"camera\":\"a\\\\d\\\"m@gate\","             \
    "\"event\":\"ended\",\"hash\":\"" HASH "\",\"sends\":1}"

static struct chain_event event_of(const char *camera, const char *members)
{
    struct chain_event event = {.number = 7,
                                .at = span_text("2026-01-02T03:04:05Z"),
                                .camera = span_text(camera),
                                .kind = span_text("ended"),
                                .members = span_text(members),
                                .hash = HASH};

    return event;
}

/* printf 'before\0002026-01-02T03:04:05Z\000gate\000ended\000{"sends":1}\000' | sha256sum */
static void hashes_the_fields_in_order_each_with_a_nul(void **state)
{
    struct chain_event event = event_of("gate", "\"sends\":1}");
    char hash[DIGEST_TEXT_SIZE + 1];

    (void)state;
    chain_hash("before", &event, hash);
    assert_string_equal(hash, "4325d6ba8bfe19e4a39df7faccca37b8a2a7a43ef570d8a7adb5d606e935c52d");
}

static void every_field_changes_the_hash(void **state)
{
    struct chain_event event = event_of("gate", "\"sends\":1}"), other;
    char hash[DIGEST_TEXT_SIZE + 1], changed[DIGEST_TEXT_SIZE + 1];

    (void)state;
    chain_hash("", &event, hash);
    chain_hash("x", &event, changed);
    assert_string_not_equal(hash, changed);
    for (size_t i = 0; i < 4; i++) {
        struct span *const fields[] = {&other.at, &other.camera, &other.kind, &other.members};

        other = event;
        *fields[i] = span_text("x");
        chain_hash("", &other, changed);
        assert_string_not_equal(hash, changed);
    }
}

static void prints_what_it_parses(void **state)
{
    struct chain_event event = event_of("a\\d\"m@gate", "\"sends\":1}"), parsed;
    char camera[CHAIN_CAMERA_SIZE];
    struct error err = ERROR_EMPTY;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    chain_print(&event, out);
    (void)fclose(out);
    assert_string_equal(text, LINE "\n");
    assert_true(chain_parse(span_of(text, size - 1), &parsed, camera, &err));
    assert_int_equal(parsed.number, 7);
    assert_true(span_is(parsed.camera, "a\\d\"m@gate"));
    assert_true(span_is(parsed.kind, "ended"));
    assert_true(span_is(parsed.members, "\"sends\":1}"));
    assert_string_equal(parsed.hash, HASH);
    free(text);
}

static void an_event_of_the_rollout_has_no_camera_and_may_have_no_members(void **state)
{
    static const char line[] = "{\"number\":1,\"time\":\"2026-01-02T03:04:05Z\",\"event\":\"stop\","
                               "\"hash\":\"" HASH "\"}";
    char camera[CHAIN_CAMERA_SIZE];
    struct error err = ERROR_EMPTY;
    struct chain_event event;

    (void)state;
    assert_true(chain_parse(span_text(line), &event, camera, &err));
    assert_int_equal(event.camera.size, 0);
    assert_true(span_is(event.members, "}"));
}

static void refuses_every_other_form(void **state)
{
    static const struct {
        const char *from, *to;
    } changes[] = {
        {"{\"number\":7", "{ \"number\":7"},
        {":7,", ":07,"},
        {":7,", ":-7,"},
        {":7,", ":99999999999,"},
        {"2026-01-02T", "2026-13-02T"},
        {"a\\\\d", "a\\u0064d"},
        {"a\\\\d", "a\nd"},
        {"\"camera\":\"a\\\\d\\\"m@gate\"", "\"camera\":\"\""},
        {"00112233", "0011223X"},
        {"00112233", "0011223"},
        {HASH, "0" HASH},
        {",\"sends\"", ", \"sends\""},
        {"\"event\"", "\"Event\""},
        {":1}", ":1} "},
        {":1}", ":1"},
        {"\"hash\"", "\"sends\":2,\"hash\""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        char text[512], camera[CHAIN_CAMERA_SIZE];
        struct error err = ERROR_EMPTY;
        struct chain_event event;
        size_t at;

        assert_true(span_find(span_text(LINE), span_text(changes[i].from), &at));
        (void)snprintf(text, sizeof(text), "%.*s%s%s", (int)at, LINE, changes[i].to,
                       &LINE[at + strlen(changes[i].from)]);
        if (chain_parse(span_text(text), &event, camera, &err))
            fail_msg("taken: %s", text);
        assert_int_equal(err.kind, ERROR_IMAGE);
    }
}

static void refuses_every_beginning_of_a_line(void **state)
{
    (void)state;
    for (size_t size = 0; size < strlen(LINE); size++) {
        char camera[CHAIN_CAMERA_SIZE];
        struct error err = ERROR_EMPTY;
        struct chain_event event;

        assert_false(chain_parse(span_of(LINE, size), &event, camera, &err));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_the_fields_in_order_each_with_a_nul),
        cmocka_unit_test(every_field_changes_the_hash),
        cmocka_unit_test(prints_what_it_parses),
        cmocka_unit_test(an_event_of_the_rollout_has_no_camera_and_may_have_no_members),
        cmocka_unit_test(refuses_every_other_form),
        cmocka_unit_test(refuses_every_beginning_of_a_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
