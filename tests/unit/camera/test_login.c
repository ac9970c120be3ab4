/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/login.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static bool may_try(struct scratch *scratch, const char *address)
{
    struct error err = ERROR_EMPTY;
    bool may = false;

    assert_true(login_may_try(scratch->folder, span_text(address), &may, &err));
    return may;
}

static void note(struct scratch *scratch, const char *address, bool right, unsigned times)
{
    struct error err = ERROR_EMPTY;

    for (unsigned i = 0; i < times; i++)
        assert_true(login_note(scratch->folder, span_text(address), right, &err));
}

static void five_wrong_tries_shut_one_address_out(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    note(&scratch, "10.0.0.1", false, LOGIN_TRIES - 1);
    assert_true(may_try(&scratch, "10.0.0.1"));
    note(&scratch, "10.0.0.1", false, 1);
    assert_false(may_try(&scratch, "10.0.0.1"));
    assert_true(may_try(&scratch, "10.0.0.2"));
    assert_true(may_try(&scratch, "::1"));
}

static void right_try_makes_the_count_0(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    note(&scratch, "10.0.0.1", false, LOGIN_TRIES - 1);
    note(&scratch, "10.0.0.1", true, 1);
    note(&scratch, "10.0.0.1", false, LOGIN_TRIES - 1);
    assert_true(may_try(&scratch, "10.0.0.1"));
}

static void ipv6_counts_by_network(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    note(&scratch, "2001:db8:1:2:aaaa::1", false, LOGIN_TRIES);
    assert_false(may_try(&scratch, "2001:db8:1:2:bbbb::2"));
    assert_true(may_try(&scratch, "2001:db8:1:3:aaaa::1"));
}

static void what_is_no_address_counts_as_one(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    note(&scratch, "", false, 2);
    note(&scratch, "unix:", false, LOGIN_TRIES - 2);
    assert_false(may_try(&scratch, "whatever"));
    assert_true(may_try(&scratch, "10.0.0.1"));
}

static void many_addresses_forget_the_oldest_and_stay_bounded(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    char address[32];

    (void)state;
    scratch_make(&scratch);
    for (unsigned i = 0; i < 3 * LOGIN_ADDRESSES; i++) {
        (void)snprintf(address, sizeof(address), "10.1.%u.%u", i / 256, i % 256);
        note(&scratch, address, false, 1);
    }
    note(&scratch, "10.2.0.1", false, LOGIN_TRIES);
    assert_false(may_try(&scratch, "10.2.0.1"));
    assert_true(may_try(&scratch, "10.1.0.0"));
}

static void garbage_in_the_file_is_as_good_as_none(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    scratch_write(&scratch, "logins", span_text("garbage"));
    assert_true(may_try(&scratch, "10.0.0.1"));
    note(&scratch, "10.0.0.1", false, LOGIN_TRIES);
    assert_false(may_try(&scratch, "10.0.0.1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_wrong_tries_shut_one_address_out),
        cmocka_unit_test(right_try_makes_the_count_0),
        cmocka_unit_test(ipv6_counts_by_network),
        cmocka_unit_test(what_is_no_address_counts_as_one),
        cmocka_unit_test(many_addresses_forget_the_oldest_and_stay_bounded),
        cmocka_unit_test(garbage_in_the_file_is_as_good_as_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
