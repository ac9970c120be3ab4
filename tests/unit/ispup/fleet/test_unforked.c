/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/fleet/unforked.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { SIZE = 3 * 65536 + 1 };

/* msync fails with ENOMEM for pages that are not there. */
static int is_there(void *memory)
{
    return msync(memory, 1, MS_ASYNC) == 0 || errno != ENOMEM;
}

static void a_child_does_not_have_it(void **state)
{
    struct error err = ERROR_EMPTY;
    void *memory;
    int status = 0;
    pid_t child;

    (void)state;
    assert_true(unforked_open(&memory, SIZE, &err));
    memset(memory, 1, SIZE);
    assert_true(is_there(memory));
    child = fork();
    if (child == 0)
        _exit(is_there(memory));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    unforked_close(memory, SIZE);
}

static void begins_with_zeros_at_a_page(void **state)
{
    struct error err = ERROR_EMPTY;
    unsigned char *bytes;
    void *memory;

    (void)state;
    assert_true(unforked_open(&memory, SIZE, &err));
    bytes = memory;
    assert_int_equal((uintptr_t)bytes % 4096, 0);
    for (size_t i = 0; i < SIZE; i++)
        assert_int_equal(bytes[i], 0);
    unforked_close(memory, SIZE);
}

static void of_no_bytes_is_none(void **state)
{
    struct error err = ERROR_EMPTY;
    void *memory = &err;

    (void)state;
    assert_true(unforked_open(&memory, 0, &err));
    assert_null(memory);
    unforked_close(memory, 0);
    assert_false(unforked_open(&memory, SIZE_MAX, &err));
    assert_int_equal(err.kind, ERROR_INTERNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_does_not_have_it),
        cmocka_unit_test(begins_with_zeros_at_a_page),
        cmocka_unit_test(of_no_bytes_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
