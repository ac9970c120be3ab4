/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

static char longer[2 * ERROR_TEXT_SIZE];

static int fill(void **state)
{
    (void)state;
    memset(longer, 'x', sizeof(longer) - 1);
    return 0;
}

static void a_text_is_cut_and_ends_in_every_case(void **state)
{
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_false(error_set(&err, ERROR_IMAGE, "%d of %s", 3, "four"));
    assert_int_equal(err.kind, ERROR_IMAGE);
    assert_string_equal(err.text, "3 of four");
    assert_false(error_set(&err, ERROR_FLASH, "%s", longer));
    assert_int_equal(strlen(err.text), ERROR_TEXT_SIZE - 1);
    assert_int_equal(err.kind, ERROR_FLASH);
}

static void a_failed_call_says_why(void **state)
{
    struct error err = ERROR_EMPTY;

    (void)state;
    errno = ENOSPC;
    assert_false(error_system(&err, ERROR_INTERNAL, "writing %s", "x"));
    assert_string_equal(err.text, "writing x: No space left on device");
    assert_int_equal(err.kind, ERROR_INTERNAL);
    errno = 123456;
    assert_false(error_system(&err, ERROR_INTERNAL, "writing"));
    assert_memory_equal(err.text, "writing: ", 9); /* the rest depends on the C library */
    assert_true(strlen(err.text) > 9);
    errno = ENOSPC;
    assert_false(error_system(&err, ERROR_INTERNAL, "%s", longer));
    assert_int_equal(strlen(err.text), ERROR_TEXT_SIZE - 1);
}

static void a_prefix_keeps_the_kind_and_the_text(void **state)
{
    struct error err = ERROR_EMPTY;

    (void)state;
    (void)error_set(&err, ERROR_ROOM, "too little");
    assert_false(error_prefix(&err, "bank %d", 1));
    assert_string_equal(err.text, "bank 1: too little");
    assert_int_equal(err.kind, ERROR_ROOM);
    /* The prefix may quote the text that is replaced. */
    assert_false(error_prefix(&err, "%s", "a"));
    assert_string_equal(err.text, "a: bank 1: too little");
    assert_false(error_prefix(&err, "%s", longer));
    assert_int_equal(strlen(err.text), ERROR_TEXT_SIZE - 1);
    (void)error_set(&err, ERROR_ROOM, "%s", longer);
    assert_false(error_prefix(&err, "bank"));
    assert_memory_equal(err.text, "bank: xxx", 9);
    assert_int_equal(strlen(err.text), ERROR_TEXT_SIZE - 1);
}

static void a_limit_that_was_met_is_named(void **state)
{
    struct error err = ERROR_EMPTY;

    (void)state;
    errno = EMFILE;
    (void)error_system(&err, ERROR_INTERNAL, "internal error: pipe");
    assert_string_equal(err.text, "internal error: pipe: Too many open files: the limit of one "
                                  "process: see ulimit -n");
    errno = ENFILE;
    (void)error_system(&err, ERROR_INTERNAL, "internal error: pipe");
    assert_string_equal(err.text, "internal error: pipe: Too many open files in system: the limit "
                                  "of the whole system: see fs.file-max");
}

static void another_error_is_handed_on_as_it_is(void **state)
{
    struct error cause = ERROR_EMPTY, err = {ERROR_FLASH, "older"};

    (void)state;
    (void)error_set(&cause, ERROR_JOURNAL, "lost");
    assert_false(error_pass(&err, &cause));
    assert_int_equal(err.kind, ERROR_JOURNAL);
    assert_string_equal(err.text, "lost");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_cut_and_ends_in_every_case),
        cmocka_unit_test(a_failed_call_says_why),
        cmocka_unit_test(a_prefix_keeps_the_kind_and_the_text),
        cmocka_unit_test(a_limit_that_was_met_is_named),
        cmocka_unit_test(another_error_is_handed_on_as_it_is),
    };

    return cmocka_run_group_tests(tests, fill, NULL);
}
