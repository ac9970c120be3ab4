/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void memory_is_zero_and_large_pieces_begin_a_page(void **state)
{
    static const size_t sizes[] = {1, 7, 4095, 4096, 4097, 1 << 20};
    struct error err = ERROR_EMPTY;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        CLEANUP(memory_free) unsigned char *bytes = NULL;
        void *memory = NULL;

        /* The next allocation of this size gets memory with old bytes. */
        assert_true(memory_allocate(&memory, sizes[i], &err));
        memset(memory, 'x', sizes[i]);
        memory_free(&memory);
        assert_null(memory);
        assert_true(memory_allocate(&memory, sizes[i], &err));
        bytes = memory;
        for (size_t at = 0; at < sizes[i]; at++)
            assert_int_equal(bytes[at], 0);
        assert_true(sizes[i] < 4096 || (uintptr_t)memory % 4096 == 0);
    }
}

static void reserved_memory_is_zero(void **state)
{
    static const size_t sizes[] = {1, 4097, 1 << 20};
    struct error err = ERROR_EMPTY;

    (void)state;
    for (size_t i = 0; i < 2 * COUNT_OF(sizes); i++) {
        CLEANUP(memory_free) void *memory = NULL;

        /* The second allocation of a size gets memory with old bytes. */
        assert_true(memory_reserve(&memory, sizes[i / 2], &err));
        for (size_t at = 0; at < sizes[i / 2]; at++)
            assert_int_equal(((unsigned char *)memory)[at], 0);
        memset(memory, 'x', sizes[i / 2]);
    }
}

static void no_memory_is_told_and_nothing_is_written(void **state)
{
    struct error err = ERROR_EMPTY;
    void *memory = &err;

    (void)state;
    assert_false(memory_reserve(&memory, SIZE_MAX / 2, &err));
    assert_int_equal(err.kind, ERROR_INTERNAL);
    assert_false(memory_allocate(&memory, SIZE_MAX / 2, &err));
    assert_ptr_equal(memory, &err);
    assert_int_equal(err.kind, ERROR_INTERNAL);
    assert_non_null(memmem(err.text, strlen(err.text), "no memory for ", 14));
}

static void nothing_can_be_freed(void **state)
{
    void *memory = NULL;

    (void)state;
    memory_free(&memory);
    assert_null(memory);
}

static void what_is_wiped_is_zero_and_nothing_else(void **state)
{
    char text[] = "a secret word";

    (void)state;
    memory_wipe(text + 2, 6);
    assert_memory_equal(text, "a \0\0\0\0\0\0 word", sizeof(text));
    memory_wipe(text, 0);
    assert_int_equal(text[0], 'a');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zero_and_large_pieces_begin_a_page),
        cmocka_unit_test(reserved_memory_is_zero),
        cmocka_unit_test(no_memory_is_told_and_nothing_is_written),
        cmocka_unit_test(nothing_can_be_freed),
        cmocka_unit_test(what_is_wiped_is_zero_and_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
