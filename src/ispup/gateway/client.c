/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/client.h"

#include "base/fd.h"
#include "base/memory.h"
#include "base/number.h"
#include "ispup/gateway/client_options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum {
    FIELD_SIZE = SECRET_TEXT_SIZE + 64,
    EVENTS = 16,
    SECOND = 1000,
    NANOSECONDS = 1000000,
    PART = 206,
    ERROR_LIMIT = 1 << 20,
};

struct client_engine {
    CURLM *multi;
    int epoll, timer; /* owned */
};

struct client_exchange {
    CURL *easy;                /* owned */
    struct curl_slist *fields; /* owned */
    struct client_request *request;
    char words[CURL_ERROR_SIZE];
    uint64_t taken; /* bytes of the body */
};

/* libcurl's callbacks. */

static int watch_socket(CURL *easy, curl_socket_t socket, int what, void *context, void *ours)
{
    const struct client_engine *engine = context;
    struct epoll_event event = {.data.fd = socket};

    (void)easy;
    (void)ours;
    if (what == CURL_POLL_REMOVE)
        return epoll_ctl(engine->epoll, EPOLL_CTL_DEL, socket, NULL) * 0;
    if (what != CURL_POLL_OUT)
        event.events |= EPOLLIN;
    if (what != CURL_POLL_IN)
        event.events |= EPOLLOUT;
    if (epoll_ctl(engine->epoll, EPOLL_CTL_MOD, socket, &event) != 0 && errno == ENOENT)
        return epoll_ctl(engine->epoll, EPOLL_CTL_ADD, socket, &event);
    return 0;
}

/* A timer of 0 would be disarmed. */
static int watch_time(CURLM *multi, long milliseconds, void *context)
{
    const struct client_engine *engine = context;
    struct itimerspec time = {.it_value = {0, 0}};

    (void)multi;
    if (milliseconds >= 0) {
        time.it_value.tv_sec = milliseconds / SECOND;
        time.it_value.tv_nsec = milliseconds % SECOND * NANOSECONDS + 1;
    }
    return timerfd_settime(engine->timer, 0, &time, NULL);
}

static bool take_field(struct span line, const char *name, struct span *value)
{
    struct span field;

    if (!span_split(&line, ':', &field) || !span_same_letters(field, span_text(name)))
        return false;
    *value = span_trim(span_trim(span_trim(line, '\n'), '\r'), ' ');
    return true;
}

/* `bytes 100-199/200`. */
static void take_range(struct span value, struct client_request *request)
{
    struct span first;

    if (!span_skip(&value, "bytes ") || !span_split(&value, '-', &first) ||
        !number_parse(first, INT64_MAX, &request->range_at))
        request->range_at = UINT64_MAX;
}

static size_t take_head(char *data, size_t one, size_t size, void *context)
{
    struct client_request *request = ((struct client_exchange *)context)->request;
    struct span line = span_of(data, size);
    struct span value;

    (void)one;
    if (span_begins(line, "HTTP/")) {
        request->retry_after = 0;
        request->new_tag[0] = '\0';
        request->range_at = UINT64_MAX;
    } else if (take_field(line, "Retry-After", &value)) {
        if (!number_parse(value, INT32_MAX, &request->retry_after))
            request->retry_after = 0;
    } else if (take_field(line, "ETag", &value)) {
        /* Old versions of hawkBit send no quotes. A weak tag does not promise the same bytes. */
        if (span_begins(value, "W/") || !span_copy(value, request->new_tag, CLIENT_TAG_SIZE))
            request->new_tag[0] = '\0';
    } else if (take_field(line, "Content-Range", &value))
        take_range(value, request);
    return size;
}

static bool keep(struct client_exchange *exchange, struct span bytes)
{
    struct client_request *request = exchange->request;
    struct error err = ERROR_EMPTY;
    void *made = NULL;

    if (request->text == NULL) {
        if (!memory_reserve(&made, request->limit + 1, &err))
            return false;
        request->text = made;
    }
    memcpy(request->text + request->size, bytes.data, bytes.size);
    request->size += bytes.size;
    request->text[request->size] = '\0';
    return true;
}

static long status_of(const struct client_exchange *exchange)
{
    long status = 0;

    (void)curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

/* A whole answer to a question for a part begins anew. */
static bool write_file(struct client_exchange *exchange, struct span bytes)
{
    struct client_request *request = exchange->request;
    struct error err = ERROR_EMPTY;
    bool is_part = status_of(exchange) == PART;
    uint64_t at = exchange->taken + (is_part ? request->from : 0);

    if (is_part && request->range_at != request->from) {
        request->is_wrong = true;
        (void)snprintf(request->words, sizeof(request->words),
                       "bytes from another place than what was asked for");
        return false;
    }
    if (exchange->taken == 0 && ftruncate(request->file, (off_t)at) != 0)
        request->is_unwritable = true;
    else
        request->is_unwritable = !fd_write_at(request->file, at, bytes, &err);
    if (request->is_unwritable)
        (void)snprintf(request->words, sizeof(request->words), "cannot write: %s", strerror(errno));
    return !request->is_unwritable;
}

/* The text of an error goes nowhere, if a file was asked for. */
static size_t take_body(char *data, size_t one, size_t size, void *context)
{
    struct client_exchange *exchange = context;
    struct client_request *request = exchange->request;
    bool is_dropped = request->file != FD_NONE && status_of(exchange) / 100 != 2;
    size_t limit = is_dropped ? ERROR_LIMIT : request->limit;
    bool is_taken = true;

    (void)one;
    if (size > limit - exchange->taken) {
        request->is_wrong = !is_dropped;
        (void)snprintf(request->words, sizeof(request->words), "more than %zu bytes", limit);
        return 0;
    }
    if (request->file == FD_NONE)
        is_taken = keep(exchange, span_of(data, size));
    else if (!is_dropped)
        is_taken = write_file(exchange, span_of(data, size));
    exchange->taken += size;
    return is_taken ? size : 0;
}

/* End of the callbacks. */

static void close_exchange(struct client_exchange *exchange)
{
    if (exchange->easy != NULL)
        curl_easy_cleanup(exchange->easy);
    for (struct curl_slist *field = exchange->fields; field != NULL; field = field->next)
        memory_wipe(field->data, strlen(field->data)); /* one holds the token */
    curl_slist_free_all(exchange->fields);
    memory_free(&exchange);
}

static bool open_engine(struct client_engine *engine)
{
    struct epoll_event event = {.events = EPOLLIN};

    engine->epoll = epoll_create1(EPOLL_CLOEXEC);
    engine->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    event.data.fd = engine->timer;
    if (engine->epoll == FD_NONE || engine->timer == FD_NONE ||
        epoll_ctl(engine->epoll, EPOLL_CTL_ADD, engine->timer, &event) != 0 ||
        curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return false;
    engine->multi = curl_multi_init();
    if (engine->multi == NULL)
        return false;
    (void)curl_multi_setopt(engine->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
    (void)curl_multi_setopt(engine->multi, CURLMOPT_SOCKETDATA, engine);
    (void)curl_multi_setopt(engine->multi, CURLMOPT_TIMERFUNCTION, watch_time);
    (void)curl_multi_setopt(engine->multi, CURLMOPT_TIMERDATA, engine);
    (void)curl_multi_setopt(engine->multi, CURLMOPT_MAXCONNECTS, (long)CLIENT_AT_ONCE);
    return true;
}

bool client_open(struct client *client, const struct setup *setup, struct error *err)
{
    void *engine = NULL;

    *client = (struct client){.setup = setup};
    if (!memory_allocate(&engine, sizeof(struct client_engine), err))
        return false;
    client->engine = engine;
    client->engine->epoll = client->engine->timer = FD_NONE;
    return open_engine(client->engine) ||
           error_system(err, ERROR_INTERNAL, "cannot begin to speak HTTP");
}

void client_close(struct client *client)
{
    if (client->engine == NULL)
        return;
    if (client->engine->multi != NULL)
        (void)curl_multi_cleanup(client->engine->multi);
    fd_close(&client->engine->epoll);
    fd_close(&client->engine->timer);
    memory_free(&client->engine);
}

int client_awaits(const struct client *client)
{
    return client->engine->epoll;
}

static bool add_field(struct client_exchange *exchange, const char *text)
{
    struct curl_slist *longer = curl_slist_append(exchange->fields, text);

    if (longer != NULL)
        exchange->fields = longer;
    return longer != NULL;
}

static bool add_fields(const struct client *client, struct client_exchange *exchange)
{
    const struct client_request *request = exchange->request;
    char field[FIELD_SIZE] = "";
    bool is_whole = add_field(exchange, "Accept: application/hal+json, application/json, */*");

    if (request->body != NULL)
        is_whole = is_whole && add_field(exchange, "Content-Type: application/json");
    if (request->tag[0] != '\0') {
        (void)snprintf(field, sizeof(field), "If-Range: %s", request->tag);
        is_whole = is_whole && add_field(exchange, field);
    }
    if (request->has_token) {
        (void)snprintf(field, sizeof(field), "Authorization: GatewayToken %s",
                       client->setup->token.text);
        is_whole = is_whole && add_field(exchange, field);
    }
    memory_wipe(field, sizeof(field));
    (void)curl_easy_setopt(exchange->easy, CURLOPT_HTTPHEADER, exchange->fields);
    return is_whole;
}

static void set_callbacks(struct client_exchange *exchange)
{
    CURL *easy = exchange->easy;

    (void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_head);
    (void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
    (void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange->words);
    (void)curl_easy_setopt(easy, CURLOPT_PRIVATE, exchange);
}

static void reset_answer(struct client_request *request)
{
    request->status = 0;
    request->words[0] = '\0';
    request->size = 0;
    request->location[0] = '\0';
    request->is_unwritable = request->is_wrong = false;
    memory_free(&request->text);
}

bool client_begin(struct client *client, struct client_request *request, struct error *err)
{
    struct client_exchange *exchange;
    void *made = NULL;

    reset_answer(request);
    if (!memory_allocate(&made, sizeof(*exchange), err))
        return false;
    exchange = made;
    exchange->request = request;
    exchange->easy = curl_easy_init();
    if (exchange->easy == NULL || !add_fields(client, exchange)) {
        close_exchange(exchange);
        return error_set(err, ERROR_INTERNAL, "no memory");
    }
    client_options_set(exchange->easy, client->setup, request);
    set_callbacks(exchange);
    request->exchange = exchange;
    client->under_way++;
    (void)curl_multi_add_handle(client->engine->multi, exchange->easy);
    return true;
}

static void take_answer(struct client_exchange *exchange, CURLcode result)
{
    struct client_request *request = exchange->request;
    const char *location = NULL;

    (void)curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &request->status);
    (void)curl_easy_getinfo(exchange->easy, CURLINFO_REDIRECT_URL, &location);
    if (location != NULL && !span_copy(span_text(location), request->location, ORIGIN_URL_SIZE))
        request->location[0] = '\0';
    if (result == CURLE_OK)
        return;
    request->status = 0;
    if (request->words[0] == '\0')
        client_options_explain(exchange->easy, result, exchange->words, request);
}

static void end_exchange(struct client *client, CURL *easy, CURLcode result)
{
    struct client_exchange *exchange = NULL;
    struct client_request *request;

    (void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, &exchange);
    request = exchange->request;
    take_answer(exchange, result);
    (void)curl_multi_remove_handle(client->engine->multi, easy);
    close_exchange(exchange);
    request->exchange = NULL;
    client->under_way--;
    request->done(request->context, request);
}

static void end_exchanges(struct client *client)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(client->engine->multi, &left)) != NULL)
        if (message->msg == CURLMSG_DONE)
            end_exchange(client, message->easy_handle, message->data.result);
}

void client_go_on(struct client *client)
{
    struct client_engine *engine = client->engine;
    struct epoll_event events[EVENTS];
    int count = epoll_wait(engine->epoll, events, EVENTS, 0);
    uint64_t times;
    int running;

    for (int i = 0; i < count; i++) {
        int fd = events[i].data.fd;

        if (fd == engine->timer) {
            if (read(fd, &times, sizeof(times)) == (ssize_t)sizeof(times))
                (void)curl_multi_socket_action(engine->multi, CURL_SOCKET_TIMEOUT, 0, &running);
        } else
            (void)curl_multi_socket_action(engine->multi, fd, 0, &running);
    }
    end_exchanges(client);
}

void client_request_close(struct client_request *request)
{
    memory_free(&request->text);
    request->size = 0;
}

const char *client_why(const struct client_request *request, char text[CLIENT_STATUS_SIZE])
{
    (void)snprintf(text, CLIENT_STATUS_SIZE, "HTTP status %ld", request->status);
    return request->words[0] == '\0' ? text : request->words;
}
