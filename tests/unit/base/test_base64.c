/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/base64.h"

/* RFC 4648, section 10. */
static const struct {
    const char *bytes;
    const char *text;
} known[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
};

static void reads_and_writes_the_standards_own_examples(void **state)
{
    unsigned char bytes[8];
    char text[BASE64_TEXT_SIZE(8) + 1];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        struct span wanted = span_text(known[i].bytes);

        base64_format(wanted, text);
        assert_string_equal(text, known[i].text);
        assert_true(base64_parse(span_text(known[i].text), bytes, wanted.size));
        assert_true(span_same(span_of(bytes, wanted.size), wanted));
        assert_int_equal(base64_size(span_text(text)), wanted.size);
    }
}

static void goes_there_and_back_up_to_its_limit(void **state)
{
    unsigned char bytes[BASE64_LIMIT], again[BASE64_LIMIT];
    char text[BASE64_TEXT_SIZE(BASE64_LIMIT) + 1];

    (void)state;
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)(255 - 7 * i);
    for (size_t size = 0; size <= sizeof(bytes); size++) {
        base64_format(span_of(bytes, size), text);
        assert_int_equal(strlen(text), BASE64_TEXT_SIZE(size));
        assert_true(base64_parse(span_text(text), again, size));
        assert_memory_equal(again, bytes, size);
        assert_int_equal(base64_size(span_text(text)), size);
    }
}

static void refuses_every_other_form_and_writes_nothing(void **state)
{
    static const struct {
        const char *text;
        size_t size;
    } bad[] = {
        {"Zg==", 2},       {"Zg==", 0},     {"Zm8=", 1},     {"Zg=", 1},      {"Zg", 1},
        {"Zg== ", 1},      {" Zg==", 1},    {"Zh==", 1},     {"Zm9=", 2},     {"Z===", 1},
        {"====", 1},       {"Zg=\n", 1},    {"Zm\n9", 3},    {"Zm 9", 3},     {"Zm-_", 3},
        {"Zm\xc3\xa9", 3}, {"Zg==Zg==", 4}, {"Zm9vZm=v", 6}, {"Zm9v\nZm", 6},
    };
    unsigned char bytes[8] = "before";

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_false(base64_parse(span_text(bad[i].text), bytes, bad[i].size));
        assert_string_equal((char *)bytes, "before");
    }
    assert_false(base64_parse(span_of("Zm\0v", 4), bytes, 3));
}

static void what_is_not_canonical_has_the_size_of_nothing_that_parses(void **state)
{
    static const char *const bad[] = {"Z",      "=",    "==",   "===",   "Zg=",    "Z===", "====",
                                      "Zg==\n", "Zm 9", "Zm9 ", "Zm9v=", "Zm9v==", "=Zm9"};
    unsigned char bytes[BASE64_LIMIT];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(base64_parse(span_text(bad[i]), bytes, base64_size(span_text(bad[i]))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_writes_the_standards_own_examples),
        cmocka_unit_test(goes_there_and_back_up_to_its_limit),
        cmocka_unit_test(what_is_not_canonical_has_the_size_of_nothing_that_parses),
        cmocka_unit_test(refuses_every_other_form_and_writes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
