/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/record/reply_head.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void finds_a_field_in_any_case(void **state)
{
    struct span value = SPAN_EMPTY;

    (void)state;
    assert_true(reply_head_find(span_text("HTTP/1.0 200 OK\r\ncontent-TYPE:  a b \r\n\r\n"),
                                "Content-Type", &value));
    assert_true(span_is(value, "a b"));
    assert_false(reply_head_find(span_text("HTTP/1.0 200 OK\n\n"), "Content-Type", &value));
    assert_false(reply_head_find(span_text(""), "Content-Type", &value));
}

static void corrects_only_a_length_that_was_right_and_keeps_no_ticket(void **state)
{
    static const struct {
        const char *head, *wanted;
    } cases[] = {
        {"HTTP/1.0 200\r\nContent-Length: 12\r\nX: 12\r\n\r\n",
         "HTTP/1.0 200\r\nContent-Length: 345\r\nX: 12\r\n\r\n"},
        {"content-length:12\n\n", "content-length:345\n\n"},
        {"Content-Length: 12", "Content-Length: 345"},
        {"Content-Length: 13\r\n\r\n", "Content-Length: 13\r\n\r\n"},
        {"Content-Length: x\r\n\r\n", "Content-Length: x\r\n\r\n"},
        {"X-ISP-Ticket: 70-a0\r\nX-ISP-Ticket:71-b1\n\n",
         "X-ISP-Ticket: TICKET\r\nX-ISP-Ticket:TICKET\n\n"},
        {"x-isp-ticket:\r\n\r\n", "x-isp-ticket:\r\n\r\n"},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *made = NULL;
        size_t size = 0;
        FILE *file = open_memstream(&made, &size);

        reply_head_print(span_text(cases[i].head), 12, 345, file);
        (void)fclose(file);
        assert_string_equal(made, cases[i].wanted);
        free(made);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_a_field_in_any_case),
        cmocka_unit_test(corrects_only_a_length_that_was_right_and_keeps_no_ticket),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
