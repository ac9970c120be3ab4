/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "camera/login.h"
#include "scratch.h"
#include "skip.h"

#define NEWLY_STARTED "nothing can be older than this boot, which has just begun"

/* One try, right or wrong; returns whether its password was compared. */
static bool try_once(struct scratch *scratch, const char *address, bool right)
{
    CLEANUP(login_end) struct login login = LOGIN_NONE;
    struct error err = ERROR_EMPTY;
    bool may = false;

    assert_true(login_begin(&login, scratch->folder, span_text(address), &may, &err));
    if (may && right)
        assert_true(login_right(&login, &err));
    return may;
}

/* Only asks, and leaves no trace. */
static bool may_try(struct scratch *scratch, const char *address)
{
    return try_once(scratch, address, true);
}

static void note(struct scratch *scratch, const char *address, unsigned times)
{
    for (unsigned i = 0; i < times; i++)
        (void)try_once(scratch, address, false);
}

static void five_wrong_tries_shut_one_address_out(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    note(&scratch, "10.0.0.1", LOGIN_TRIES - 1);
    assert_true(may_try(&scratch, "10.0.0.1"));
    note(&scratch, "10.0.0.1", 1);
    assert_false(may_try(&scratch, "10.0.0.1"));
    assert_true(may_try(&scratch, "10.0.0.2"));
    assert_true(may_try(&scratch, "::1"));
}

/* The owner of an account guesses another password between logins of his own. */
static void right_tries_leave_the_count_as_it_is(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    for (unsigned i = 0; i < LOGIN_TRIES; i++) {
        assert_true(try_once(&scratch, "10.0.0.1", true));
        assert_true(try_once(&scratch, "10.0.0.1", false));
    }
    assert_false(try_once(&scratch, "10.0.0.1", true));
    assert_false(try_once(&scratch, "10.0.0.1", false));
}

/* A person who mistypes, then continues to work. */
static void right_tries_are_never_too_many(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    note(&scratch, "10.0.0.1", LOGIN_TRIES - 1);
    for (unsigned i = 0; i < 100; i++)
        assert_true(try_once(&scratch, "10.0.0.1", true));
}

/* A process that is killed while it hashes still counts as a try. */
static void a_try_without_an_end_counts(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    for (unsigned i = 0; i < LOGIN_TRIES; i++) {
        struct login login = LOGIN_NONE;
        struct error err = ERROR_EMPTY;
        bool may;

        assert_true(login_begin(&login, scratch.folder, span_text("10.0.0.1"), &may, &err));
        (void)close(login.file);
    }
    assert_false(may_try(&scratch, "10.0.0.1"));
}

static unsigned wait_for(const pid_t *children, size_t count)
{
    unsigned allowed = 0;

    for (size_t i = 0; i < count; i++) {
        int status = 0;

        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) <= 1);
        allowed += (unsigned)WEXITSTATUS(status);
    }
    return allowed;
}

/* Many processes at the same moment; returns how many may compare their password. */
static unsigned try_at_once(struct scratch *scratch, bool right)
{
    pid_t children[40];
    int gate[2];

    assert_int_equal(pipe(gate), 0);
    for (size_t i = 0; i < COUNT_OF(children); i++) {
        char byte;

        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] > 0)
            continue;
        (void)close(gate[1]);
        _exit(read(gate[0], &byte, 1) == 0 && try_once(scratch, "10.0.0.1", right));
    }
    (void)close(gate[0]);
    (void)close(gate[1]);
    return wait_for(children, COUNT_OF(children));
}

static void tries_at_once_are_no_more_than_one_after_another(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    assert_int_equal(try_at_once(&scratch, true), 40);
    assert_int_equal(try_at_once(&scratch, false), LOGIN_TRIES);
    assert_int_equal(try_at_once(&scratch, true), 0);
}

static void ipv6_counts_by_network(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    note(&scratch, "2001:db8:1:2:aaaa::1", LOGIN_TRIES);
    assert_false(may_try(&scratch, "2001:db8:1:2:bbbb::2"));
    assert_true(may_try(&scratch, "2001:db8:1:3:aaaa::1"));
}

static void what_is_no_address_counts_as_one(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    note(&scratch, "", 2);
    note(&scratch, "unix:", LOGIN_TRIES - 2);
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
        note(&scratch, address, 1);
    }
    note(&scratch, "10.2.0.1", LOGIN_TRIES);
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
        note(&scratch, pairs[i].one, LOGIN_TRIES);
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
        note(&scratch, "10.0.0.1", LOGIN_TRIES);
        assert_false(may_try(&scratch, "10.0.0.1"));
        assert_true(may_try(&scratch, "10.0.0.2"));
    }
}

/* The folder was not in RAM, and the machine has restarted. */
static void times_to_come_are_of_another_boot(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    CLEANUP(memory_free) unsigned char *data = NULL;
    struct error err = ERROR_EMPTY;
    size_t size;

    (void)state;
    scratch_make(&scratch);
    note(&scratch, "10.0.0.1", LOGIN_TRIES);
    assert_true(file_read(scratch_path(&scratch, "logins"), 20000, &data, &size, &err));
    memset(data + 16, 0x7f, 8);
    scratch_write(&scratch, "logins", span_of(data, size));
    assert_true(may_try(&scratch, "10.0.0.1"));
}

/* Rewrites the file, so that the last wrong try of every address is this many seconds old.
 * Returns the current time that it used. */
static uint64_t make_older(struct scratch *scratch, uint64_t seconds)
{
    static struct login_entry entries[LOGIN_ADDRESSES];
    CLEANUP(memory_free) unsigned char *data = NULL;
    struct error err = ERROR_EMPTY;
    uint64_t now = clock_boot_seconds();
    size_t size;

    assert_true(file_read(scratch_path(scratch, "logins"), sizeof(entries), &data, &size, &err));
    assert_int_equal(size, sizeof(entries));
    memcpy(entries, data, size);
    for (size_t i = 0; i < LOGIN_ADDRESSES; i++)
        if (entries[i].family != 0)
            entries[i].last = now - seconds;
    scratch_write(scratch, "logins", span_of(entries, sizeof(entries)));
    return now;
}

static void an_address_is_heard_again_after_30_seconds_and_counted_anew(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    uint64_t now;
    bool may;

    (void)state;
    if (clock_boot_seconds() <= LOGIN_SECONDS)
        skip_because(NEWLY_STARTED);
    scratch_make(&scratch);
    note(&scratch, "10.0.0.1", LOGIN_TRIES);
    do {
        now = make_older(&scratch, LOGIN_SECONDS - 1);
        may = may_try(&scratch, "10.0.0.1");
    } while (clock_boot_seconds() != now); /* a new second may be the last */
    assert_false(may);
    (void)make_older(&scratch, LOGIN_SECONDS + 1);
    note(&scratch, "10.0.0.1", LOGIN_TRIES - 1);
    assert_true(may_try(&scratch, "10.0.0.1"));
    note(&scratch, "10.0.0.1", 1);
    assert_false(may_try(&scratch, "10.0.0.1"));
}

/* A refused try does not count: otherwise an impatient client would be locked out for ever. */
static void tries_that_are_refused_do_not_make_it_longer(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    CLEANUP(memory_free) unsigned char *before = NULL;
    CLEANUP(memory_free) unsigned char *after = NULL;
    struct error err = ERROR_EMPTY;
    size_t size;

    (void)state;
    if (clock_boot_seconds() <= LOGIN_SECONDS)
        skip_because(NEWLY_STARTED);
    scratch_make(&scratch);
    note(&scratch, "10.0.0.1", LOGIN_TRIES);
    (void)make_older(&scratch, 1);
    assert_true(file_read(scratch_path(&scratch, "logins"), 20000, &before, &size, &err));
    assert_false(try_once(&scratch, "10.0.0.1", false));
    assert_true(file_read(scratch_path(&scratch, "logins"), 20000, &after, &size, &err));
    assert_memory_equal(before, after, size);
}

/* Wrong tries add up as long as no pause between them is long enough. */
static void a_pause_that_is_too_short_forgets_nothing(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    if (clock_boot_seconds() <= LOGIN_SECONDS)
        skip_because(NEWLY_STARTED);
    scratch_make(&scratch);
    for (unsigned i = 0; i < LOGIN_TRIES; i++) {
        assert_true(try_once(&scratch, "10.0.0.1", false));
        (void)make_older(&scratch, LOGIN_SECONDS / 2);
    }
    assert_false(may_try(&scratch, "10.0.0.1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_wrong_tries_shut_one_address_out),
        cmocka_unit_test(right_tries_leave_the_count_as_it_is),
        cmocka_unit_test(right_tries_are_never_too_many),
        cmocka_unit_test(a_try_without_an_end_counts),
        cmocka_unit_test(tries_at_once_are_no_more_than_one_after_another),
        cmocka_unit_test(ipv6_counts_by_network),
        cmocka_unit_test(what_is_no_address_counts_as_one),
        cmocka_unit_test(many_addresses_forget_the_oldest_and_stay_bounded),
        cmocka_unit_test(what_is_one_address),
        cmocka_unit_test(times_to_come_are_of_another_boot),
        cmocka_unit_test(garbage_in_the_file_is_as_good_as_none),
        cmocka_unit_test(an_address_is_heard_again_after_30_seconds_and_counted_anew),
        cmocka_unit_test(tries_that_are_refused_do_not_make_it_longer),
        cmocka_unit_test(a_pause_that_is_too_short_forgets_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
