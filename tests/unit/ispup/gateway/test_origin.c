/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/origin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void reads_origins(void **state)
{
    static const struct {
        const char *url, *origin, *rest;
    } rows[] = {
        {"https://hawkbit.example.org", "https://hawkbit.example.org", ""},
        {"https://Hawkbit.Example.org:443/x?c=1", "https://hawkbit.example.org", "/x?c=1"},
        {"http://127.0.0.1:8080/", "http://127.0.0.1:8080", "/"},
        {"http://h:80", "http://h", ""},
        {"https://h:80/", "https://h:80", "/"},
        {"https://[2001:DB8::1]:8443/x", "https://[2001:db8::1]:8443", "/x"},
    };
    struct error err = ERROR_EMPTY;
    char text[ORIGIN_TEXT_SIZE];
    struct origin origin;
    struct span rest;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_true(origin_parse(span_text(rows[i].url), &origin, &rest, &err));
        origin_format(&origin, text);
        assert_string_equal(text, rows[i].origin);
        assert_true(span_is(rest, rows[i].rest));
    }
}

/* Each could be read in another way by libcurl, or lead the token elsewhere. */
static void refuses_what_is_no_plain_url(void **state)
{
    static const char *const urls[] = {
        "",
        "hawkbit",
        "ftp://h/",
        "HTTPS://h/",
        "https://",
        "https:///x",
        "https://h:",
        "https://h:0",
        "https://h:65536",
        "https://h:1:2",
        "https://h:+1",
        "https://user@h/",
        "https://user:password@h/",
        "https://h\\@evil/",
        "https://h#@evil/",
        "https://h/x#y",
        "https://h/ x",
        "https://h/\n",
        "https://h/\"",
        "https://h\xc3\xa4/",
        "https://h%2eevil/",
        "https://h?x",
        "https://[::1",
        "https://[]",
        "https://[::1%25eth0]/",
        "https://[h]/",
        "https://h_h/",
    };
    struct error err = ERROR_EMPTY;
    struct origin origin;
    struct span rest;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(urls); i++)
        if (origin_parse(span_text(urls[i]), &origin, &rest, &err))
            fail_msg("taken: %s", urls[i]);
}

static struct origin origin_of(const char *url)
{
    struct error err = ERROR_EMPTY;
    struct origin origin;
    struct span rest;

    assert_true(origin_parse(span_text(url), &origin, &rest, &err));
    return origin;
}

static void knows_this_machine(void **state)
{
    static const struct {
        const char *url;
        bool is_loopback;
    } rows[] = {
        {"http://localhost:8080", true}, {"http://127.0.0.1", true},
        {"http://127.1.2.3", true},      {"http://[::1]:80", true},
        {"http://127.evil.org", false},  {"http://127.0.0.1.org", false},
        {"http://localhost.org", false}, {"http://128.0.0.1", false},
        {"http://[::2]", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct origin origin = origin_of(rows[i].url);

        assert_int_equal(origin_is_loopback(&origin), rows[i].is_loopback);
    }
}

static void plain_http_stays_on_this_machine(void **state)
{
    struct origin away = origin_of("http://hawkbit.example.org");
    struct origin safe = origin_of("https://hawkbit.example.org");
    struct origin here = origin_of("http://127.0.0.1:8080");
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_false(origin_check_scheme(&away, false, &err));
    assert_non_null(strstr(err.text, "insecure = yes"));
    assert_true(origin_check_scheme(&away, true, &err));
    assert_true(origin_check_scheme(&safe, false, &err));
    assert_true(origin_check_scheme(&here, false, &err));
}

static void a_link_elsewhere_names_both_origins_and_what_to_set(void **state)
{
    static const char *const others[] = {
        "http://hawkbit.example.org/x",
        "https://hawkbit.example.org:8443/x",
        "https://hawkbit.example.org.evil/x",
        "https://evil/https://hawkbit.example.org/",
    };
    struct origin server = origin_of("https://hawkbit.example.org");
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_true(
        origin_check_control(&server, span_text("https://hawkbit.example.org:443/a/b?c=1"), &err));
    for (size_t i = 0; i < COUNT_OF(others); i++)
        assert_false(origin_check_control(&server, span_text(others[i]), &err));
    assert_false(origin_check_control(&server, span_text("http://127.0.0.1:8080/x"), &err));
    assert_non_null(strstr(err.text, "http://127.0.0.1:8080"));
    assert_non_null(strstr(err.text, "https://hawkbit.example.org"));
    assert_non_null(strstr(err.text, "forward-headers-strategy"));
    assert_null(strchr(err.text, '\n'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_origins),
        cmocka_unit_test(refuses_what_is_no_plain_url),
        cmocka_unit_test(knows_this_machine),
        cmocka_unit_test(plain_http_stays_on_this_machine),
        cmocka_unit_test(a_link_elsewhere_names_both_origins_and_what_to_set),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
