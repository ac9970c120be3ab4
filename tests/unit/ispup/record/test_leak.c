/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/record/leak.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool finds(const char *text, const char *password)
{
    struct error err = ERROR_EMPTY;
    bool found = false;

    assert_true(leak_find(span_text(text), span_text(password), &found, &err));
    return found;
}

static void finds_a_password_in_each_form(void **state)
{
    static const struct {
        const char *text, *password;
    } cases[] = {
        {"PWD=s3cr3t&", "s3cr3t"},
        {"PWD=s3%63r3t&", "s3cr3t"},
        {"PWD=%73%33%63%72%33%74", "s3cr3t"},
        {"PWD=p%40ss%2Fw", "p@ss/w"},
        {"PWD=p%40ss%2fw", "p@ss/w"},
        {"value='a&amp;b&lt;c&#39;'", "a&b<c'"},
        {"Basic YWRtaW46czNjcjN0", "s3cr3t"},    /* admin:s3cr3t */
        {"Basic dXNlcjpzM2NyM3Q=", "s3cr3t"},    /* user:s3cr3t */
        {"Basic cm9vdDE6czNjcjN0", "s3cr3t"},    /* root1:s3cr3t */
        {"czNjcjN0Cg", "s3cr3t"},                /* with a line end after it */
        {"Basic YWRtaW46Pz8_Pj4-", "??\x3f>>>"}, /* the alphabet for URLs */
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_true(finds(cases[i].text, cases[i].password) ||
                    (print_error("not found: %s\n", cases[i].text), false));
}

static void finds_nothing_else(void **state)
{
    (void)state;
    assert_false(finds("PWD=PASSWORD-1&USER=admin %zz %4", "s3cr3t"));
    assert_false(finds("", "s3cr3t"));
    assert_false(finds("s3cr3", "s3cr3t"));
    assert_false(finds("anything", ""));
    assert_false(finds("Basic QUNDT1VOVC0x", "s3cr3t"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_a_password_in_each_form),
        cmocka_unit_test(finds_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
