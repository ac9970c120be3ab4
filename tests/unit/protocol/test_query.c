/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NAME_31 "a234567890123456789012345678901"
#define PASSWORD_63 "123456789012345678901234567890123456789012345678901234567890123"

static void credentials_and_command_are_taken_as_they_stand(void **state)
{
    static const struct {
        const char *text, *user, *password, *command;
    } rows[] = {
        {"USER=admin&PWD=123456&ISP_IMAGE", "admin", "123456", "ISP_IMAGE"},
        {"USER=a&PWD=%26%00&ISP_IMAGE", "a", "%26%00", "ISP_IMAGE"},
        {"USER=a&PWD=+=?/\"'\\,:&ISP_STATUS", "a", "+=?/\"'\\,:", "ISP_STATUS"},
        {"USER=a=b&PWD=PWD=&X", "a=b", "PWD=", "X"},
        {"USER=" NAME_31 "&PWD=" PASSWORD_63 "&" PASSWORD_63, NAME_31, PASSWORD_63, PASSWORD_63},
        {"USER=admin&PWD=x&isp_image", "admin", "x", "isp_image"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct query query;
        struct error err = ERROR_EMPTY;

        assert_true(query_parse(span_text(rows[i].text), &query, &err));
        assert_true(query.has_credentials);
        assert_true(span_is(query.user, rows[i].user));
        assert_true(span_is(query.password, rows[i].password));
        assert_true(span_is(query.command, rows[i].command));
    }
}

static void command_alone_has_no_credentials(void **state)
{
    struct query query;
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_true(query_parse(span_text("ISP_IMAGE_SAVE"), &query, &err));
    assert_false(query.has_credentials);
    assert_int_equal(query.user.size, 0);
    assert_int_equal(query.password.size, 0);
    assert_true(span_is(query.command, "ISP_IMAGE_SAVE"));
}

static void refused_with_the_familys_text(void **state)
{
    static const struct {
        const char *text, *refusal;
    } rows[] = {
        {"", "no command"},
        {"USER=a&PWD=b", "no command"},
        {"USER=a&PWD=b&", "no command"},
        {"USER=a", "missing USER/PWD"},
        {"PWD=a", "missing USER/PWD"},
        {"USER=a&ISP_IMAGE", "missing USER/PWD"},
        {"PWD=a&ISP_IMAGE", "missing USER/PWD"},
        {"USER=&PWD=b&ISP_IMAGE", "missing USER/PWD"},
        {"USER=a&PWD=&ISP_IMAGE", "missing USER/PWD"},
        {"USER=&PWD=&ISP_IMAGE", "missing USER/PWD"},
        {"USER=a&USER=b&PWD=c&ISP_IMAGE", "invalid parameters"},
        {"USER=a&PWD=c&USER=b&ISP_IMAGE", "invalid parameters"},
        {"USER=a&PWD=c&USER=b&PWD=d&ISP_IMAGE", "invalid parameters"},
        {"USER=a&PWD=c&PWD=c&ISP_IMAGE", "invalid parameters"},
        {"USER=a&PWD=c&ISP_IMAGE&USER=b", "invalid parameters"},
        {"PWD=b&USER=a&ISP_IMAGE", "invalid parameters"},
        {"ISP_IMAGE&USER=a&PWD=b", "invalid parameters"},
        {"USER=a&PWD=b&ISP_IMAGE&ISP_DEV", "invalid parameters"},
        {"USER=a&PWD=b&ISP_IMAGE&", "invalid parameters"},
        {"USER=a&PWD=b&&ISP_IMAGE", "invalid parameters"},
        {"&USER=a&PWD=b&ISP_IMAGE", "invalid parameters"},
        {"&", "invalid parameters"},
        {"ISP_IMAGE&", "invalid parameters"},
        {"ISP_IMAGE=", "invalid parameters"},
        {"ISP_IMAGE=1", "invalid parameters"},
        {"ISP-IMAGE", "invalid parameters"},
        {"ISP_IMAGE ", "invalid parameters"},
        {"user=a&pwd=b&ISP_IMAGE", "invalid parameters"},
        {"USER=a;PWD=b;ISP_IMAGE", "missing USER/PWD"},
        {"%55SER=a&PWD=b&ISP_IMAGE", "missing USER/PWD"},
        {"USER=a&PWD=b#c&ISP_IMAGE", "invalid parameters"},
        {"USER=a&PWD=b c&ISP_IMAGE", "invalid parameters"},
        {"USER=a\t&PWD=b&ISP_IMAGE", "invalid parameters"},
        {"USER=a&PWD=\x7f&ISP_IMAGE", "invalid parameters"},
        {"USER=\xc3\xa4&PWD=b&ISP_IMAGE", "invalid parameters"},
        {"USER=a&PWD=b&ISP_IMAGE\r\nX: y", "invalid parameters"},
        {"USER=" NAME_31 "x&PWD=b&ISP_IMAGE", "invalid parameters"},
        {"USER=a&PWD=" PASSWORD_63 "4&ISP_IMAGE", "invalid parameters"},
        {"A" PASSWORD_63, "invalid parameters"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct query query = {.has_credentials = true};
        struct error err = ERROR_EMPTY;

        print_message("%s\n", rows[i].text);
        assert_false(query_parse(span_text(rows[i].text), &query, &err));
        assert_int_equal(err.kind, ERROR_REQUEST);
        assert_string_equal(err.text, rows[i].refusal);
        assert_int_equal(query.command.size, 0);
    }
}

static void nul_is_refused_wherever_it_stands(void **state)
{
    static const char text[] = "USER=admin&PWD=123456&ISP_IMAGE";
    char hostile[sizeof(text)];

    (void)state;
    for (size_t at = 0; at < sizeof(text) - 1; at++) {
        struct query query;
        struct error err = ERROR_EMPTY;

        for (size_t i = 0; i < sizeof(text); i++)
            hostile[i] = i == at ? '\0' : text[i];
        assert_false(query_parse(span_of(hostile, sizeof(text) - 1), &query, &err));
    }
}

static void beside_an_account_field_the_query_is_the_command_alone(void **state)
{
    static const struct {
        const char *text, *refusal;
    } rows[] = {
        {"ISP_STATUS", NULL},
        {"", "no command"},
        {"USER=a&PWD=b&ISP_STATUS", "invalid parameters"},
        {"USER=a&ISP_STATUS", "invalid parameters"},
        {"PWD=b&ISP_STATUS", "invalid parameters"},
        {"USER=&PWD=&ISP_STATUS", "invalid parameters"},
        {"USER=a&PWD=b", "invalid parameters"},
        {"ISP_STATUS&USER=a&PWD=b", "invalid parameters"},
        {"ISP_STATUS&", "invalid parameters"},
        {"&ISP_STATUS", "invalid parameters"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct query query;
        struct error err = ERROR_EMPTY;
        bool parsed = query_parse_command(span_text(rows[i].text), &query, &err);

        assert_int_equal(parsed, rows[i].refusal == NULL);
        if (parsed)
            assert_true(span_is(query.command, rows[i].text) && !query.has_credentials);
        else
            assert_string_equal(err.text, rows[i].refusal);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(credentials_and_command_are_taken_as_they_stand),
        cmocka_unit_test(command_alone_has_no_credentials),
        cmocka_unit_test(refused_with_the_familys_text),
        cmocka_unit_test(beside_an_account_field_the_query_is_the_command_alone),
        cmocka_unit_test(nul_is_refused_wherever_it_stands),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
