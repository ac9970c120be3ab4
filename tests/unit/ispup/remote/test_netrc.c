/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/remote/netrc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char text[] = "# cameras\n"
                           "machine one login admin password p1\n"
                           "machine two\n\tlogin viewer\n\tpassword p#2\n"
                           "machine two login admin account x password p3 # not this one\n"
                           "machine three password p4\n"
                           "machine empty login admin\n"
                           "default login guest password p5\n";

static void finds_the_entry_of_host_and_user(void **state)
{
    static const struct {
        const char *host, *user, *login, *password;
    } cases[] = {
        {"one", "", "admin", "p1"},      {"ONE", "admin", "admin", "p1"},
        {"one", "other", "", ""},        {"two", "", "viewer", "p#2"},
        {"two", "admin", "admin", "p3"}, {"three", "", "", "p4"},
        {"three", "admin", "", ""},      {"empty", "", "guest", "p5"},
        {"nobody", "", "guest", "p5"},   {"nobody", "guest", "guest", "p5"},
        {"nobody", "admin", "", ""},
    };
    struct error err = ERROR_EMPTY;
    struct span login, password;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_true(netrc_find(span_text(text), span_text(cases[i].host), span_text(cases[i].user),
                               &login, &password, &err));
        assert_true(span_is(login, cases[i].login));
        assert_true(span_is(password, cases[i].password));
    }
}

static void refuses_what_it_would_have_to_guess_at_and_names_the_line(void **state)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"machine b login", "line 1: a keyword without its value"},
        {"\n\nmachine b login x password", "line 3: a keyword without its value"},
        {"machine b\n password \"x y\"", "line 2: a value in quotes"},
        {"machine b port 80", "line 1: something else than machine, login, password, account"},
        {"default\nmethod x", "line 2: something else than machine, login, password, account"},
    };
    struct error err = ERROR_EMPTY;
    struct span login, password;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        err = ERROR_EMPTY;
        assert_false(netrc_find(span_text(cases[i].text), span_text("b"), SPAN_EMPTY, &login,
                                &password, &err));
        assert_int_equal(err.kind, ERROR_CONFIGURATION);
        assert_string_equal(err.text, cases[i].words);
    }
}

static void what_is_of_no_camera_is_skipped(void **state)
{
    static const char *const texts[] = {
        "machine b login x password y",
        "\xef\xbb\xbfmachine b login x password y\r\n",
        "machine a port 80 method \"digest x\"\nmachine b login x password y",
        "machine a login machine password default machine b login x password y",
        "machine a password \"x y\" machine b login x password y",
        "macdef init\nmachine b login no password no\n\nmachine b login x password y",
        "machine b login x password y\nmacdef init\nls\n\nmachine a port 80",
        "protocol https\nmachine b login x password y",
    };
    struct error err = ERROR_EMPTY;
    struct span login, password;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        assert_true(
            netrc_find(span_text(texts[i]), span_text("b"), SPAN_EMPTY, &login, &password, &err));
        if (!span_is(login, "x") || !span_is(password, "y"))
            fail_msg("%s", texts[i]);
    }
}

static void an_empty_file_has_no_password(void **state)
{
    struct error err = ERROR_EMPTY;
    struct span login, password;

    (void)state;
    assert_true(netrc_find(SPAN_EMPTY, span_text("a"), SPAN_EMPTY, &login, &password, &err));
    assert_int_equal(login.size + password.size, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_entry_of_host_and_user),
        cmocka_unit_test(refuses_what_it_would_have_to_guess_at_and_names_the_line),
        cmocka_unit_test(what_is_of_no_camera_is_skipped),
        cmocka_unit_test(an_empty_file_has_no_password),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
