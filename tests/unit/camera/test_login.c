/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "camera/login.h"
#include "scratch.h"

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

static void what_is_one_address(void **state)
{
    static const struct {
        const char *one, *other;
        bool same;
    } pairs[] = {
        {"192.0.2.1", "192.0.2.10", false},           {"192.0.2.1", "::ffff:192.0.2.1", true},
        {"192.0.2.1", "[::ffff:192.0.2.1]", true},    {"192.0.2.1", "::ffff:192.0.2.2", false},
        {"2001:db8::1", "2001:DB8:0:0:ffff::", true}, {"2001:db8::1", "[2001:db8::1]", true},
        {"2001:db8::1", "2001:db8:0:1::1", false},    {"192.0.2.1.", "192.0.2.01", true},
        {"fe80::1%eth0", "nonsense", true},           {"192.0.2.1", "", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        CLEANUP(scratch_remove) struct scratch scratch;

        scratch_make(&scratch);
        note(&scratch, pairs[i].one, false, LOGIN_TRIES);
        assert_int_equal(may_try(&scratch, pairs[i].other), !pairs[i].same);
    }
}

static void garbage_in_the_file_is_as_good_as_none(void **state)
{
    static const size_t sizes[] = {1, 7, 6143, 6144, 6145, 20000};
    static const unsigned char fills[] = {'g', 0xff, 0x01};
    unsigned char garbage[20000];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes) * COUNT_OF(fills); i++) {
        CLEANUP(scratch_remove) struct scratch scratch;

        scratch_make(&scratch);
        memset(garbage, fills[i % COUNT_OF(fills)], sizeof(garbage));
        scratch_write(&scratch, "logins", span_of(garbage, sizes[i / COUNT_OF(fills)]));
        assert_true(may_try(&scratch, "10.0.0.1"));
        note(&scratch, "10.0.0.1", false, LOGIN_TRIES);
        assert_false(may_try(&scratch, "10.0.0.1"));
        assert_true(may_try(&scratch, "10.0.0.2"));
    }
}

/* The folder was not in RAM, and the machine has started anew. */
static void times_to_come_are_of_another_boot(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    CLEANUP(memory_free) unsigned char *data = NULL;
    struct error err = ERROR_EMPTY;
    size_t size;

    (void)state;
    scratch_make(&scratch);
    note(&scratch, "10.0.0.1", false, LOGIN_TRIES);
    assert_true(file_read(scratch_path(&scratch, "logins"), 20000, &data, &size, &err));
    memset(data + 16, 0x7f, 8);
    scratch_write(&scratch, "logins", span_of(data, size));
    assert_true(may_try(&scratch, "10.0.0.1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_wrong_tries_shut_one_address_out),
        cmocka_unit_test(right_try_makes_the_count_0),
        cmocka_unit_test(ipv6_counts_by_network),
        cmocka_unit_test(what_is_no_address_counts_as_one),
        cmocka_unit_test(many_addresses_forget_the_oldest_and_stay_bounded),
        cmocka_unit_test(what_is_one_address),
        cmocka_unit_test(times_to_come_are_of_another_boot),
        cmocka_unit_test(garbage_in_the_file_is_as_good_as_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
