/* SPDX-License-Identifier: Apache-2.0 */
#include "base/process.h"

#include "base/fd.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <string.h>

#define ZEROS_77 "00000000000000000000000000000000000000000000000000000000000000000000000000000"

enum { RUNS = 200, HANGS = 20000 };

static void split(const char *text, struct process_command *command)
{
    struct error err = ERROR_EMPTY;

    assert_true(process_split(span_text(text), command, &err));
}

static void a_command_is_split_at_blanks_and_at_nothing_else(void **state)
{
    static const struct {
        const char *text;
        size_t count;
        const char *words[3];
    } rows[] = {
        {"", 0, {NULL}},
        {"   ", 0, {NULL}},
        {"/bin/a", 1, {"/bin/a"}},
        {" /bin/a  b ", 2, {"/bin/a", "b"}},
        {"/bin/a 'b c'", 3, {"/bin/a", "'b", "c'"}},
        {"/bin/a\tb $HOME;c", 2, {"/bin/a\tb", "$HOME;c"}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct process_command command;
        struct error err = ERROR_EMPTY;

        assert_true(process_split(span_text(rows[i].text), &command, &err));
        assert_int_equal(command.count, rows[i].count);
        for (size_t word = 0; word < command.count; word++)
            assert_string_equal(command.arguments[word], rows[i].words[word]);
        assert_null(command.arguments[command.count]);
    }
}

static void no_command_is_longer_than_its_room_or_found_by_a_path(void **state)
{
    static const char words[] = "/w 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17";
    static const struct {
        const char *text;
        size_t size;
        const char *refusal;
    } rows[] = {
        {"true", 4, "program true: not an absolute path"},
        {"./true", 6, "program ./true: not an absolute path"},
        {"a /bin/true", 11, "program a: not an absolute path"},
        {"/bin/a\0b", 8, "command longer than 1023 bytes"},
        {words, sizeof(words) - 1, "command of more than 16 words"},
    };
    char text[PROCESS_TEXT_SIZE];
    struct process_command command;
    struct error err = ERROR_EMPTY;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_false(process_split(span_of(rows[i].text, rows[i].size), &command, &err));
        assert_string_equal(err.text, rows[i].refusal);
        assert_int_equal(err.kind, ERROR_CONFIGURATION);
    }
    assert_true(process_split(span_of(words, sizeof(words) - 4), &command, &err));
    assert_int_equal(command.count, PROCESS_ARGUMENTS);
    memset(text, '/', sizeof(text));
    assert_true(process_split(span_of(text, sizeof(text) - 1), &command, &err));
    assert_false(process_split(span_of(text, sizeof(text)), &command, &err));
}

static void a_run_tells_how_it_ended_and_its_last_words(void **state)
{
    static const char long_output[] =
        "i=0; while [ $i -lt 3000 ]; do echo $i; i=$((i+1)); done >&2";
    static const struct {
        const char *script;
        int status;
        const char *last_line;
    } rows[] = {
        {"exit 0", 0, ""},
        {"exit 3", 3, ""},
        {"echo out; exit 1", 1, ""},
        {"echo first >&2; echo second >&2; exit 1", 1, "second"},
        {"printf 'no end' >&2", 0, "no end"},
        {"printf 'line\\n\\n\\n' >&2", 0, "line"},
        {"printf 'a\\033[2Jb\\n' >&2", 0, "a?[2Jb"},
        {"printf '%06000d\\nlast\\n' 0 >&2", 0, "last"}, /* ends before all is read */
        {"printf 'begin%02400d' 0 >&2; kill -9 $$", 128 + 9,
         "begin" ZEROS_77 ZEROS_77}, /* in two reads */
        {"kill -9 $$", 128 + 9, ""},
        {"echo >&2 said; exit 127", 127, "said"},
        {long_output, 0, "2999"},
        {"test \"$(env | grep -v '^PWD=\\|^_=\\|^SHLVL=')\" = PATH=/usr/sbin:/usr/bin:/sbin:/bin",
         0, ""},
    };
    struct process_command shell;

    (void)state;
    split("/bin/sh -c", &shell);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *more[] = {rows[i].script, NULL};
        struct process_outcome outcome = {.status = 77};
        struct error err = ERROR_EMPTY;

        assert_true(process_run(&shell, more, FD_NONE, 0, &outcome, &err));
        assert_int_equal(outcome.status, rows[i].status);
        assert_string_equal(outcome.last_line, rows[i].last_line);
    }
}

static void what_does_not_run_or_does_not_end_is_a_failure(void **state)
{
    struct process_command missing, endless;
    struct process_outcome outcome;
    struct error err = ERROR_EMPTY;

    (void)state;
    split("/no/such/program", &missing);
    split("/bin/sleep 100000", &endless);
    assert_false(process_run(&missing, NULL, FD_NONE, 0, &outcome, &err));
    assert_string_equal(err.text, "/no/such/program: cannot be run");
    assert_false(process_start(&missing, &err));
    assert_string_equal(err.text, "/no/such/program: No such file or directory");
    assert_false(process_run(&endless, NULL, FD_NONE, 1, &outcome, &err));
    assert_string_equal(err.text, "/bin/sleep: ended after 1 seconds");
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no child is left */
}

/* Sends SIGINT to our process group for as long as it lives. */
static pid_t start_interrupting(void)
{
    pid_t child = fork();

    assert_true(child >= 0);
    while (child == 0)
        if (kill(-getpgrp(), SIGINT) != 0)
            _exit(1);
    return child;
}

/* All started processes have the write end of a pipe as standard input: a read ends when the
 * last of them has ended. */
static void what_takes_too_long_ends_with_all_that_it_started(void **state)
{
    static const char *const more[] = {"exec 3>&0; sleep 100000 & wait", NULL};
    struct process_outcome outcome;
    struct process_command shell;
    struct error err = ERROR_EMPTY;
    int ends[2];

    (void)state;
    split("/bin/sh -c", &shell);
    assert_int_equal(pipe(ends), 0);
    assert_false(process_run(&shell, more, ends[1], 1, &outcome, &err));
    (void)close(ends[1]);
    assert_true(fd_wait(ends[0], HANGS));
    (void)close(ends[0]);
}

static void what_interrupts_our_group_does_not_end_a_program(void **state)
{
    struct process_command command;
    struct error err = ERROR_EMPTY;
    sigset_t interrupt, before;
    pid_t interrupting;
    int ended = 0;

    (void)state;
    split("/bin/true", &command);
    assert_true(getpgrp() == getpid() || setpgid(0, 0) == 0);
    (void)sigemptyset(&interrupt);
    (void)sigaddset(&interrupt, SIGINT);
    assert_int_equal(sigprocmask(SIG_BLOCK, &interrupt, &before), 0);
    interrupting = start_interrupting();
    for (unsigned i = 0; i < RUNS; i++) {
        struct process_outcome outcome = {.status = 0};

        if (!process_run(&command, NULL, FD_NONE, 0, &outcome, &err) || outcome.status != 0)
            ended++;
    }
    assert_int_equal(kill(interrupting, SIGKILL), 0);
    assert_int_equal(waitpid(interrupting, NULL, 0), interrupting);
    (void)signal(SIGINT, SIG_IGN); /* drops the pending signal */
    (void)signal(SIGINT, SIG_DFL);
    assert_int_equal(sigprocmask(SIG_SETMASK, &before, NULL), 0);
    assert_int_equal(ended, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_is_split_at_blanks_and_at_nothing_else),
        cmocka_unit_test(no_command_is_longer_than_its_room_or_found_by_a_path),
        cmocka_unit_test(a_run_tells_how_it_ended_and_its_last_words),
        cmocka_unit_test(what_does_not_run_or_does_not_end_is_a_failure),
        cmocka_unit_test(what_takes_too_long_ends_with_all_that_it_started),
        cmocka_unit_test(what_interrupts_our_group_does_not_end_a_program),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
