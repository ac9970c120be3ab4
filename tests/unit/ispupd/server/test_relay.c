/* SPDX-License-Identifier: Apache-2.0 */
/* A relay between a client and a program. The test holds their ends, and runs a broker. */
#include "ispupd/server/relay.h"

#include "ispupd/broker_request.h"
#include "ispupd/fdpass.h"

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

/* The program writes its last bytes after the server has read its output, and before the server
 * asks whether the program has ended. */
static int answer_once(int socket, int output)
{
    struct broker_reply reply;
    unsigned char record[BROKER_REQUEST_SIZE];
    struct error err = ERROR_EMPTY;
    size_t size;

    memset(&reply, 0, sizeof(reply));
    reply.number = 1;
    return fdpass_receive(socket, record, sizeof(record), &size, NULL, &err) &&
                   record[0] == BROKER_REQUEST_HAS_ENDED &&
                   write(output, REPLY, strlen(REPLY)) == (ssize_t)strlen(REPLY) &&
                   fdpass_send(socket, span_of(&reply, sizeof(reply)), NULL, &err)
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

/* A child of the program keeps its output open: only the broker can tell that the program ended. */
static void what_a_program_says_last_is_not_lost_with_its_exit(void **state)
{
    CLEANUP(output_release) struct output output = {.data = NULL};
    const struct client_socket client = {-1, NULL};
    struct broker_client *broker = NULL;
    struct error err = ERROR_EMPTY;
    struct relay_end end;
    int sockets[2], said[2], status = 1;
    pid_t broker_pid;

    (void)state;
    assert_true(fdpass_pair(sockets, &err));
    assert_int_equal(pipe2(said, O_NONBLOCK), 0);
    broker_pid = begin_broker(sockets[0], said[1]);
    assert_true(broker_client_open(&broker, sockets[1], &err));
    struct program program = {.number = 7, .input = -1, .output = said[0]};
    const struct relay_request request = {broker, &client, SPAN_EMPTY, 0};

    assert_true(relay_run(&request, &program, &output, &end, &err));
    assert_int_equal(waitpid(broker_pid, &status, 0), broker_pid);
    assert_int_equal(status, 0);
    assert_true(span_is(span_of(output.data, output.size), REPLY));
    assert_int_equal(end.body, RELAY_BODY_WHOLE);
    broker_client_close(&broker);
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
