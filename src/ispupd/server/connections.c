/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/server/connections.h"

#include "base/fd.h"
#include "base/memory.h"

#include <pthread.h>

enum { PLACES = CONNECTIONS_PLACES };

struct connection {
    int fd; /* borrowed; FD_NONE: no connection */
    bool is_cut;
    enum connection_phase phase;
    uint64_t since; /* start of the connection, or of its phase */
    struct address address;
};

struct connections {
    pthread_mutex_t lock;
    struct connection places[PLACES];
    size_t count; /* without those that were cut */
    size_t program_count;
    bool is_finishing;
};

bool connections_open(struct connections **connections, struct error *err)
{
    void *memory = NULL;
    struct connections *made;

    if (!memory_allocate(&memory, sizeof(*made), err))
        return false;
    made = memory;
    for (size_t i = 0; i < PLACES; i++)
        made->places[i].fd = FD_NONE;
    (void)pthread_mutex_init(&made->lock, NULL);
    *connections = made;
    return true;
}

void connections_close(struct connections **connections)
{
    if (*connections != NULL)
        (void)pthread_mutex_destroy(&(*connections)->lock);
    memory_free(connections);
}

static struct connections *lock(struct connections *connections)
{
    (void)pthread_mutex_lock(&connections->lock);
    return connections;
}

/* For CLEANUP. */
static void unlock(struct connections **locked)
{
    (void)pthread_mutex_unlock(&(*locked)->lock);
}

/* The thread of the connection sees the end of its socket and closes it. */
static void cut(struct connections *connections, struct connection *connection)
{
    if (connection->is_cut)
        return;
    connection->is_cut = true;
    connections->count--;
    (void)shutdown(connection->fd, SHUT_RDWR);
}

static bool is_there(const struct connection *connection)
{
    return connection->fd != FD_NONE && !connection->is_cut;
}

static size_t count_of(const struct connections *connections, const struct address *address)
{
    size_t count = 0;

    for (size_t i = 0; i < PLACES; i++)
        if (is_there(&connections->places[i]) &&
            address_same_key(&connections->places[i].address, address))
            count++;
    return count;
}

/* The oldest waiting connection of an address that has more than its share, or NULL. */
static struct connection *find_greedy(struct connections *connections)
{
    struct connection *found = NULL;

    for (size_t i = 0; i < PLACES; i++) {
        struct connection *one = &connections->places[i];

        if (is_there(one) && one->phase != CONNECTION_SERVED &&
            (found == NULL || one->since < found->since) &&
            count_of(connections, &one->address) > CONNECTIONS_ADDRESS_LIMIT)
            found = one;
    }
    return found;
}

bool connections_admit(struct connections *connections, const struct address *address)
{
    CLEANUP(unlock) struct connections *locked = lock(connections);
    struct connection *greedy = NULL;

    if (locked->is_finishing)
        return false;
    if (locked->count < CONNECTIONS_LIMIT)
        return true;
    if (count_of(locked, address) < CONNECTIONS_ADDRESS_LIMIT)
        greedy = find_greedy(locked);
    if (greedy != NULL)
        cut(locked, greedy);
    return greedy != NULL;
}

struct connection *connections_add(struct connections *connections, int fd,
                                   const struct address *address, uint64_t now)
{
    CLEANUP(unlock) struct connections *locked = lock(connections);

    for (size_t i = 0; i < PLACES; i++)
        if (locked->places[i].fd == FD_NONE) {
            locked->places[i] = (struct connection){fd, false, CONNECTION_HEAD, now, *address};
            locked->count++;
            return &locked->places[i];
        }
    return NULL;
}

void connections_remove(struct connections *connections, struct connection *connection)
{
    CLEANUP(unlock) struct connections *locked = lock(connections);

    if (!connection->is_cut)
        locked->count--;
    connection->fd = FD_NONE;
}

void connections_enter(struct connections *connections, struct connection *connection,
                       enum connection_phase phase, uint64_t now)
{
    CLEANUP(unlock) struct connections *locked = lock(connections);

    (void)locked;
    connection->phase = phase;
    connection->since = now;
}

static bool is_late(const struct connections *connections, const struct connection *connection,
                    uint64_t now)
{
    static const struct {
        uint64_t usual, finishing;
    } limits[] = {
        [CONNECTION_HEAD] = {CONNECTIONS_HEAD_MILLISECONDS, 0},
        [CONNECTION_BODY_AWAITED] = {CONNECTIONS_BODY_MILLISECONDS, 0},
        [CONNECTION_SERVED] = {UINT64_MAX, UINT64_MAX},
        [CONNECTION_REPLYING] = {UINT64_MAX, CONNECTIONS_REPLY_MILLISECONDS},
        [CONNECTION_ANSWERED] = {UINT64_MAX, 0},
    };
    /* The connection may be newer than `now`. */
    uint64_t age = now > connection->since ? now - connection->since : 0;

    return age >= (connections->is_finishing ? limits[connection->phase].finishing
                                             : limits[connection->phase].usual);
}

void connections_sweep(struct connections *connections, uint64_t now)
{
    CLEANUP(unlock) struct connections *locked = lock(connections);

    for (size_t i = 0; i < PLACES; i++)
        if (is_there(&locked->places[i]) && is_late(locked, &locked->places[i], now))
            cut(locked, &locked->places[i]);
}

bool connections_has_program_place(struct connections *connections)
{
    CLEANUP(unlock) struct connections *locked = lock(connections);

    return !locked->is_finishing && locked->program_count < CONNECTIONS_PROGRAMS_LIMIT;
}

bool connections_begin_program(struct connections *connections)
{
    CLEANUP(unlock) struct connections *locked = lock(connections);

    if (locked->is_finishing || locked->program_count == CONNECTIONS_PROGRAMS_LIMIT)
        return false;
    locked->program_count++;
    return true;
}

void connections_end_program(struct connections *connections)
{
    CLEANUP(unlock) struct connections *locked = lock(connections);

    locked->program_count--;
}

void connections_finish(struct connections *connections)
{
    CLEANUP(unlock) struct connections *locked = lock(connections);

    locked->is_finishing = true;
}

static bool is_busy(const struct connection *connection)
{
    return is_there(connection) &&
           (connection->phase == CONNECTION_SERVED || connection->phase == CONNECTION_REPLYING);
}

bool connections_is_finished(struct connections *connections)
{
    CLEANUP(unlock) struct connections *locked = lock(connections);

    for (size_t i = 0; i < PLACES; i++)
        if (is_busy(&locked->places[i]))
            return false;
    return locked->program_count == 0;
}
