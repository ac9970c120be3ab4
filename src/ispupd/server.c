/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/server.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/memory.h"

#include <microhttpd.h>
#include <stdlib.h>

/* One connection holds its head and the first piece of its body; a thread calls no deeper than
 * exchange.c and the formatting of a line. */
enum { CONNECTION_MEMORY = 64 * 1024, STACK_SIZE = 128 * 1024 };

struct server {
    struct MHD_Daemon *library;
    const struct service *service; /* borrowed */
    int listening;                 /* owned */
};

static enum MHD_Result admit(void *self, const struct sockaddr *caller, socklen_t size)
{
    const struct server *server = self;
    struct address address;

    (void)size;
    address_read(caller, &address);
    return connections_admit(server->service->connections, &address) ? MHD_YES : MHD_NO;
}

static int socket_of(struct MHD_Connection *library)
{
    return MHD_get_connection_info(library, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

static void read_client(struct MHD_Connection *library, struct address *address)
{
    address_read(MHD_get_connection_info(library, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr,
                 address);
}

/* A connection came, or has gone and its socket is about to be closed. */
static void note_connection(void *self, struct MHD_Connection *library, void **context,
                            enum MHD_ConnectionNotificationCode code)
{
    const struct server *server = self;
    struct connections *connections = server->service->connections;
    struct address address;

    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        read_client(library, &address);
        *context = connections_add(connections, socket_of(library), &address, clock_milliseconds());
    } else if (*context != NULL) {
        connections_remove(connections, *context);
        *context = NULL;
    }
}

/* The target as it was sent: what the library passes later is decoded and cut. NULL, which ends the
 * connection at its next step, where there is no memory or no place for it. */
static void *note_target(void *self, const char *target, struct MHD_Connection *library)
{
    const struct server *server = self;
    struct error ignored = ERROR_EMPTY;
    void *memory = NULL;
    struct exchange *exchange;

    if (!memory_allocate(&memory, sizeof(*exchange), &ignored))
        return NULL;
    exchange = memory;
    exchange->service = server->service;
    exchange->connection =
        MHD_get_connection_info(library, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    exchange->fd = socket_of(library);
    exchange->begun = clock_milliseconds();
    read_client(library, &exchange->client);
    head_set_target(&exchange->head, span_text(target));
    if (exchange->connection == NULL)
        memory_free(&memory);
    return memory;
}

static enum MHD_Result note_field(void *self, enum MHD_ValueKind kind, const char *name,
                                  const char *value)
{
    (void)kind;
    head_add_field(self, span_text(name), span_text(value));
    return MHD_YES;
}

static void read_head(struct exchange *exchange, struct MHD_Connection *library, const char *method,
                      const char *version)
{
    exchange->has_begun = true;
    exchange->head.method = span_text(method);
    exchange->head.version = span_text(version);
    exchange->head.size =
        MHD_get_connection_info(library, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
    (void)MHD_get_connection_values(library, MHD_HEADER_KIND, note_field, &exchange->head);
}

/* Called when the head is there, and again with the first bytes of a body. MHD_NO closes the
 * connection: the reply has been sent by then. */
/* NOLINTNEXTLINE(readability-function-size): the library's parameters */
static enum MHD_Result serve(void *self, struct MHD_Connection *library, const char *url,
                             const char *method, const char *version, const char *body,
                             size_t *size, void **context)
{
    struct exchange *exchange = *context;

    (void)self, (void)url;
    if (exchange == NULL)
        return MHD_NO;
    if (!exchange->has_begun) {
        read_head(exchange, library, method, version);
        return exchange_begin(exchange) ? MHD_YES : MHD_NO;
    }
    exchange_finish(exchange, span_of(body, *size));
    return MHD_NO;
}

static void note_end(void *self, struct MHD_Connection *library, void **context,
                     enum MHD_RequestTerminationCode code)
{
    (void)self, (void)library, (void)code;
    if (*context != NULL)
        exchange_end(*context);
    memory_free(context);
}

static struct MHD_Daemon *start_library(struct server *server)
{
    const unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION |
                           MHD_USE_POLL | MHD_USE_ITC;

    return MHD_start_daemon(flags, 0, admit, server, serve, server, MHD_OPTION_LISTEN_SOCKET,
                            server->listening, MHD_OPTION_CONNECTION_LIMIT,
                            (unsigned)CONNECTIONS_PLACES, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                            (size_t)CONNECTION_MEMORY, MHD_OPTION_THREAD_STACK_SIZE,
                            (size_t)STACK_SIZE, MHD_OPTION_URI_LOG_CALLBACK, note_target, server,
                            MHD_OPTION_NOTIFY_CONNECTION, note_connection, server,
                            MHD_OPTION_NOTIFY_COMPLETED, note_end, server, MHD_OPTION_END);
}

bool server_start(struct server **server, const struct service *service, int *listening,
                  struct error *err)
{
    CLEANUP(memory_free) void *memory = NULL;
    struct server *made;

    if (!memory_allocate(&memory, sizeof(*made), err))
        return false;
    made = memory;
    made->service = service;
    made->listening = *listening;
    made->library = start_library(made);
    if (made->library == NULL)
        return error_system(err, ERROR_INTERNAL, "cannot start libmicrohttpd");
    (void)fd_take(listening);
    memory = NULL;
    *server = made;
    return true;
}

void server_stop_listening(struct server *server)
{
    (void)MHD_quiesce_daemon(server->library);
    /* The library's thread may still use the number: ended now, closed in server_stop. */
    (void)shutdown(server->listening, SHUT_RDWR);
}

void server_stop(struct server **server)
{
    if (*server == NULL)
        return;
    (void)MHD_quiesce_daemon((*server)->library);
    MHD_stop_daemon((*server)->library);
    fd_close(&(*server)->listening);
    memory_free(server);
}
