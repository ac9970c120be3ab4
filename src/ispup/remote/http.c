/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/remote/http.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/memory.h"
#include "ispup/remote/certificate.h"
#include "ispup/remote/http_options.h"
#include "ispup/remote/raw_reply.h"
#include "ispup/remote/ticket_field.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum {
    TURN_MILLISECONDS = 200,
    /* Bytes in this buffer count as sent: a large one would make the progress untrue. */
    SEND_BUFFER = 256 * 1024,
    READS_A_SECOND = 4, /* if the rate is limited */
};

/* One request and its reply; libcurl's callbacks get its address. */
struct exchange {
    CURL *easy;                 /* owned */
    struct curl_slist *fields;  /* owned */
    struct curl_slist *to;      /* owned: where to connect */
    struct http_reply *reply;   /* borrowed */
    struct http_upload *upload; /* borrowed; NULL for a GET */
    size_t head_size;
    struct http_witness *witness; /* borrowed, or NULL */
    struct http_seen seen;        /* for it */
    char *head;                   /* owned: the reply's, for the witness; or NULL */
    bool is_plain;                /* no TLS: the socket's bytes are the reply */
    char words[CURL_ERROR_SIZE];
};

/* A field may hold a password. */
static void exchange_close(struct exchange *exchange)
{
    if (exchange->easy != NULL)
        curl_easy_cleanup(exchange->easy);
    for (struct curl_slist *field = exchange->fields; field != NULL; field = field->next)
        memory_wipe(field->data, strlen(field->data));
    curl_slist_free_all(exchange->fields);
    curl_slist_free_all(exchange->to);
    memory_free(&exchange->head);
}

static void multi_close(CURLM **multi)
{
    if (*multi != NULL)
        (void)curl_multi_cleanup(*multi);
}

static size_t take_head(char *data, size_t one, size_t size, void *context)
{
    struct exchange *exchange = (struct exchange *)context;

    (void)one;
    if (size > HTTP_HEAD_LIMIT - exchange->head_size)
        return 0;
    if (exchange->head != NULL)
        memcpy(exchange->head + exchange->head_size, data, size);
    exchange->head_size += size;
    ticket_field_note(span_of(data, size), exchange->reply->ticket);
    return size;
}

static size_t take_body(char *data, size_t one, size_t size, void *context)
{
    struct http_reply *reply = ((struct exchange *)context)->reply;
    size_t room = HTTP_TEXT_LIMIT - reply->size;
    size_t taken = size < room ? size : room;

    (void)one;
    memcpy(reply->text + reply->size, data, taken);
    reply->size += taken;
    return taken;
}

static size_t give_body(char *data, size_t one, size_t capacity, void *context)
{
    struct exchange *exchange = (struct exchange *)context;
    uint64_t rate = exchange->upload->rate;
    size_t got = 0;

    (void)one;
    /* libcurl applies the rate between two reads. A large read would be a burst and then a long
     * pause, which looks like a stalled upload. */
    if (rate > 0 && capacity > rate / READS_A_SECOND + 1)
        capacity = (size_t)(rate / READS_A_SECOND + 1);
    if (!exchange->upload->read(exchange->upload, data, capacity, &got))
        return CURL_READFUNC_ABORT;
    exchange->seen.sent_at = clock_milliseconds();
    return got;
}

/* A camera that refuses may close the connection before it has read the whole body. libcurl then
 * fails to send, and drops the reply that has already arrived: take it from the socket. */
static int end_socket(void *context, curl_socket_t socket)
{
    struct exchange *exchange = (struct exchange *)context;
    struct http_reply *reply = exchange->reply;
    unsigned char raw[4096];
    struct span body;
    ssize_t got = -1;
    int fd = socket;

    if (exchange->is_plain && exchange->head_size == 0)
        got = recv(fd, raw, sizeof(raw), MSG_DONTWAIT);
    if (got > 0 && raw_reply_find(span_of(raw, (size_t)got), &reply->status, &body)) {
        memcpy(reply->text, body.data, body.size);
        reply->size = body.size;
        exchange->head_size = (size_t)got - body.size;
        if (exchange->head != NULL)
            memcpy(exchange->head, raw, exchange->head_size);
    }
    fd_close(&fd);
    return 0;
}

static int begin_socket(void *context, curl_socket_t socket, curlsocktype purpose)
{
    const int size = SEND_BUFFER;

    (void)context;
    (void)purpose;
    (void)setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    return CURL_SOCKOPT_OK;
}

static void set_callbacks(struct exchange *exchange)
{
    CURL *easy = exchange->easy;

    (void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_head);
    (void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
    (void)curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, begin_socket);
    (void)curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, end_socket);
    (void)curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, exchange);
    (void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange->words);
}

/* The URL names the host alone, and the password is in the request target: so libcurl never quotes
 * it in an error text. */
static bool open_exchange(struct exchange *exchange, const struct http_peer *peer,
                          const char *target, struct http_reply *reply, struct error *err)
{
    void *memory = NULL;

    reply->status = 0;
    reply->is_refused = false;
    reply->address[0] = '\0';
    reply->place[0] = '\0';
    reply->ticket[0] = '\0';
    reply->size = 0;
    exchange->reply = reply;
    exchange->seen = (struct http_seen){
        .target = target, .began_at = clock_milliseconds(), .end = HTTP_CUT, .reply = reply};
    if (peer->witness != NULL) {
        exchange->witness = peer->witness;
        if (!memory_allocate(&memory, HTTP_HEAD_LIMIT, err))
            return false;
        exchange->head = memory;
    }
    exchange->is_plain = span_begins(span_text(peer->origin), "http://");
    exchange->easy = curl_easy_init();
    if (exchange->easy == NULL)
        return error_set(err, ERROR_INTERNAL, "internal error: no memory");
    http_set_connection(exchange->easy, peer);
    http_set_text(exchange->easy, CURLOPT_REQUEST_TARGET, target);
    http_set_text(exchange->easy, CURLOPT_USERAGENT, "ispup/" ISPUP_VERSION);
    set_callbacks(exchange);
    return http_set_address(exchange->easy, peer->address, &exchange->to, err);
}

static bool fail(const struct exchange *exchange, CURLcode result, struct error *err)
{
    const char *words = exchange->words[0] != '\0' ? exchange->words : curl_easy_strerror(result);
    const char *fault = certificate_fault_of(
        exchange->easy, result, words,
        "its certificate is not trusted, name its certificate authority with --cacert");

    if (fault != NULL)
        return error_set(err, ERROR_REQUEST, "%s: %s", fault, words);
    if (result == CURLE_WRITE_ERROR)
        return error_set(err, ERROR_REQUEST, "its reply is longer than %d bytes", HTTP_TEXT_LIMIT);
    return error_set(err, ERROR_REQUEST, "%s", words);
}

/* A camera that restarts refuses a connection, or is not there. One that accepts it is on. */
static bool was_refused(const struct exchange *exchange, CURLcode result)
{
    long cause = 0;

    (void)curl_easy_getinfo(exchange->easy, CURLINFO_OS_ERRNO, &cause);
    return result == CURLE_COULDNT_CONNECT &&
           (cause == ECONNREFUSED || cause == EHOSTUNREACH || cause == ENETUNREACH);
}

static void note_address(const struct exchange *exchange)
{
    const char *address = NULL;

    if (exchange->reply->status != 0 &&
        curl_easy_getinfo(exchange->easy, CURLINFO_PRIMARY_IP, &address) == CURLE_OK &&
        address != NULL)
        (void)snprintf(exchange->reply->address, HTTP_ADDRESS_SIZE, "%s", address);
}

static void note_status(const struct exchange *exchange)
{
    long status = 0;

    if (curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK &&
        status != 0)
        exchange->reply->status = status;
}

/* The query may hold the password. */
static void note_place(const struct exchange *exchange)
{
    const char *place = NULL;
    struct span part, rest;

    if (curl_easy_getinfo(exchange->easy, CURLINFO_REDIRECT_URL, &place) != CURLE_OK ||
        place == NULL)
        return;
    rest = span_text(place);
    (void)span_split(&rest, '?', &part);
    (void)snprintf(exchange->reply->place, HTTP_PLACE_SIZE, "%.*s", (int)part.size,
                   (const char *)part.data);
}

static enum http_end end_of(const struct exchange *exchange, CURLcode result)
{
    if (result == CURLE_OK)
        return HTTP_WHOLE;
    if (exchange->reply->is_refused)
        return HTTP_REFUSED;
    return result == CURLE_OPERATION_TIMEDOUT ? HTTP_SILENT : HTTP_CUT;
}

/* After the socket is closed: a reply may have been found there. */
static void tell_witness(struct exchange *exchange)
{
    struct http_seen *seen = &exchange->seen;
    curl_off_t sent = 0;

    if (exchange->witness == NULL)
        return;
    (void)curl_easy_getinfo(exchange->easy, CURLINFO_SIZE_UPLOAD_T, &sent);
    seen->is_post = exchange->upload != NULL;
    seen->sent = (uint64_t)sent;
    seen->ended_at = clock_milliseconds();
    seen->head = span_of(exchange->head, exchange->head_size);
    exchange->witness->saw(exchange->witness, seen);
}

static bool conclude(struct exchange *exchange, CURLcode result, struct error *err)
{
    exchange->reply->is_refused = was_refused(exchange, result);
    note_status(exchange);
    note_address(exchange);
    note_place(exchange);
    exchange->seen.end = end_of(exchange, result);
    return result == CURLE_OK || fail(exchange, result, err);
}

bool http_begin(struct error *err)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return error_set(err, ERROR_INTERNAL, "internal error: libcurl cannot be used");
    return true;
}

void http_end(void)
{
    curl_global_cleanup();
}

bool http_get(const struct http_peer *peer, const char *target, const char *field, unsigned seconds,
              struct http_reply *reply, struct error *err)
{
    CLEANUP(exchange_close) struct exchange exchange = {.easy = NULL};
    bool whole;

    if (!open_exchange(&exchange, peer, target, reply, err) ||
        (field != NULL && (!http_add_field(exchange.easy, field, &exchange.fields, err) ||
                           !http_add_ticket(exchange.easy, peer->ticket, &exchange.fields, err))))
        return false;
    exchange.seen.field = field;
    http_set_long(exchange.easy, CURLOPT_TIMEOUT, (long)seconds);
    whole = conclude(&exchange, curl_easy_perform(exchange.easy), err);
    tell_witness(&exchange);
    return whole;
}

/* No `Expect`: with a camera that does not know it, libcurl waits a second, or is refused. */
static bool set_upload(struct exchange *exchange, struct http_upload *upload, struct error *err)
{
    char line[HTTP_TARGET_SIZE];
    CURL *easy = exchange->easy;

    (void)snprintf(line, sizeof(line), "Content-Type: %s", upload->content_type);
    if (!http_add_field(easy, line, &exchange->fields, err) ||
        !http_add_field(easy, "Expect:", &exchange->fields, err) ||
        (upload->field != NULL && !http_add_field(easy, upload->field, &exchange->fields, err)))
        return false;
    exchange->upload = upload;
    exchange->seen.field = upload->field;
    exchange->seen.referer = upload->referer;
    http_set_long(easy, CURLOPT_POST, 1);
    (void)curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)upload->size);
    (void)curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_body);
    (void)curl_easy_setopt(easy, CURLOPT_READDATA, exchange);
    http_set_rate(easy, upload->rate);
    if (upload->referer != NULL)
        http_set_text(easy, CURLOPT_REFERER, upload->referer);
    return true;
}

static bool take_turn(struct exchange *exchange)
{
    uint64_t rate = exchange->upload->rate;
    curl_off_t sent = 0;

    note_status(exchange);
    (void)curl_easy_getinfo(exchange->easy, CURLINFO_SIZE_UPLOAD_T, &sent);
    if (!exchange->upload->turn(exchange->upload, (uint64_t)sent))
        return false;
    if (exchange->upload->rate != rate)
        http_set_rate(exchange->easy, exchange->upload->rate);
    return true;
}

/* Runs until the exchange ends, or `turn` ends it; `ended`: it was the exchange. */
static CURLMcode drive(CURLM *multi, struct exchange *exchange, bool *ended)
{
    int running = 1;

    for (;;) {
        CURLMcode code = curl_multi_perform(multi, &running);

        *ended = running == 0;
        if (code != CURLM_OK || *ended || !take_turn(exchange))
            return code;
        code = curl_multi_poll(multi, NULL, 0, TURN_MILLISECONDS, NULL);
        if (code != CURLM_OK)
            return code;
    }
}

static bool run(CURLM *multi, struct exchange *exchange, struct error *err)
{
    CURLcode result = CURLE_ABORTED_BY_CALLBACK;
    bool ended = false;
    CURLMcode code = curl_multi_add_handle(multi, exchange->easy);
    const CURLMsg *message;
    int left;

    if (code == CURLM_OK)
        code = drive(multi, exchange, &ended);
    if (code != CURLM_OK)
        return error_set(err, ERROR_INTERNAL, "%s", curl_multi_strerror(code));
    message = ended ? curl_multi_info_read(multi, &left) : NULL;
    if (message != NULL)
        result = message->data.result;
    return conclude(exchange, result, err);
}

bool http_post(const struct http_peer *peer, struct http_upload *upload, struct http_reply *reply,
               struct error *err)
{
    CLEANUP(multi_close) CURLM *multi = curl_multi_init();
    CLEANUP(exchange_close) struct exchange exchange = {.easy = NULL};
    bool whole;

    if (multi == NULL)
        return error_set(err, ERROR_INTERNAL, "internal error: no memory");
    if (!open_exchange(&exchange, peer, upload->target, reply, err) ||
        !set_upload(&exchange, upload, err))
        return false;
    whole = run(multi, &exchange, err);
    (void)curl_multi_remove_handle(multi, exchange.easy);
    tell_witness(&exchange);
    return whole;
}

struct span http_body(const struct http_reply *reply)
{
    return span_of(reply->text, reply->size);
}
