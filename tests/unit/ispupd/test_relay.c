/* SPDX-License-Identifier: Apache-2.0 */
/* A relay between a client and a program whose ends are the test's, with a broker of its own. */
#include "ispupd/relay.h"

#include "ispupd/errand.h"
#include "ispupd/parcel.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define REPLY "Content-type: text/plain\n\nOK\n"

/* The program's last words come between the server's look at its output and its question. */
static int answer_once(int socket, int output)
{
    struct errand_answer answer;
    unsigned char record[ERRAND_SIZE];
    struct error err = ERROR_EMPTY;
    size_t size;

    memset(&answer, 0, sizeof(answer));
    answer.number = 1;
    return parcel_receive(socket, record, sizeof(record), &size, NULL, &err) &&
                   record[0] == ERRAND_HAS_ENDED &&
                   write(output, REPLY, strlen(REPLY)) == (ssize_t)strlen(REPLY) &&
                   parcel_send(socket, span_of(&answer, sizeof(answer)), NULL, &err)
               ? 0
               : 1;
}

static pid_t begin_broker(int socket, int output)
{
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0)
        _exit(answer_once(socket, output));
    return child;
}

/* A child of the program keeps its output open: its end is told by the broker alone. */
static void what_a_program_says_last_is_not_lost_with_its_exit(void **state)
{
    CLEANUP(output_release) struct output output = {.data = NULL};
    const struct wire client = {-1, NULL};
    struct ask *ask = NULL;
    struct error err = ERROR_EMPTY;
    struct relay_end end;
    int sockets[2], said[2], status = 1;
    pid_t broker;

    (void)state;
    assert_true(parcel_pair(sockets, &err));
    assert_int_equal(pipe2(said, O_NONBLOCK), 0);
    broker = begin_broker(sockets[0], said[1]);
    assert_true(ask_open(&ask, sockets[1], &err));
    struct program program = {.number = 7, .input = -1, .output = said[0]};
    const struct relay_request request = {ask, &client, SPAN_EMPTY, 0};

    assert_true(relay_run(&request, &program, &output, &end, &err));
    assert_int_equal(waitpid(broker, &status, 0), broker);
    assert_int_equal(status, 0);
    assert_true(span_is(span_of(output.data, output.size), REPLY));
    assert_int_equal(end.body, RELAY_BODY_WHOLE);
    ask_close(&ask);
    for (size_t i = 0; i < 2; i++) {
        (void)close(sockets[i]);
        (void)close(said[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_program_says_last_is_not_lost_with_its_exit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
