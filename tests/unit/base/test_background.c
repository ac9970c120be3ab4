/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/background.h"

struct work {
    pthread_t worker;
    pthread_mutex_t gate;
    bool fails, is_done;
};

static bool work(void *context, struct error *err)
{
    struct work *work = context;

    (void)pthread_mutex_lock(&work->gate);
    work->worker = pthread_self();
    work->is_done = true;
    (void)pthread_mutex_unlock(&work->gate);
    return !work->fails || error_set(err, ERROR_FLASH, "did not hold");
}

static void is_done_beside_its_owner(void **state)
{
    struct background background = BACKGROUND_NONE;
    struct work one = {.gate = PTHREAD_MUTEX_INITIALIZER};
    struct error err = ERROR_EMPTY;

    (void)state;
    /* A background task that ran at once would never pass the gate. */
    (void)pthread_mutex_lock(&one.gate);
    background_begin(&background, work, &one, true);
    assert_false(one.is_done);
    (void)pthread_mutex_unlock(&one.gate);
    assert_true(background_end(&background, &err));
    assert_true(one.is_done);
    assert_false(pthread_equal(one.worker, pthread_self()));
    background_discard(&background);
}

static void is_done_at_once_if_no_thread_is_allowed(void **state)
{
    struct background background = BACKGROUND_NONE;
    struct work one = {.gate = PTHREAD_MUTEX_INITIALIZER};
    struct error err = ERROR_EMPTY;

    (void)state;
    background_begin(&background, work, &one, false);
    assert_true(one.is_done);
    assert_true(pthread_equal(one.worker, pthread_self()));
    assert_true(background_end(&background, &err));
}

static void hands_on_what_went_wrong_once(void **state)
{
    (void)state;
    for (int beside = 0; beside < 2; beside++) {
        struct background background = BACKGROUND_NONE;
        struct work one = {.gate = PTHREAD_MUTEX_INITIALIZER, .fails = true};
        struct error err = ERROR_EMPTY;

        background_begin(&background, work, &one, beside == 1);
        assert_false(background_end(&background, &err));
        assert_int_equal(err.kind, ERROR_FLASH);
        assert_string_equal(err.text, "did not hold");
        assert_true(background_end(&background, &err));
        background_discard(&background);
    }
}

static void is_waited_for_when_it_is_discarded(void **state)
{
    struct background background = BACKGROUND_NONE;
    struct work one = {.gate = PTHREAD_MUTEX_INITIALIZER, .fails = true};

    (void)state;
    background_discard(&background);
    background_begin(&background, work, &one, true);
    background_discard(&background);
    assert_true(one.is_done);
}

static void has_one_thread_for_all_pieces(void **state)
{
    struct background background = BACKGROUND_NONE;
    struct work one = {.gate = PTHREAD_MUTEX_INITIALIZER}, other = one, third = one;
    struct error err = ERROR_EMPTY;

    (void)state;
    background_begin(&background, work, &one, true);
    assert_true(background_end(&background, &err));
    background_begin(&background, work, &other, false);
    assert_true(background_end(&background, &err));
    assert_true(pthread_equal(other.worker, pthread_self()));
    background_begin(&background, work, &third, true);
    assert_true(background_end(&background, &err));
    assert_true(pthread_equal(third.worker, one.worker));
    background_discard(&background);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_done_beside_its_owner),
        cmocka_unit_test(is_done_at_once_if_no_thread_is_allowed),
        cmocka_unit_test(hands_on_what_went_wrong_once),
        cmocka_unit_test(has_one_thread_for_all_pieces),
        cmocka_unit_test(is_waited_for_when_it_is_discarded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
