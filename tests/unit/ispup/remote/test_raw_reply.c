/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/remote/raw_reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void finds_the_reply_after_any_head(void **state)
{
    static const struct {
        const char *raw;
        long status;
        const char *body;
    } cases[] = {
        {"HTTP/1.0 200 OK\r\nContent-type: text/plain\r\n\r\nERROR: x\n", 200, "ERROR: x\n"},
        {"HTTP/1.1 413 Too Large\n\nERROR: x\n", 413, "ERROR: x\n"},
        {"HTTP/1.0 200 OK\n\n\n\nOK\n", 200, "\n\nOK\n"},
        {"HTTP/1.0 200\r\n\r\n", 200, ""},
    };
    long status;
    struct span body;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_true(raw_reply_find(span_text(cases[i].raw), &status, &body));
        assert_int_equal(status, cases[i].status);
        assert_true(span_is(body, cases[i].body));
    }
}

static void takes_nothing_for_a_reply_that_is_none(void **state)
{
    static const char *const raws[] = {
        "",
        "ERROR: x\n",
        "HTTP/1.0 200 OK\r\n",
        "HTTP/1.0 200 OK\r\nContent-type: text/plain\r\nERROR: x",
        "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.0 100 Continue\r\n\r\n",
        "HTTP/1.0 2x0 OK\r\n\r\n",
        "HTTP/1.0 20",
    };
    long status = 7;
    struct span body;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(raws); i++)
        assert_false(raw_reply_find(span_text(raws[i]), &status, &body));
    assert_int_equal(status, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_reply_after_any_head),
        cmocka_unit_test(takes_nothing_for_a_reply_that_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
