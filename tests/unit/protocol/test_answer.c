/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void tells_the_kinds_apart(void **state)
{
    static const struct {
        const char *body;
        enum answer_kind kind;
        const char *text;
    } cases[] = {
        {"", ANSWER_NOTHING, ""},
        {"\r\n \n\t", ANSWER_NOTHING, ""},
        {"OK\n", ANSWER_OK, "OK"},
        {"OK", ANSWER_OK, "OK"},
        {"\n\nOK\r\n", ANSWER_OK, "OK"},
        {"OK: ISP_IMAGE='1'\n", ANSWER_OK, "OK: ISP_IMAGE='1'"},
        {"OK: \n", ANSWER_OK, "OK:"},
        {"OK:\n", ANSWER_OK, "OK:"},
        {"OK:x\n", ANSWER_ELSE, "OK:x"},
        {"OK\nERROR: but\n", ANSWER_ELSE, "OK"},
        {"OK \nmore", ANSWER_ELSE, "OK"},
        {"OKAY\n", ANSWER_ELSE, "OKAY"},
        {"ok\n", ANSWER_ELSE, "ok"},
        {"ERROR: not authorized\n", ANSWER_ERROR, "ERROR: not authorized"},
        {"\n\nERROR: x\nand more\n", ANSWER_ERROR, "ERROR: x"},
        {"ERROR:", ANSWER_ERROR, "ERROR:"},
        {"ERROR: x\nOK\n", ANSWER_ELSE, "ERROR: x"},
        {"ERROR: x\r\n\r\nOK: ISP_IMAGE='1'\r\nmore", ANSWER_ELSE, "ERROR: x"},
        {"ERROR: x\nOKAY\n", ANSWER_ERROR, "ERROR: x"},
        {"ERROR: x\nnot OK\n", ANSWER_ERROR, "ERROR: x"},
        {"ERROR: \x1b[2Jx\x07", ANSWER_ERROR, "ERROR: ?[2Jx?"},
        {"error: x", ANSWER_ELSE, "error: x"},
        {"<html>OK</html>", ANSWER_ELSE, "<html>OK</html>"},
        {"LOGIN='1'\n", ANSWER_ELSE, "LOGIN='1'"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct answer answer;

        answer_read(span_text(cases[i].body), &answer);
        assert_int_equal(answer.kind, cases[i].kind);
        assert_string_equal(answer.text, cases[i].text);
    }
}

static void a_long_line_is_cut(void **state)
{
    char body[2 * ANSWER_TEXT_SIZE];
    struct answer answer;

    (void)state;
    memset(body, 'x', sizeof(body));
    answer_read(span_of(body, sizeof(body)), &answer);
    assert_int_equal(answer.kind, ANSWER_ELSE);
    assert_int_equal(strlen(answer.text), ANSWER_TEXT_SIZE - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_the_kinds_apart),
        cmocka_unit_test(a_long_line_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
