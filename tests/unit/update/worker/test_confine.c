/* SPDX-License-Identifier: Apache-2.0 */
#include "update/worker/confine.h"

#include "base/fd.h"
#include "scratch.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* What a confined worker can do, one bit each. */
enum {
    WAITED_IN_VAIN = 1, /* a silent body must not look like one that can be read */
    OPENED = 2,
    NOT_CONFINED = 4,
};

static int look_around(int body, int pipe)
{
    struct error err = ERROR_EMPTY;
    int installer;
    int seen = 0;

    if (!confine_worker(&body, pipe, &installer, &err))
        return NOT_CONFINED;
    seen |= fd_wait(body, 20) ? 0 : WAITED_IN_VAIN;
    seen |= open("/", O_RDONLY) >= 0 ? OPENED : 0;
    return seen;
}

static void confined_worker_waits_and_opens_nothing(void **state)
{
    int body[2], frames[2];
    int status = 0;
    pid_t child;

    (void)state;
    assert_int_equal(pipe(body), 0);
    assert_int_equal(pipe(frames), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(look_around(body[0], frames[1]));
    assert_int_equal(waitpid(child, &status, 0), child);
    for (size_t i = 0; i < 2; i++) {
        fd_close(&body[i]);
        fd_close(&frames[i]);
    }
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), WAITED_IN_VAIN);
}

static void it_becomes_a_user_of_its_own_else_nobody(void **state)
{
    static const struct {
        const char *users;
        unsigned user, group;
    } rows[] = {
        {"root:x:0:0::/:/bin/sh\nispup-worker:x:990:991::/:/bin/false\n", 990, 991},
        {"ispup-worker:x:990:991::/:/bin/false", 990, 991}, /* no line end */
        {"ispup-worker:x:0:0::/:/bin/false\n", 65534, 65534},
        {"ispup-worker:x:990:0::/:/bin/false\n", 65534, 65534},
        {"ispup-worker:x:0:990::/:/bin/false\nispup-worker:x:990:991::/:\n", 990, 991},
        {"ispup-worker:x:-1:990::/:/bin/false\n", 65534, 65534},
        {"ispup-worker:x:4294967295:990::/:\n", 65534, 65534}, /* setresuid(2): no change */
        {"ispup-worker:x:4294967296:990::/:\n", 65534, 65534}, /* would be root */
        {"ispup-worker:x:990\n", 65534, 65534},
        {"ispup-worker2:x:990:991::/:\nispup:x:1:1::/:\n", 65534, 65534},
        {"\n\n:::\n", 65534, 65534},
        {"", 65534, 65534},
    };
    struct confine_user user = confine_user_of("/there/is/nothing");

    (void)state;
    assert_int_equal(user.user.id, 65534);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        CLEANUP(scratch_remove) struct scratch scratch;

        scratch_make(&scratch);
        scratch_write(&scratch, "passwd", span_text(rows[i].users));
        user = confine_user_of(scratch_path(&scratch, "passwd"));
        assert_int_equal(user.user.id, rows[i].user);
        assert_int_equal(user.user.group, rows[i].group);
        assert_int_equal(user.is_own, rows[i].user == 990);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(confined_worker_waits_and_opens_nothing),
        cmocka_unit_test(it_becomes_a_user_of_its_own_else_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
