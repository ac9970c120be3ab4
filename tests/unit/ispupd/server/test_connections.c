/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/server/connections.h"

#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct client {
    int ours, theirs;
    struct connection *connection;
};

static struct address address_of(unsigned number)
{
    struct address address = {.host = "192.0.2.1"};

    address.key[0] = (unsigned char)number;
    address.key[1] = (unsigned char)(number >> 8);
    return address;
}

static void come(struct connections *connections, struct client *client, unsigned number,
                 uint64_t now)
{
    struct address address = address_of(number);
    int ends[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    *client =
        (struct client){ends[0], ends[1], connections_add(connections, ends[0], &address, now)};
    assert_non_null(client->connection);
}

static bool is_cut(const struct client *client)
{
    char byte;

    return recv(client->theirs, &byte, 1, MSG_DONTWAIT) == 0;
}

static void go(struct connections *connections, struct client *client)
{
    connections_remove(connections, client->connection);
    (void)close(client->ours);
    (void)close(client->theirs);
}

static struct connections *begin(void)
{
    struct connections *connections = NULL;
    struct error err = ERROR_EMPTY;

    assert_true(connections_open(&connections, &err));
    return connections;
}

static void each_phase_has_its_time(void **state)
{
    static const struct {
        enum connection_phase phase;
        uint64_t limit; /* 0: none */
    } rows[] = {
        {CONNECTION_HEAD, CONNECTIONS_HEAD_MILLISECONDS},
        {CONNECTION_BODY_AWAITED, CONNECTIONS_BODY_MILLISECONDS},
        {CONNECTION_SERVED, 0},
        {CONNECTION_REPLYING, 0},
        {CONNECTION_ANSWERED, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        CLEANUP(connections_close) struct connections *connections = begin();
        struct client client;

        come(connections, &client, 1, 100);
        connections_enter(connections, client.connection, rows[i].phase, 1000);
        connections_sweep(connections, 999); /* the clock was read before */
        connections_sweep(connections, 999 + rows[i].limit);
        assert_false(is_cut(&client));
        connections_sweep(connections, rows[i].limit > 0 ? 1000 + rows[i].limit : UINT64_MAX / 2);
        assert_int_equal(is_cut(&client), rows[i].limit > 0);
        go(connections, &client);
    }
}

static void who_ends_waits_for_programs_and_replies_alone(void **state)
{
    static const struct {
        enum connection_phase phase;
        bool is_cut, is_waited_for;
    } rows[] = {
        {CONNECTION_HEAD, true, false},     {CONNECTION_BODY_AWAITED, true, false},
        {CONNECTION_SERVED, false, true},   {CONNECTION_REPLYING, false, true},
        {CONNECTION_ANSWERED, true, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        CLEANUP(connections_close) struct connections *connections = begin();
        struct address other = address_of(2);
        struct client client;

        come(connections, &client, 1, 100);
        connections_enter(connections, client.connection, rows[i].phase, 100);
        connections_finish(connections);
        assert_false(connections_admit(connections, &other));
        assert_false(connections_begin_program(connections));
        connections_sweep(connections, 100);
        assert_int_equal(is_cut(&client), rows[i].is_cut);
        assert_int_equal(connections_is_finished(connections), !rows[i].is_waited_for);
        go(connections, &client);
        assert_true(connections_is_finished(connections));
    }
}

static void one_address_may_take_all_places_until_another_comes(void **state)
{
    static struct client clients[CONNECTIONS_LIMIT];
    CLEANUP(connections_close) struct connections *connections = begin();
    struct address greedy = address_of(1), other = address_of(2);
    struct client more;

    (void)state;
    for (size_t i = 0; i < CONNECTIONS_LIMIT; i++) {
        assert_true(connections_admit(connections, &greedy));
        come(connections, &clients[i], 1, 1000 - i);
    }
    /* The oldest is the last in the list; the one before it has a program. */
    connections_enter(connections, clients[CONNECTIONS_LIMIT - 1].connection, CONNECTION_SERVED, 0);
    assert_false(connections_admit(connections, &greedy));
    assert_true(connections_admit(connections, &other));
    assert_false(is_cut(&clients[CONNECTIONS_LIMIT - 1]));
    assert_true(is_cut(&clients[CONNECTIONS_LIMIT - 2]));
    assert_false(is_cut(&clients[CONNECTIONS_LIMIT - 3]));
    come(connections, &more, 2, 2000);
    assert_false(connections_admit(connections, &greedy));
    go(connections, &more);
    assert_true(connections_admit(connections, &greedy));
    for (size_t i = 0; i < CONNECTIONS_LIMIT; i++)
        go(connections, &clients[i]);
}

static void an_address_within_its_share_is_never_cut(void **state)
{
    static struct client clients[CONNECTIONS_LIMIT];
    CLEANUP(connections_close) struct connections *connections = begin();
    struct address other = address_of(1000);

    (void)state;
    for (size_t i = 0; i < CONNECTIONS_LIMIT; i++)
        come(connections, &clients[i], (unsigned)(i / CONNECTIONS_ADDRESS_LIMIT), i);
    assert_false(connections_admit(connections, &other));
    for (size_t i = 0; i < CONNECTIONS_LIMIT; i++) {
        assert_false(is_cut(&clients[i]));
        go(connections, &clients[i]);
    }
}

static void programs_have_so_many_places(void **state)
{
    CLEANUP(connections_close) struct connections *connections = begin();

    (void)state;
    for (size_t i = 0; i < CONNECTIONS_PROGRAMS_LIMIT; i++) {
        assert_true(connections_has_program_place(connections));
        assert_true(connections_begin_program(connections));
    }
    assert_false(connections_has_program_place(connections));
    assert_false(connections_begin_program(connections));
    connections_finish(connections);
    assert_false(connections_is_finished(connections));
    for (size_t i = 0; i < CONNECTIONS_PROGRAMS_LIMIT; i++)
        connections_end_program(connections);
    assert_true(connections_is_finished(connections));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_phase_has_its_time),
        cmocka_unit_test(who_ends_waits_for_programs_and_replies_alone),
        cmocka_unit_test(one_address_may_take_all_places_until_another_comes),
        cmocka_unit_test(an_address_within_its_share_is_never_cut),
        cmocka_unit_test(programs_have_so_many_places),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
