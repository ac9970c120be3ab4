/* SPDX-License-Identifier: Apache-2.0 */
/* The three processes of one update; the worker in its sandbox is compromised. */
#include "simulated_camera.h"

#include "base/fd.h"
#include "base/memory.h"
#include "skip.h"
#include "update/front/processes.h"
#include "update/worker/sandbox.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define FORBIDDEN "worker ended by signal 31: a system call that its sandbox forbids"

static const unsigned banks[COMPONENT_COUNT] = {2, 1, 2};

static int fork_itself(const struct worker_task *task)
{
    (void)task;
    return fork() == 0 ? 0 : 1;
}

static int open_passwords(const struct worker_task *task)
{
    (void)task;
    return open("/etc/shadow", O_RDONLY | O_CLOEXEC);
}

static int call_home(const struct worker_task *task)
{
    (void)task;
    return socket(AF_INET, SOCK_STREAM, 0);
}

static int write_to_body(const struct worker_task *task)
{
    return (int)write(task->body, "x", 1);
}

static int run_shell(const struct worker_task *task)
{
    char *const words[] = {NULL};

    (void)task;
    return execve("/bin/sh", words, words);
}

static int end_without_a_word(const struct worker_task *task)
{
    (void)task;
    return 0;
}

static int say_what_is_wrong(const struct worker_task *task)
{
    struct error err = ERROR_EMPTY;
    struct error gone = ERROR_EMPTY;

    (void)error_set(&err, ERROR_IMAGE, "gzip: this is not a gzip file");
    return frame_send_failure(task->installer, &err, &gone) ? 0 : 1;
}

/* After its failure a worker may drain the upload; this one never ends. */
static int say_what_is_wrong_and_stay(const struct worker_task *task)
{
    if (say_what_is_wrong(task) != 0)
        return 1;
    for (;;)
        (void)poll(NULL, 0, -1);
}

struct fixture {
    struct simulated_camera camera;
    int log; /* owned */
    pid_t worker;
};

static void begin(struct fixture *fixture)
{
    struct camera *camera = &fixture->camera.camera;

    simulated_make(&fixture->camera, banks, false);
    assert_int_equal(mkdir(camera->configuration.run, 0700), 0);
    fixture->log = open(scratch_path(&fixture->camera.scratch, "log"),
                        O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    camera->log_file = fixture->log;
    camera->log.fd = fixture->log;
    camera->configuration.sandbox_required = true;
}

static void end(struct fixture *fixture)
{
    fd_close(&fixture->log);
    simulated_free(&fixture->camera);
}

static bool run_for(struct fixture *fixture, int (*act)(const struct worker_task *task),
                    unsigned patience, struct error *err)
{
    const struct camera *camera = &fixture->camera.camera;
    CLEANUP(processes_release) struct processes processes = PROCESSES_NONE;
    CLEANUP(fd_close) int body = fd_open_null();
    CLEANUP(fd_close) int lock = fd_open_null();
    const struct worker_task task = {.body = body, .family = FAMILY_IMAGE, .run = act};

    if (!processes_start(camera, &task, &lock, &processes, err))
        return false;
    fixture->worker = processes.worker;
    return processes_wait(camera, &processes, patience, err);
}

static bool run(struct fixture *fixture, int (*act)(const struct worker_task *task),
                struct error *err)
{
    return run_for(fixture, act, PROCESSES_PATIENCE_SECONDS, err);
}

static bool logged(struct fixture *fixture, const char *piece)
{
    CLEANUP(memory_free) unsigned char *data = NULL;
    struct error err = ERROR_EMPTY;
    struct span rest;
    size_t size;

    assert_true(
        file_read(scratch_path(&fixture->camera.scratch, "log"), 65536, &data, &size, &err));
    for (rest = span_of(data, size); rest.size > 0; rest = span_from(rest, 1))
        if (span_begins(rest, piece))
            return true;
    return false;
}

static void needs_the_sandbox(void)
{
    if (sandbox_missing() != NULL)
        skip_because(sandbox_missing());
}

static void what_a_worker_may_not_do_ends_it_and_is_told(void **state)
{
    static int (*const acts[])(const struct worker_task *task) = {
        fork_itself, open_passwords, call_home, write_to_body, run_shell};

    (void)state;
    needs_the_sandbox();
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        CLEANUP(end) struct fixture fixture;
        struct error err = ERROR_EMPTY;

        begin(&fixture);
        assert_false(run(&fixture, acts[i], &err));
        assert_int_equal(err.kind, ERROR_INTERNAL);
        assert_string_equal(err.text, "internal error: " FORBIDDEN);
        assert_true(logged(&fixture, "simulated: " FORBIDDEN "\n"));
    }
}

static void a_worker_that_ends_without_a_word_is_told(void **state)
{
    CLEANUP(end) struct fixture fixture;
    struct error err = ERROR_EMPTY;

    (void)state;
    needs_the_sandbox();
    begin(&fixture);
    assert_false(run(&fixture, end_without_a_word, &err));
    assert_string_equal(err.text, "internal error: the worker ended early");
}

static void what_a_worker_says_is_told_and_no_end_of_it(void **state)
{
    CLEANUP(end) struct fixture fixture;
    struct error err = ERROR_EMPTY;

    (void)state;
    needs_the_sandbox();
    begin(&fixture);
    assert_false(run(&fixture, say_what_is_wrong, &err));
    assert_int_equal(err.kind, ERROR_IMAGE);
    assert_string_equal(err.text, "gzip: this is not a gzip file");
    assert_false(logged(&fixture, "worker ended by signal"));
}

/* Without the kill of the worker this would never return. */
static void a_worker_that_stays_after_its_failure_is_killed(void **state)
{
    CLEANUP(end) struct fixture fixture;
    struct error err = ERROR_EMPTY;

    (void)state;
    needs_the_sandbox();
    begin(&fixture);
    assert_false(run_for(&fixture, say_what_is_wrong_and_stay, 0, &err));
    assert_string_equal(err.text, "gzip: this is not a gzip file");
    /* We sent the signal, so it is not reported as a fault. */
    assert_false(logged(&fixture, "worker ended by signal"));
    assert_int_equal(kill(fixture.worker, 0), -1);
}

/* The build has no filter, and the configuration requires one. */
static void without_a_sandbox_nothing_is_started(void **state)
{
    CLEANUP(end) struct fixture fixture;
    struct error err = ERROR_EMPTY;

    (void)state;
    begin(&fixture);
    assert_false(run(&fixture, end_without_a_word, &err));
    if (sandbox_missing() != NULL)
        assert_true(span_begins(span_text(err.text), "internal error: no sandbox: "));
    fixture.camera.camera.configuration.sandbox_required = false;
    assert_false(run(&fixture, end_without_a_word, &err));
    assert_string_equal(err.text, "internal error: the worker ended early");
    assert_int_equal(logged(&fixture, "simulated: the worker runs without"),
                     sandbox_missing() != NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_worker_may_not_do_ends_it_and_is_told),
        cmocka_unit_test(a_worker_that_ends_without_a_word_is_told),
        cmocka_unit_test(what_a_worker_says_is_told_and_no_end_of_it),
        cmocka_unit_test(a_worker_that_stays_after_its_failure_is_killed),
        cmocka_unit_test(without_a_sandbox_nothing_is_started),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
