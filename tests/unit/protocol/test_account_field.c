/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/account_field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { USER_LIMIT = 31, PASSWORD_LIMIT = 63 };

/* Encodes the text and parses it. */
static bool parse(const char *text, struct account_field *field)
{
    char encoded[2 * BASE64_TEXT_SIZE(BASE64_LIMIT) + 1];

    base64_format(span_text(text), encoded);
    return account_field_parse(span_text(encoded), field);
}

static void a_user_and_a_password_are_split_at_the_first_colon(void **state)
{
    static const struct {
        const char *text, *user, *password;
    } rows[] = {
        {"admin:123456", "admin", "123456"},
        {"a:b", "a", "b"},
        {"admin:a:b:", "admin", "a:b:"},
        {"admin::", "admin", ":"},
        {"a.b-c_d$e@f:!\"$%'()*+,-./;<=>?@[\\]^_`{|}~", "a.b-c_d$e@f",
         "!\"$%'()*+,-./;<=>?@[\\]^_`{|}~"},
        {"no account:1", NULL, NULL},
        {"admin:12 34", NULL, NULL},
        {"admin:12&34", NULL, NULL},
        {"admin:12#34", NULL, NULL},
        {"ad&min:1234", NULL, NULL},
        {"admin:12\n", NULL, NULL},
        {"admin:1\x7f", NULL, NULL},
        {"admin:\xc3\xa4", NULL, NULL},
        {"admin", NULL, NULL},
        {"admin:", NULL, NULL},
        {":123456", NULL, NULL},
        {":", NULL, NULL},
        {"", NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct account_field field;
        bool parsed = parse(rows[i].text, &field);

        assert_int_equal(parsed, rows[i].user != NULL);
        if (parsed) {
            assert_true(span_is(field.user, rows[i].user));
            assert_true(span_is(field.password, rows[i].password));
        } else {
            assert_int_equal(field.user.size + field.password.size, 0);
        }
    }
}

static void a_nul_is_no_end_of_a_password(void **state)
{
    static const char text[] = "admin:123456\0x";
    char encoded[BASE64_TEXT_SIZE(BASE64_LIMIT) + 1];
    struct account_field field;

    (void)state;
    base64_format(span_of(text, sizeof(text) - 1), encoded);
    assert_false(account_field_parse(span_text(encoded), &field));
}

static void both_parts_have_the_limits_of_a_query(void **state)
{
    (void)state;
    for (size_t more_user = 0; more_user < 2; more_user++)
        for (size_t more_password = 0; more_password < 2; more_password++) {
            char text[BASE64_LIMIT + 8] = "";
            size_t user = USER_LIMIT + more_user;
            struct account_field field;

            memset(text, 'u', user);
            text[user] = ':';
            memset(text + user + 1, 'p', PASSWORD_LIMIT + more_password);
            assert_int_equal(parse(text, &field), more_user + more_password == 0);
        }
}

static void every_other_form_of_base64_is_malformed(void **state)
{
    /* YWRtaW46MTIzNA== is admin:1234 */
    static const char *const bad[] = {
        "YWRtaW46MTIzNA",
        "YWRtaW46MTIzNA=",
        "YWRtaW46MTIzNA===",
        " YWRtaW46MTIzNA==",
        "YWRtaW46MTIzNA== ",
        "YWRtaW46 MTIzNA==",
        "YWRtaW46MTIzNB==",
        "YWRtaW46MTIzN-==",
        "YWRtaW46MTIzNA==,YWRtaW46MTIzNA==",
        "YWRtaW46MTIzNA==, YWRtaW46MTIzNA==",
        "Basic YWRtaW46MTIzNA==",
        "admin:1234",
        "=",
        "====",
        "YWRtaW46MTIzNA==YWRtaW46MTIzNA==",
    };
    struct account_field field;

    (void)state;
    assert_true(account_field_parse(span_text("YWRtaW46MTIzNA=="), &field));
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(account_field_parse(span_text(bad[i]), &field));
}

static void a_field_of_more_than_128_characters_is_malformed(void **state)
{
    char text[4096];
    struct account_field field;

    (void)state;
    memset(text, 'A', sizeof(text));
    for (size_t size = 129; size <= sizeof(text); size++)
        assert_false(account_field_parse(span_of(text, size), &field));
}

static void nothing_of_it_is_left_afterwards(void **state)
{
    struct account_field field, empty;

    (void)state;
    memset(&empty, 0, sizeof(empty));
    assert_true(parse("admin:123456", &field));
    account_field_forget(&field);
    assert_memory_equal(&field, &empty, sizeof(field));
    assert_false(parse("admin:12 3456", &field));
    assert_memory_equal(&field, &empty, sizeof(field));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_user_and_a_password_are_split_at_the_first_colon),
        cmocka_unit_test(a_nul_is_no_end_of_a_password),
        cmocka_unit_test(both_parts_have_the_limits_of_a_query),
        cmocka_unit_test(every_other_form_of_base64_is_malformed),
        cmocka_unit_test(a_field_of_more_than_128_characters_is_malformed),
        cmocka_unit_test(nothing_of_it_is_left_afterwards),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
