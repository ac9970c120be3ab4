/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/server/server.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/memory.h"

#include "ispupd/server/tls.h"

#include <microhttpd.h>
#include <string.h>

#define CRLF "\r\n"

/* A connection stores its head and the first piece of its body. The deepest calls are the
 * formatting of a line and the arithmetic of a handshake. */
enum { CONNECTION_MEMORY = 64 * 1024, STACK_SIZE = 128 * 1024, TLS_STACK_SIZE = 256 * 1024 };

struct server {
    struct MHD_Daemon *library;
    const struct service *service; /* borrowed */
    struct identities *identities; /* borrowed; NULL: plain HTTP */
    int listening;                 /* owned */
};

/* Belongs to one connection. */
struct caller {
    struct connection *connection; /* borrowed from the table */
    struct identity *identity;     /* lent; NULL: plain HTTP */
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

static struct gnutls_session_int *session_of(struct MHD_Connection *library)
{
    return MHD_get_connection_info(library, MHD_CONNECTION_INFO_GNUTLS_SESSION)->tls_session;
}

static void read_client(struct MHD_Connection *library, struct address *address)
{
    address_read(MHD_get_connection_info(library, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr,
                 address);
}

static void end_caller(const struct server *server, struct caller *caller)
{
    if (caller->connection != NULL)
        connections_remove(server->service->connections, caller->connection);
    if (caller->identity != NULL)
        identities_return(server->identities, caller->identity);
    memory_free(&caller);
}

/* NULL if there is no memory or no place. The connection then ends at its next step. */
static struct caller *begin_caller(const struct server *server, struct MHD_Connection *library)
{
    struct error ignored = ERROR_EMPTY;
    struct caller *caller;
    struct address address;
    void *memory = NULL;

    if (!memory_allocate(&memory, sizeof(*caller), &ignored))
        return NULL;
    caller = memory;
    read_client(library, &address);
    caller->connection = connections_add(server->service->connections, socket_of(library), &address,
                                         clock_milliseconds());
    if (server->identities != NULL)
        caller->identity = identities_lend(server->identities, session_of(library));
    if (caller->connection != NULL)
        return caller;
    end_caller(server, caller);
    return NULL;
}

/* Called when a connection begins, and before its socket is closed. */
static void note_connection(void *self, struct MHD_Connection *library, void **context,
                            enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        *context = begin_caller(self, library);
    } else if (*context != NULL) {
        end_caller(self, *context);
        *context = NULL;
    }
}

/* Keeps the target as it was sent: later libmicrohttpd decodes and cuts it. NULL as above. */
static void *note_target(void *self, const char *target, struct MHD_Connection *library)
{
    const struct server *server = self;
    const struct caller *caller =
        MHD_get_connection_info(library, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    struct error ignored = ERROR_EMPTY;
    void *memory = NULL;
    struct exchange *exchange;

    if (caller == NULL || !memory_allocate(&memory, sizeof(*exchange), &ignored))
        return NULL;
    exchange = memory;
    exchange->service = server->service;
    exchange->connection = caller->connection;
    exchange->socket.fd = socket_of(library);
    if (server->identities != NULL)
        exchange->socket.tls = session_of(library);
    exchange->head.is_secure = server->identities != NULL;
    exchange->begun = clock_milliseconds();
    read_client(library, &exchange->client);
    head_set_target(&exchange->head, span_text(target));
    return memory;
}

/* Since 1.0 libmicrohttpd can refuse what two readers could read differently. Asked at run time,
 * because both versions have the same soname. */
static bool library_is_strict(void)
{
    return MHD_get_version()[0] != '0';
}

/* libmicrohttpd 0.9 accepts lines without CR, folded lines, fields without a name and NUL, and does
 * not report them. It lends pointers into the received head, so a part that does not follow the
 * part before it, after the separator alone, shows what was hidden. */
struct reading {
    struct head *head;
    const char *next; /* here the next line begins; only compared, never read */
    bool is_gapless;
};

static enum MHD_Result note_field(void *self, enum MHD_ValueKind kind, const char *name,
                                  const char *value)
{
    struct reading *reading = self;

    (void)kind;
    head_add_field(reading->head, span_text(name), span_text(value));
    reading->is_gapless = reading->is_gapless && name == reading->next;
    reading->next = value + strlen(value) + strlen(CRLF);
    return MHD_YES;
}

static void read_head(struct exchange *exchange, struct MHD_Connection *library, const char *method,
                      const char *version)
{
    struct head *head = &exchange->head;
    struct reading reading = {head, version + strlen(version) + strlen(CRLF), true};

    exchange->has_begun = true;
    head->method = span_text(method);
    head->version = span_text(version);
    head->size =
        MHD_get_connection_info(library, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
    (void)MHD_get_connection_values(library, MHD_HEADER_KIND, note_field, &reading);
    reading.is_gapless = reading.is_gapless && reading.next + strlen(CRLF) == method + head->size &&
                         version == method + head->method.size + head->target_size + 2;
    head->is_ambiguous = !library_is_strict() && !reading.is_gapless;
}

/* Called when the head has arrived, and again with the first bytes of a body. MHD_NO closes the
 * connection; the reply has been sent by then. */
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
    if (*context != NULL) {
        exchange_end(*context);
        memory_wipe(*context, sizeof(struct exchange));
    }
    memory_free(context);
}

static struct MHD_Daemon *start_library(struct server *server)
{
    const bool is_secure = server->identities != NULL;
    const unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION |
                           MHD_USE_POLL | MHD_USE_ITC | (is_secure ? MHD_USE_TLS : 0);
    struct MHD_OptionItem options[TLS_OPTIONS_COUNT] = {{MHD_OPTION_END, 0, NULL}};

    if (is_secure)
        tls_set_options(options);
    return MHD_start_daemon(
        flags, 0, admit, server, serve, server, MHD_OPTION_LISTEN_SOCKET, server->listening,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_PLACES,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_THREAD_STACK_SIZE,
        (size_t)(is_secure ? TLS_STACK_SIZE : STACK_SIZE), MHD_OPTION_URI_LOG_CALLBACK, note_target,
        server, MHD_OPTION_STRICT_FOR_CLIENT, (int)library_is_strict(),
        MHD_OPTION_NOTIFY_CONNECTION, note_connection, server, MHD_OPTION_NOTIFY_COMPLETED,
        note_end, server, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

bool server_start(struct server **server, const struct service *service,
                  struct identities *identities, int *listening, struct error *err)
{
    CLEANUP(memory_free) void *memory = NULL;
    struct server *made;

    if (!memory_allocate(&memory, sizeof(*made), err))
        return false;
    made = memory;
    made->service = service;
    made->identities = identities;
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
    if (server == NULL)
        return;
    (void)MHD_quiesce_daemon(server->library);
    /* The thread of libmicrohttpd may still use this descriptor, so server_stop closes it. */
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
