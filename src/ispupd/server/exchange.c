/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/server/exchange.h"

#include "ispupd/environment.h"
#include "ispupd/server/relay.h"
#include "ispupd/server/response.h"

#include "base/clock.h"
#include "base/memory.h"

#include <stdio.h>

/* Time for a refused client to notice while it still sends. */
enum { REFUSED_MILLISECONDS = 10 * 1000 };

static void enter(struct exchange *exchange, enum connection_phase phase)
{
    connections_enter(exchange->service->connections, exchange->connection, phase,
                      clock_milliseconds());
}

static struct span or_dash(struct span text, size_t limit)
{
    return text.size == 0 ? span_text("-") : span_first(text, limit);
}

/* Writes one line for each request, without the query, which may hold a password. Status 0: ispupd
 * sent no reply. */
static void log_access(struct exchange *exchange, unsigned status, const char *remark)
{
    struct span path = or_dash(request_check_loggable_path(&exchange->head), 128);
    struct span method = or_dash(exchange->head.method, 16);
    char number[16] = "-";

    exchange->is_answered = true;
    if (status != 0)
        (void)snprintf(number, sizeof(number), "%u", status);
    log_line(&exchange->service->log, "%s %.*s %.*s %s %llu ms%s%s", exchange->client.host,
             (int)method.size, (const char *)method.data, (int)path.size, (const char *)path.data,
             number, (unsigned long long)(clock_milliseconds() - exchange->begun),
             remark[0] == '\0' ? "" : ": ", remark);
}

static bool is_head(const struct exchange *exchange)
{
    return span_is(exchange->head.method, "HEAD");
}

/* The log names the folder of the program, for the owner. The client does not see it. */
static void log_refusal(struct exchange *exchange, const struct error *cause)
{
    const struct route *route = &exchange->route;
    struct error told = *cause;

    if (cause->kind == ERROR_HTTP_NOT_FOUND && route->kind == ROUTE_PROGRAM &&
        route->name[0] != '\0')
        (void)error_set(&told, cause->kind, "%s in %s", cause->text, exchange->service->programs);
    log_access(exchange, response_status(cause->kind), told.text);
}

static void refuse(struct exchange *exchange, const struct error *cause)
{
    struct error unsent = ERROR_EMPTY;
    bool is_sent;

    enter(exchange, CONNECTION_REPLYING);
    is_sent = response_send_error(&exchange->socket, cause, is_head(exchange), &unsent);
    enter(exchange, CONNECTION_ANSWERED);
    log_refusal(exchange, cause);
    if (is_sent)
        client_socket_linger(&exchange->socket, REFUSED_MILLISECONDS);
}

/* If the client may still be sending, its reply must not be lost in a reset. */
static void end_reply(struct exchange *exchange, bool may_send)
{
    if (may_send || client_socket_has_more(&exchange->socket))
        client_socket_linger(&exchange->socket, REFUSED_MILLISECONDS);
}

static bool send_whole_page(struct exchange *exchange, const struct page *page, struct error *err)
{
    return response_send_page_head(&exchange->socket, page_type(exchange->route.name), page->size,
                                   err) &&
           (is_head(exchange) ||
            client_socket_send_file(&exchange->socket, page->fd, page->size, err) ||
            error_prefix(err, "page"));
}

static void send_page(struct exchange *exchange)
{
    CLEANUP(page_close) struct page page = PAGE_NONE;
    struct error err = ERROR_EMPTY;
    bool is_sent;

    enter(exchange, CONNECTION_REPLYING);
    if (!broker_client_page(exchange->service->broker, exchange->route.name, &page, &err)) {
        refuse(exchange, &err);
        return;
    }
    is_sent = send_whole_page(exchange, &page, &err);
    enter(exchange, CONNECTION_ANSWERED);
    log_access(exchange, 200, err.text);
    if (is_sent)
        end_reply(exchange, false);
}

static bool check_program(struct exchange *exchange, struct error *err)
{
    if (!broker_client_find(exchange->service->broker, exchange->route.name, err))
        return false;
    if (!connections_has_program_place(exchange->service->connections))
        return error_set(err, ERROR_HTTP_BUSY, "request: too many at once, try again");
    return true;
}

bool exchange_begin(struct exchange *exchange)
{
    struct error err = ERROR_EMPTY;

    enter(exchange, CONNECTION_SERVED);
    if (!request_check(&exchange->head, exchange->service->body_limit, &exchange->route, &err) ||
        (exchange->route.kind == ROUTE_PROGRAM && !check_program(exchange, &err))) {
        refuse(exchange, &err);
        return false;
    }
    if (exchange->route.kind == ROUTE_PAGE)
        send_page(exchange);
    else if (exchange->route.length > 0)
        enter(exchange, CONNECTION_BODY_AWAITED);
    else
        exchange_finish(exchange, SPAN_EMPTY);
    return exchange->route.length > 0;
}

/* A running program and the place that it occupies. */
struct run {
    struct connections *connections;
    struct program program;
};

/* For CLEANUP. */
static void end_run(struct run *run)
{
    if (run->connections == NULL)
        return;
    broker_client_leave(&run->program);
    connections_end_program(run->connections);
    run->connections = NULL;
}

static bool begin_run(const struct exchange *exchange, struct run *run, struct error *err)
{
    if (!connections_begin_program(exchange->service->connections))
        return error_set(err, ERROR_HTTP_BUSY, "request: too many at once, try again");
    *run = (struct run){exchange->service->connections, PROGRAM_NONE};
    return true;
}

static bool start(struct exchange *exchange, struct program *program, struct error *err)
{
    CLEANUP(memory_free) void *memory = NULL;
    CLEANUP(environment_forget) struct environment *environment = NULL;
    struct address server = exchange->client;
    struct environment_peers peers = {&server, &exchange->client};
    bool is_filled;

    if (!memory_allocate(&memory, sizeof(*environment), err))
        return false;
    environment = memory;
    client_socket_own_address(&exchange->socket, &server);
    is_filled = environment_fill(environment, &exchange->head, &exchange->route, &peers, err);
    /* The program may run for minutes, and the server does not need the password. */
    head_forget_query(&exchange->head);
    exchange->route.query = SPAN_EMPTY;
    return is_filled && broker_client_start(exchange->service->broker, exchange->route.name,
                                            environment, program, err);
}

static bool run_program(struct exchange *exchange, struct span first, struct output *output,
                        struct relay_end *end, struct error *err)
{
    CLEANUP(end_run) struct run run = {NULL, PROGRAM_NONE};
    struct relay_request request = {exchange->service->broker, &exchange->socket, first,
                                    exchange->route.length - first.size};

    return begin_run(exchange, &run, err) && start(exchange, &run.program, err) &&
           relay_run(&request, &run.program, output, end, err);
}

static void send_answer(struct exchange *exchange, const struct output_reply *reply,
                        const struct relay_end *end)
{
    static const char *const remarks[] = {
        [RELAY_BODY_WHOLE] = "",
        [RELAY_BODY_SHORT] = "the client left in the middle of the body",
        [RELAY_BODY_SLOW] = "the client sent too slowly",
        [RELAY_BODY_UNREAD] = "the rest of the body came too slowly",
    };
    struct error err = ERROR_EMPTY;
    bool is_sent = response_send_output(&exchange->socket, reply, is_head(exchange), &err);

    enter(exchange, CONNECTION_ANSWERED);
    log_access(exchange, reply->status, is_sent ? remarks[end->body] : err.text);
    if (is_sent)
        end_reply(exchange, end->body == RELAY_BODY_UNREAD || end->body == RELAY_BODY_SLOW);
}

void exchange_finish(struct exchange *exchange, struct span first)
{
    CLEANUP(output_release) struct output output = {.data = NULL};
    struct output_reply reply;
    struct relay_end end = {RELAY_BODY_WHOLE, 0};
    struct error err = ERROR_EMPTY;

    enter(exchange, CONNECTION_SERVED);
    if (!run_program(exchange, first, &output, &end, &err)) {
        refuse(exchange, &err);
        return;
    }
    enter(exchange, CONNECTION_REPLYING);
    relay_drop(&exchange->socket, &end);
    if (output_parse(&output, &reply, &err)) {
        send_answer(exchange, &reply, &end);
        return;
    }
    (void)error_prefix(&err, "answer of program %s", exchange->route.name);
    refuse(exchange, &err);
}

void exchange_end(struct exchange *exchange)
{
    if (!exchange->is_answered)
        log_access(exchange, 0, "cut short, too slow, or refused by the library");
}
