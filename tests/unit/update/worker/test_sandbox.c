/* SPDX-License-Identifier: Apache-2.0 */
#include "update/worker/limits.h"
#include "update/worker/sandbox.h"

#include "hostile_acts.h"
#include "skip.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { UPLOAD = 3 * 1024 * 1024, LEFT_ALONE = 7, NOT_ENTERED = 8, PAGE = 4096 };

/* System calls that a compromised worker would try; the first call of each must kill it. */
static void open_file(void)
{
    (void)open("/etc/passwd", O_RDONLY | O_CLOEXEC);
}

static void fork_process(void)
{
    if (fork() == 0)
        _exit(0);
}

static void map_shared(void)
{
    (void)mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

static void read_another(void)
{
    char byte;

    (void)!read(STDERR_FILENO, &byte, 1);
}

static void read_records(void)
{
    char byte;

    (void)!read(STDOUT_FILENO, &byte, 1);
}

static void write_body(void)
{
    (void)!write(STDIN_FILENO, "x", 1);
}

static void write_another(void)
{
    (void)!write(STDERR_FILENO, "x", 1);
}

static void stop_its_clock(void)
{
    (void)alarm(0);
}

static void raise_a_limit(void)
{
    const struct rlimit more = {1, 1};

    (void)setrlimit(RLIMIT_NOFILE, &more);
}

static void control_device(void)
{
    int count;

    (void)ioctl(STDIN_FILENO, FIONREAD, &count);
}

static void wait_for_nothing(void)
{
    (void)pause();
}

static void catch_signal(void)
{
    (void)signal(SIGSYS, SIG_IGN);
}

/* Calls that the worker needs: none of them kills it. */
static void read_body(void)
{
    struct pollfd body = {.fd = STDIN_FILENO, .events = POLLIN};
    char bytes[4];

    if (poll(&body, 1, 60000) != 1 || read(STDIN_FILENO, bytes, sizeof(bytes)) != 4)
        _exit(1);
}

static void write_record(void)
{
    if (write(STDOUT_FILENO, "word", 4) != 4)
        _exit(1);
}

static void use_memory(void)
{
    size_t sizes[] = {100, 5000, 300 * 1024, 2 * 1024 * 1024};

    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        char *memory = malloc(sizes[i]);
        char *larger = memory == NULL ? NULL : realloc(memory, 2 * sizes[i]);

        if (larger == NULL)
            _exit(1);
        memset(larger, 1, 2 * sizes[i]);
        free(larger);
    }
}

static void ask_the_time(void)
{
    struct timespec now;

    if (syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now) != 0)
        _exit(1);
}

/* More than its limit is refused, and does no harm. */
static void take_all_memory(void)
{
    /* Volatile: a compiler may remove an allocation that is never used. */
    void *volatile memory = malloc(LIMITS_DATA);

    if (memory != NULL)
        _exit(1);
}

static int act(void (*acts)(void), bool filtered, int body, int frames)
{
    struct error err = ERROR_EMPTY;

    if (dup2(body, STDIN_FILENO) < 0 || dup2(frames, STDOUT_FILENO) < 0 ||
        !sandbox_enter(UPLOAD, filtered, &err))
        return NOT_ENTERED;
    acts();
    return LEFT_ALONE;
}

/* How a process in the sandbox ends after this act. */
static int end_of(void (*acts)(void), bool filtered)
{
    int body[2], frames[2];
    int status = 0;
    pid_t child;

    assert_int_equal(pipe(body), 0);
    assert_int_equal(pipe(frames), 0);
    assert_int_equal(write(body[1], "body", 4), 4);
    child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(act(acts, filtered, body[0], frames[1]));
    assert_int_equal(waitpid(child, &status, 0), child);
    for (size_t i = 0; i < 2; i++) {
        (void)close(body[i]);
        (void)close(frames[i]);
    }
    return status;
}

static void skip_without_filter(void)
{
    if (sandbox_missing() != NULL)
        skip_because(sandbox_missing());
}

/* What instruments a program needs more memory, so such a build has no limits either. */
static void skip_without_limits(void)
{
    if (sandbox_missing() != NULL && strstr(sandbox_missing(), "sanitizers") != NULL)
        skip_because(sandbox_missing());
}

static void every_other_call_ends_the_process(void **state)
{
    static void (*const acts[])(void) = {
        open_file,           hostile_open_socket, fork_process,
        hostile_run_program, hostile_kill_parent, hostile_trace_process,
        hostile_map_program, map_shared,          hostile_make_program,
        read_another,        read_records,        write_body,
        write_another,       stop_its_clock,      raise_a_limit,
        control_device,      wait_for_nothing,    catch_signal,
        hostile_remove_file,
    };

    (void)state;
    skip_without_filter();
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        int status = end_of(acts[i], true);

        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
            fail_msg("act %zu: status %d", i, status);
    }
}

static void what_unpacking_needs_is_let_through(void **state)
{
    static void (*const acts[])(void) = {read_body, write_record, use_memory, ask_the_time};

    (void)state;
    skip_without_filter();
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        int status = end_of(acts[i], true);

        if (!WIFEXITED(status) || WEXITSTATUS(status) != LEFT_ALONE)
            fail_msg("act %zu: status %d", i, status);
    }
}

static void memory_has_a_limit_with_the_filter_and_without(void **state)
{
    (void)state;
    skip_without_limits();
    assert_int_equal(WEXITSTATUS(end_of(take_all_memory, false)), LEFT_ALONE);
    skip_without_filter();
    assert_int_equal(WEXITSTATUS(end_of(take_all_memory, true)), LEFT_ALONE);
}

static void look_at_limits(void)
{
    struct rlimit processor, memory;

    if (getrlimit(RLIMIT_CPU, &processor) != 0 || getrlimit(RLIMIT_AS, &memory) != 0 ||
        processor.rlim_cur != LIMITS_PROCESSOR_SECONDS + 12 ||
        processor.rlim_max != processor.rlim_cur + 1 || memory.rlim_max != LIMITS_MEMORY ||
        alarm(0) <= LIMITS_LIFE_SECONDS)
        _exit(1);
}

static void limits_follow_the_size_of_the_upload(void **state)
{
    (void)state;
    skip_without_limits();
    assert_int_equal(WEXITSTATUS(end_of(look_at_limits, false)), LEFT_ALONE);
}

static void where_no_filter_can_be_none_is_promised(void **state)
{
    (void)state;
    assert_int_equal(WEXITSTATUS(end_of(write_record, false)), LEFT_ALONE);
    assert_int_equal(WEXITSTATUS(end_of(write_record, true)),
                     sandbox_missing() == NULL ? LEFT_ALONE : NOT_ENTERED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_other_call_ends_the_process),
        cmocka_unit_test(what_unpacking_needs_is_let_through),
        cmocka_unit_test(memory_has_a_limit_with_the_filter_and_without),
        cmocka_unit_test(limits_follow_the_size_of_the_upload),
        cmocka_unit_test(where_no_filter_can_be_none_is_promised),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
