/* SPDX-License-Identifier: Apache-2.0 */
#include "update/front/surroundings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void keeps_what_a_web_server_says_and_nothing_else(void **state)
{
    char method[] = "REQUEST_METHOD=GET", path[] = "PATH=/tmp", host[] = "HTTP_HOST=camera";
    char zone[] = "TZ=/tmp/zone", query[] = "QUERY_STRING=", again[] = "QUERY_STRING=x";
    char longer[] = "QUERY_STRINGS=x", nameless[] = "REQUEST_METHOD", mine[] = "ISPUP_CONFIG=/tmp";
    char *environment[] = {path, method, zone, host, longer, nameless, query, mine, again, NULL};

    (void)state;
    surroundings_keep_cgi(environment);
    assert_ptr_equal(environment[0], method);
    assert_ptr_equal(environment[1], host);
    assert_ptr_equal(environment[2], query);
    assert_ptr_equal(environment[3], again);
    assert_null(environment[4]);
}

static void takes_an_empty_environment(void **state)
{
    char *environment[] = {NULL};

    (void)state;
    surroundings_keep_cgi(environment);
    assert_null(environment[0]);
    surroundings_keep_cgi(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_a_web_server_says_and_nothing_else),
        cmocka_unit_test(takes_an_empty_environment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
