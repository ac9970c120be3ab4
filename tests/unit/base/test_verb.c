/* SPDX-License-Identifier: Apache-2.0 */
#include "base/verb.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct verb send = {
    .name = "send", .arguments = "FILE", .summary = "send a file", .help = "  -q  quiet\n"};
static const struct verb list = {.name = "list", .arguments = "", .summary = "list the files"};
static const struct verb *const verbs[] = {&send, &list};

static void a_verb_is_found_by_its_whole_name(void **state)
{
    (void)state;
    assert_ptr_equal(verb_find(verbs, 2, "list"), &list);
    assert_null(verb_find(verbs, 2, "lis"));
    assert_null(verb_find(verbs, 2, "lists"));
    assert_null(verb_find(verbs, 2, ""));
    assert_null(verb_find(verbs, 1, "list"));
}

static bool asks(char *first, char *second)
{
    char *words[] = {first, second};
    const struct verb_call call = {.count = 2, .words = words};

    return verb_asks_for_help(&call);
}

static void help_is_asked_for_before_two_dashes(void **state)
{
    static char help[] = "--help", end[] = "--", other[] = "-h";

    (void)state;
    assert_true(asks(other, help));
    assert_true(asks(help, end));
    assert_false(asks(end, help));
    assert_false(asks(other, other));
}

static void help_has_usage_summary_and_options(void **state)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    assert_non_null(out);
    verb_print_help(&send, "tool", out);
    verb_print_help(&list, "tool", out);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, "usage: tool send FILE\nsend a file\n  -q  quiet\n"
                              "usage: tool list\nlist the files\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_verb_is_found_by_its_whole_name),
        cmocka_unit_test(help_is_asked_for_before_two_dashes),
        cmocka_unit_test(help_has_usage_summary_and_options),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
