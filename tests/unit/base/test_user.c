/* SPDX-License-Identifier: Apache-2.0 */
#include "base/user.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define FILE_TEXT                                                                                  \
    "root:x:0:0:root:/root:/bin/sh\n"                                                              \
    "www:x:33:34:www:/var/www:/usr/sbin/nologin\n"                                                 \
    "\n"                                                                                           \
    "last:x:4294967294:4294967294::/:"

static bool find(const char *text, const char *name, struct user *user)
{
    struct span lines = span_text(text);

    return user_next(&lines, name, user);
}

static void a_user_is_found_by_the_whole_name(void **state)
{
    struct user user = {7, 8};

    (void)state;
    assert_false(find(FILE_TEXT, "ww", &user));
    assert_false(find(FILE_TEXT, "www:", &user));
    assert_false(find(FILE_TEXT, "wwww", &user));
    assert_false(find(FILE_TEXT, "WWW", &user));
    assert_false(find(FILE_TEXT, "", &user));
    assert_int_equal(user.id, 7);
    assert_true(find(FILE_TEXT, "www", &user));
    assert_int_equal(user.id, 33);
    assert_int_equal(user.group, 34);
    assert_false(user_is_root(&user));
    assert_true(find(FILE_TEXT, "root", &user));
    assert_true(user_is_root(&user));
    assert_true(find(FILE_TEXT, "last", &user));
    assert_true(user.id == UINT32_MAX - 1 && user.group == UINT32_MAX - 1);
}

static void a_line_of_another_form_is_no_user(void **state)
{
    static const char *const texts[] = {
        "",
        "www",
        "www:x:33",
        "www:x",
        "www:x::33:www:/:",
        "www:x:33::www:/:",
        "www:x:-1:33::/:",
        "www:x:33:-1::/:",
        "www:x: 33:33::/:",
        "www:x:33:0x22::/:",
        "www:x:33k:33::/:",
        "www:x:4294967295:33::/:", /* the kernel takes it as "no change" */
        "www:x:33:4294967295::/:",
        "www:x:4294967296:33::/:", /* wraps to root */
        "www:x:33:4294967296::/:",
        " www:x:33:33::/:",
        "#www:x:33:33::/:",
        ":x:33:33:www:/:",
    };
    struct user user = {7, 8};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_false(find(texts[i], "www", &user));
    assert_int_equal(user.id, 7);
}

static void users_of_one_name_come_one_after_another(void **state)
{
    struct span lines = span_text("a:x:1:2::\nb:x:3:4::\na:x:bad:2::\na:x:5:6::\n");
    struct user user = {7, 8};

    (void)state;
    assert_true(user_next(&lines, "a", &user));
    assert_int_equal(user.id, 1);
    assert_true(user_next(&lines, "a", &user));
    assert_int_equal(user.id, 5);
    assert_false(user_next(&lines, "a", &user));
    assert_int_equal(lines.size, 0);
}

static void root_is_who_has_its_number_or_its_group(void **state)
{
    (void)state;
    assert_true(user_is_root(&(struct user){0, 0}));
    assert_true(user_is_root(&(struct user){0, 5}));
    assert_true(user_is_root(&(struct user){5, 0}));
    assert_false(user_is_root(&(struct user){5, 5}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_user_is_found_by_the_whole_name),
        cmocka_unit_test(a_line_of_another_form_is_no_user),
        cmocka_unit_test(users_of_one_name_come_one_after_another),
        cmocka_unit_test(root_is_who_has_its_number_or_its_group),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
