/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "image/signature.h"

#include "base/number.h"

/* RFC 8032, section 7.1, TEST 2: its public key, its message of one byte, its signature. */
#define PUBLIC_HEX "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
#define MESSAGE "r"
#define ID "deb2ded39dc26fce"
#define GOOD                                                                                       \
    "kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAA=="
/* The same signature with the group's order added to its second half: many verifiers accept it. */
#define GREATER                                                                                    \
    "kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadr1LbdBWXirxhssLrau6/ygOHsurrQwKu6wDSkWErsMEA=="
#define PAIR(id, signature) "key = " id "\nsignature = " signature "\n"

static const char *const two = PAIR("0123456789abcdef", GREATER) PAIR(ID, GOOD);

static struct signature_set parsed(const char *text)
{
    struct error err = ERROR_EMPTY;
    struct signature_set set;

    assert_true(signature_parse(span_text(text), &set, &err));
    return set;
}

static struct key_set known_keys(void)
{
    struct key_set keys = {.count = 1};
    unsigned char bytes[KEY_SIZE];

    assert_true(number_parse_hex(span_text(PUBLIC_HEX), bytes, KEY_SIZE));
    key_from_bytes(bytes, &keys.keys[0]);
    return keys;
}

static void reads_and_writes_one_to_four(void **state)
{
    char text[SIGNATURE_TEXT_LIMIT], again[SIGNATURE_TEXT_LIMIT];
    size_t size = 0;

    (void)state;
    for (size_t count = 1; count <= SIGNATURE_COUNT; count++) {
        struct signature_set set;

        memcpy(text + size, PAIR(ID, GOOD), sizeof(PAIR(ID, GOOD)));
        size += strlen(PAIR(ID, GOOD));
        set = parsed(text);
        assert_int_equal(set.count, count);
        signature_format(&set, again, sizeof(again));
        assert_string_equal(again, text);
    }
}

static void refuses_every_other_form(void **state)
{
    static const struct {
        const char *text;
        const char *cause;
    } bad[] = {
        {"", "line 1: must be key = and 16 hex digits"},
        {"\n", "line 1: must be key = and 16 hex digits"},
        {"key = " ID, "line 1: must be key = and 16 hex digits"},
        {"key = " ID "\n", "line 2: must be signature = and 88 characters of base64"},
        {"key = " ID "\nsignature = " GOOD, "line 2: must be signature = and 88 characters of "
                                            "base64"},
        {"key=" ID "\nsignature = " GOOD "\n", "line 1: must be key = and 16 hex digits"},
        {"key = " ID "\nsignature=" GOOD "\n", "line 2: must be signature = and 88 characters of "
                                               "base64"},
        {"key = DEB2DED39DC26FCE\nsignature = " GOOD "\n", "line 1: must be key = and 16 hex "
                                                           "digits"},
        {"key = " ID "0\nsignature = " GOOD "\n", "line 1: must be key = and 16 hex digits"},
        {"key = " ID "\r\nsignature = " GOOD "\r\n", "line 1: must be key = and 16 hex digits"},
        {"key = " ID " \nsignature = " GOOD "\n", "line 1: must be key = and 16 hex digits"},
        {"signature = " GOOD "\nkey = " ID "\n", "line 1: must be key = and 16 hex digits"},
        {"key = " ID "\nsignature = " GOOD "A\n", "line 2: must be signature = and 88 characters "
                                                  "of base64"},
        {PAIR(ID, GOOD) "\n", "line 3: must be key = and 16 hex digits"},
        {PAIR(ID, GOOD) "; comment\n", "line 3: must be key = and 16 hex digits"},
        {PAIR(ID, GOOD) PAIR(ID, GOOD) PAIR(ID, GOOD) PAIR(ID, GOOD) PAIR(ID, GOOD),
         "more than 4 signatures"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct error err = ERROR_EMPTY;
        struct signature_set set;

        assert_false(signature_parse(span_text(bad[i].text), &set, &err));
        assert_int_equal(err.kind, ERROR_IMAGE);
        assert_memory_equal(err.text, "signature: malformed ISP-Image.desc.sig: ", 41);
        assert_string_equal(err.text + 41, bad[i].cause);
    }
}

static void refuses_a_text_past_its_limit(void **state)
{
    char text[SIGNATURE_TEXT_LIMIT + 1];
    struct error err = ERROR_EMPTY;
    struct signature_set set;

    (void)state;
    memset(text, 'k', sizeof(text));
    assert_false(signature_parse(span_of(text, sizeof(text)), &set, &err));
    assert_string_equal(err.text, "signature: malformed ISP-Image.desc.sig: more than 1024 bytes");
}

static void one_good_signature_by_a_known_key_is_enough(void **state)
{
    struct key_set keys = known_keys();
    struct error err = ERROR_EMPTY;
    struct signature_set set = parsed(two);

    (void)state;
    assert_true(signature_check(span_text(MESSAGE), &set, &keys, &err));
}

static void an_id_only_chooses(void **state)
{
    struct key_set keys = known_keys();
    struct error err = ERROR_EMPTY;
    struct signature_set set = parsed(PAIR(ID, GOOD));

    (void)state;
    /* A different key with the same id comes before the right one. */
    keys.keys[1] = keys.keys[0];
    keys.keys[0].bytes[5] ^= 1;
    keys.count = 2;
    assert_true(signature_check(span_text(MESSAGE), &set, &keys, &err));
    keys.count = 1;
    assert_false(signature_check(span_text(MESSAGE), &set, &keys, &err));
    assert_string_equal(err.text, "signature: not good for this ISP-Image.desc (signed with " ID
                                  "; accepted: " ID ")");
}

static void refuses_one_flipped_bit_anywhere(void **state)
{
    struct key_set keys = known_keys();
    struct error err = ERROR_EMPTY;

    (void)state;
    for (size_t bit = 0; bit < SIGNATURE_SIZE * 8; bit++) {
        struct signature_set set = parsed(PAIR(ID, GOOD));

        set.signatures[0].bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        assert_false(signature_check(span_text(MESSAGE), &set, &keys, &err));
    }
}

static void refuses_another_description(void **state)
{
    static const char *const others[] = {"", "s", "rr", "r\n"};
    struct key_set keys = known_keys();
    struct signature_set set = parsed(PAIR(ID, GOOD));

    (void)state;
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        struct error err = ERROR_EMPTY;

        assert_false(signature_check(span_text(others[i]), &set, &keys, &err));
    }
}

static void refuses_a_signature_written_another_way(void **state)
{
    struct key_set keys = known_keys();
    struct error err = ERROR_EMPTY;
    struct signature_set set = parsed(PAIR(ID, GREATER));

    (void)state;
    assert_false(signature_check(span_text(MESSAGE), &set, &keys, &err));
}

static void says_which_keys_it_would_have_needed(void **state)
{
    struct key_set none = {.count = 0};
    struct error err = ERROR_EMPTY;
    struct signature_set set = parsed(two);

    (void)state;
    assert_false(signature_check(span_text(MESSAGE), &set, &none, &err));
    assert_string_equal(err.text, "signature: no known key (signed with 0123456789abcdef " ID
                                  "; accepted: none)");
    assert_int_equal(err.kind, ERROR_IMAGE);
}

static void lists_a_few_accepted_keys_and_counts_the_others(void **state)
{
    static const struct {
        size_t count;
        const char *text;
    } rows[] = {
        {0, "none"},
        {1, "0000000000000000"},
        {2, "0000000000000000 0100000000000000"},
        {3, "0000000000000000 0100000000000000 and 1 more"},
        {KEY_COUNT, "0000000000000000 0100000000000000 and 30 more"},
    };
    struct key_set keys = {.count = 0};
    char text[SIGNATURE_ACCEPTED_SIZE];

    (void)state;
    for (size_t i = 0; i < KEY_COUNT; i++)
        keys.keys[i].id.bytes[0] = (unsigned char)i;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        keys.count = rows[i].count;
        signature_accepted(&keys, text);
        assert_string_equal(text, rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_writes_one_to_four),
        cmocka_unit_test(refuses_every_other_form),
        cmocka_unit_test(refuses_a_text_past_its_limit),
        cmocka_unit_test(one_good_signature_by_a_known_key_is_enough),
        cmocka_unit_test(an_id_only_chooses),
        cmocka_unit_test(refuses_one_flipped_bit_anywhere),
        cmocka_unit_test(refuses_another_description),
        cmocka_unit_test(refuses_a_signature_written_another_way),
        cmocka_unit_test(says_which_keys_it_would_have_needed),
        cmocka_unit_test(lists_a_few_accepted_keys_and_counts_the_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
