/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/remote/target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void reads_every_form_of_a_camera(void **state)
{
    static const struct {
        const char *word, *user, *host, *label, *origin;
    } cases[] = {
        {"camera", "", "camera", "camera", "http://camera"},
        {"admin@camera", "admin", "camera", "camera", "http://camera"},
        {"http://admin@camera:8080", "admin", "camera", "camera:8080", "http://camera:8080"},
        {"http://camera:80", "", "camera", "camera", "http://camera"},
        {"https://camera", "", "camera", "camera", "https://camera"},
        {"https://camera:443", "", "camera", "camera", "https://camera"},
        {"https://camera:80", "", "camera", "camera:80", "https://camera:80"},
        {"http://camera/", "", "camera", "camera", "http://camera"},
        {"https://u@camera:8443/", "u", "camera", "camera:8443", "https://camera:8443"},
        {"[fe80::1%lo]", "", "fe80::1", "[fe80::1]", "http://[fe80::1]"},
        {"[fe80::1%1]:81", "", "fe80::1", "[fe80::1]:81", "http://[fe80::1]:81"},
        {"camera:443", "", "camera", "camera:443", "http://camera:443"},
        {"a.b@c@192.0.2.1:1", "a.b@c", "192.0.2.1", "192.0.2.1:1", "http://192.0.2.1:1"},
        {"[::1]", "", "::1", "[::1]", "http://[::1]"},
        {"u@[fe80::1]:8080", "u", "fe80::1", "[fe80::1]:8080", "http://[fe80::1]:8080"},
    };
    struct error err = ERROR_EMPTY;
    struct target target;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_true(target_parse(cases[i].word, &target, &err));
        assert_string_equal(target.user, cases[i].user);
        assert_string_equal(target.host, cases[i].host);
        assert_string_equal(target.label, cases[i].label);
        assert_string_equal(target.origin, cases[i].origin);
    }
}

static void refuses_what_else_a_url_may_have_and_repeats_none_of_it(void **state)
{
    static const char *const words[] = {
        "",
        "@camera",
        "admin:secret@camera",
        "camera/",
        "camera/cgi-bin/update",
        "http://camera//",
        "[fe80::1%]",
        "[fe80::1%no-such-device]",
        "camera?x",
        "camera#x",
        "camera:0",
        "camera:",
        "camera:65536",
        "camera:+80",
        "camera:80:80",
        "ftp://camera",
        "cam era",
        "-camera",
        "::1",
        "[::1",
        "[::1]x",
        "[]",
        "[::1%eth0]",
        "a@b\\c",
        "http://",
        "http://http://a",
        "[camera/x]",
        "cam\nera",
        "this-name-has-more-than-31-bytes@camera",
    };
    struct error err = ERROR_EMPTY;
    struct target target;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (target_parse(words[i], &target, &err))
            fail_msg("%s is taken", words[i]);
        assert_int_equal(err.kind, ERROR_USAGE);
        assert_null(strchr(err.text, ';'));
        assert_string_equal(err.text,
                            "a camera is [http://|https://][USER@]HOST[:PORT], nothing else");
    }
}

static void a_camera_is_the_same_under_another_user_or_scheme(void **state)
{
    struct error err = ERROR_EMPTY;
    struct target one, other;

    (void)state;
    assert_true(target_parse("admin@Camera:80", &one, &err));
    assert_true(target_parse("https://camera", &other, &err));
    assert_true(target_is_same(&one, &other));
    assert_true(target_parse("[fe80::1%1]", &one, &err));
    assert_int_equal(one.zone, 1);
    assert_true(target_parse("[fe80::1%2]", &other, &err));
    assert_false(target_is_same(&one, &other));
    assert_true(target_parse("camera:81", &other, &err));
    assert_false(target_is_same(&one, &other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_form_of_a_camera),
        cmocka_unit_test(refuses_what_else_a_url_may_have_and_repeats_none_of_it),
        cmocka_unit_test(a_camera_is_the_same_under_another_user_or_scheme),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
