/* SPDX-License-Identifier: Apache-2.0 */
/* System calls that a compromised server would try; the first call of each must kill it. */
#include "ispupd/filter.h"

#include "base/compiler.h"
#include "hostile_acts.h"
#include "skip.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { LEFT_ALONE = 7, NOT_ENTERED = 8, WRONG = 9 };

static void bind_socket(void)
{
    const struct sockaddr address = {.sa_family = AF_UNIX};

    (void)bind(0, &address, sizeof(address));
}

static void connect_socket(void)
{
    const struct sockaddr address = {.sa_family = AF_UNIX};

    (void)connect(0, &address, sizeof(address));
}

static void begin_process(void)
{
    if (syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL) == 0)
        _exit(0);
}

static void signal_another(void)
{
    (void)kill(1, 0);
}

static void read_process(void)
{
    char byte;
    const struct iovec piece = {&byte, 1};

    (void)process_vm_readv(1, &piece, 1, &piece, 1, 0);
}

static void become_root(void)
{
    (void)!setuid(0);
}

static void leave_the_folder(void)
{
    (void)!chdir("..");
}

static void change_root(void)
{
    (void)!chroot(".");
}

static void make_namespace(void)
{
    (void)unshare(CLONE_NEWUSER);
}

static void be_traceable(void)
{
    (void)prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

static void raise_a_limit(void)
{
    const struct rlimit more = {1, 1};

    (void)setrlimit(RLIMIT_CORE, &more);
}

static void open_beneath(void)
{
    (void)syscall(SYS_openat2, AT_FDCWD, "/", NULL, 0);
}

/* These fail as if the call or the file did not exist. */
static void open_file(void)
{
    _exit(open("/etc/passwd", O_RDONLY | O_CLOEXEC) < 0 && errno == EACCES ? LEFT_ALONE : WRONG);
}

static void *do_nothing(void *nothing)
{
    return nothing;
}

static void begin_thread(void)
{
    pthread_t thread;

    _exit(pthread_create(&thread, NULL, do_nothing, NULL) == 0 && pthread_join(thread, NULL) == 0
              ? LEFT_ALONE
              : WRONG);
}

static int end_of(void (*act)(void))
{
    pid_t child = fork();
    int status = -1;

    assert_true(child >= 0);
    if (child == 0) {
        struct error err = ERROR_EMPTY;

        (void)signal(SIGSYS, SIG_DFL); /* cmocka would report it */
        (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        if (!filter_enter(&err))
            _exit(NOT_ENTERED);
        act();
        _exit(LEFT_ALONE);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void needs_a_filter(void)
{
    if (filter_missing() != NULL)
        skip_because(filter_missing());
}

static void a_call_that_leads_further_ends_it(void **state)
{
    static void (*const acts[])(void) = {
        hostile_open_socket, bind_socket,         connect_socket,       begin_process,
        hostile_run_program, hostile_kill_parent, signal_another,       hostile_trace_process,
        read_process,        hostile_map_program, hostile_make_program, become_root,
        change_root,         make_namespace,      be_traceable,         raise_a_limit,
        leave_the_folder,    open_beneath,        hostile_remove_file,
    };

    (void)state;
    needs_a_filter();
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        int status = end_of(acts[i]);

        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
            fail_msg("act %zu ended with status %#x", i, (unsigned)status);
    }
}

static void what_it_needs_is_left_to_it(void **state)
{
    static void (*const acts[])(void) = {open_file, begin_thread};

    (void)state;
    needs_a_filter();
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        int status = end_of(acts[i]);

        if (!WIFEXITED(status) || WEXITSTATUS(status) != LEFT_ALONE)
            fail_msg("act %zu ended with status %#x", i, (unsigned)status);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_that_leads_further_ends_it),
        cmocka_unit_test(what_it_needs_is_left_to_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
