/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/setup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define LEAST                                                                                      \
    "[hawkbit]\nserver = https://h.example.org/\ngateway-token-file = token\n"                     \
    "[cameras]\nlist = cameras.csv\ncredentials = /x/netrc\n[store]\nfolder = store\n"

static void has_the_documented_defaults(void **state)
{
    struct error err = ERROR_EMPTY;
    struct setup setup;

    (void)state;
    assert_true(setup_parse(span_text(LEAST), "/etc/ispup", &setup, &err));
    assert_string_equal(setup.server, "https://h.example.org");
    assert_string_equal(setup.tenant, "DEFAULT");
    assert_string_equal(setup.token_file, "/etc/ispup/token");
    assert_string_equal(setup.credentials, "/x/netrc");
    assert_int_equal(setup.jobs, 16);
    assert_int_equal(setup.site_jobs, 4);
    assert_int_equal(setup.ask, 900);
    assert_int_equal(setup.unknown_deadline, 86400);
    assert_int_equal(setup.poll, 0);
    assert_int_equal(setup.cache, UINT64_C(2) << 30);
    assert_int_equal(setup.confirm, SETUP_CONFIRM_WAIT);
    assert_true(setup.may_be_older);
    assert_false(setup.has_window || setup.is_insecure || setup.may_be_foreign);
}

static void takes_and_refuses_lines(void **state)
{
    static const struct {
        const char *line, *said; /* NULL: taken */
    } rows[] = {
        {"[limits]\nask = 10m\n", NULL},
        {"[limits]\nwindow = 22:00-05:00\n", NULL},
        {"[limits]\nolder = refuse\n", NULL},
        {"[limits]\nask = 0\n", "line 10: [limits] ask: not a time"},
        {"[limits]\njobs = 0\n", "line 10: [limits] jobs: not a number from 1 to 128"},
        {"[limits]\nwindow = night\n", "line 10: [limits] window: not two times"},
        {"[limits]\nolder = perhaps\n", "neither refuse nor allow"},
        {"[limits]\nolder =\n", "no value"},
        {"[limits]\ncolour = red\n", "line 10: unknown key colour in [limits]"},
        {"[hawkbits]\n", "unknown section [hawkbits]"},
        {"[hawkbits]\nx = y\n", "unknown key x in [hawkbits]"},
        {"cache = much\n", "line 9: [store] cache: not a size"},
    };
    struct error err = ERROR_EMPTY;
    struct setup setup;
    char text[1024];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        (void)snprintf(text, sizeof(text), "%s%s", LEAST, rows[i].line);
        assert_int_equal(setup_parse(span_text(text), "/", &setup, &err), rows[i].said == NULL);
        if (rows[i].said != NULL && strstr(err.text, rows[i].said) == NULL)
            fail_msg("%s: %s", rows[i].line, err.text);
    }
}

static void refuses_a_server_with_a_query(void **state)
{
    struct error err = ERROR_EMPTY;
    struct setup setup;

    (void)state;
    assert_false(
        setup_parse(span_text("[hawkbit]\nserver = https://h/path?tenant=x\n"), "/", &setup, &err));
    assert_non_null(strstr(err.text, "line 2: [hawkbit] server: a query cannot be part"));
}

static void needs_what_it_cannot_guess(void **state)
{
    struct error err = ERROR_EMPTY;
    struct setup setup;

    (void)state;
    assert_false(setup_parse(span_text("[hawkbit]\n"), "/", &setup, &err));
    assert_string_equal(err.text, "needs server in [hawkbit]");
}

static void refuses_unencrypted_servers_elsewhere(void **state)
{
    static const char rest[] = "gateway-token-file = t\n[cameras]\nlist = l\ncredentials = c\n"
                               "[store]\nfolder = s\n";
    struct error err = ERROR_EMPTY;
    struct setup setup;
    char text[512];

    (void)state;
    (void)snprintf(text, sizeof(text), "[hawkbit]\nserver = http://h\n%s", rest);
    assert_false(setup_parse(span_text(text), "/", &setup, &err));
    assert_non_null(strstr(err.text, "insecure = yes"));
    (void)snprintf(text, sizeof(text), "[hawkbit]\nserver = http://h\ninsecure = yes\n%s", rest);
    assert_true(setup_parse(span_text(text), "/", &setup, &err));
    (void)snprintf(text, sizeof(text), "[hawkbit]\nserver = http://127.0.0.1:8080\n%s", rest);
    assert_true(setup_parse(span_text(text), "/", &setup, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_the_documented_defaults),
        cmocka_unit_test(takes_and_refuses_lines),
        cmocka_unit_test(needs_what_it_cannot_guess),
        cmocka_unit_test(refuses_unencrypted_servers_elsewhere),
        cmocka_unit_test(refuses_a_server_with_a_query),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
