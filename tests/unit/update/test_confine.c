/* SPDX-License-Identifier: Apache-2.0 */
#include "update/confine.h"

#include "base/fd.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* What a confined worker can do: a bit for each. */
enum {
    WAITED_IN_VAIN = 1, /* a silent body is not taken for one that can be read */
    OPENED = 2,
};

static int look_around(int body, int pipe)
{
    int installer;
    int seen = 0;

    confine_worker(&body, pipe, &installer);
    seen |= fd_wait(body, 20) ? 0 : WAITED_IN_VAIN;
    seen |= open("/", O_RDONLY) >= 0 ? OPENED : 0;
    return seen;
}

static void confined_worker_waits_and_opens_nothing(void **state)
{
    int body[2], records[2];
    int status = 0;
    pid_t child;

    (void)state;
    assert_int_equal(pipe(body), 0);
    assert_int_equal(pipe(records), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(look_around(body[0], records[1]));
    assert_int_equal(waitpid(child, &status, 0), child);
    for (size_t i = 0; i < 2; i++) {
        fd_close(&body[i]);
        fd_close(&records[i]);
    }
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), WAITED_IN_VAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(confined_worker_waits_and_opens_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
