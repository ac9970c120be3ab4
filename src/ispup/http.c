/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/http.h"

#include "base/fd.h"
#include "ispup/rescue.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum {
    CONNECT_SECONDS = 15,
    TURN_MILLISECONDS = 200,
    IDLE_SECONDS = 15,
    /* No megabytes wait in our own machine while people are told that they were sent. */
    SEND_BUFFER = 256 * 1024,
    READS_A_SECOND = 4, /* where the rate is limited */
};

/* One exchange; libcurl's callbacks get its address. */
struct exchange {
    CURL *easy;                 /* owned */
    struct curl_slist *fields;  /* owned */
    struct http_reply *reply;   /* borrowed */
    struct http_upload *upload; /* borrowed; NULL for a GET */
    size_t head_size;
    bool is_plain; /* no TLS: what the socket holds can be read */
    char words[CURL_ERROR_SIZE];
};

static void exchange_close(struct exchange *exchange)
{
    if (exchange->easy != NULL)
        curl_easy_cleanup(exchange->easy);
    curl_slist_free_all(exchange->fields);
}

static void multi_close(CURLM **multi)
{
    if (*multi != NULL)
        (void)curl_multi_cleanup(*multi);
}

static size_t take_head(char *data, size_t one, size_t size, void *context)
{
    struct exchange *exchange = (struct exchange *)context;

    (void)data;
    (void)one;
    if (size > HTTP_HEAD_LIMIT - exchange->head_size)
        return 0;
    exchange->head_size += size;
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
    /* libcurl looks at the rate between two reads: a large one is a burst with a long pause behind,
     * which looks like a stalled upload. */
    if (rate > 0 && capacity > rate / READS_A_SECOND + 1)
        capacity = (size_t)(rate / READS_A_SECOND + 1);
    if (!exchange->upload->read(exchange->upload, data, capacity, &got))
        return CURL_READFUNC_ABORT;
    return got;
}

/* A camera that refuses may close before it has read all: then libcurl sees that it cannot send,
 * and would throw away the reply that is there. */
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
    if (got > 0 && rescue_reply(span_of(raw, (size_t)got), &reply->status, &body)) {
        memcpy(reply->text, body.data, body.size);
        reply->size = body.size;
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

static void set_long(CURL *easy, CURLoption option, long value)
{
    (void)curl_easy_setopt(easy, option, value);
}

static void set_text(CURL *easy, CURLoption option, const char *value)
{
    (void)curl_easy_setopt(easy, option, value);
}

static void set_connection(CURL *easy, const struct http_peer *peer)
{
    set_text(easy, CURLOPT_URL, peer->origin);
    set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set_text(easy, CURLOPT_PROXY, "");
    set_long(easy, CURLOPT_FOLLOWLOCATION, 0);
    set_long(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    set_long(easy, CURLOPT_NOSIGNAL, 1);
    set_long(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
    /* On a connection that was used before, libcurl would send a lost request again by itself. */
    set_long(easy, CURLOPT_FRESH_CONNECT, 1);
    set_long(easy, CURLOPT_FORBID_REUSE, 1);
    set_long(easy, CURLOPT_TCP_KEEPALIVE, 1);
    set_long(easy, CURLOPT_TCP_KEEPIDLE, IDLE_SECONDS);
    set_long(easy, CURLOPT_TCP_KEEPINTVL, IDLE_SECONDS);
    /* Instead of the system's, which libcurl would trust beside it. */
    if (peer->cacert != NULL) {
        set_text(easy, CURLOPT_CAINFO, peer->cacert);
        set_text(easy, CURLOPT_CAPATH, NULL);
    }
    set_long(easy, CURLOPT_SSL_VERIFYPEER, peer->is_insecure ? 0 : 1);
    set_long(easy, CURLOPT_SSL_VERIFYHOST, peer->is_insecure ? 0 : 2);
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

/* The URL names the host alone and the target is handed on as it is: no password is in what
 * libcurl has to say. */
static bool open_exchange(struct exchange *exchange, const struct http_peer *peer,
                          const char *target, struct http_reply *reply, struct error *err)
{
    reply->status = 0;
    reply->nobody = 0;
    reply->size = 0;
    exchange->reply = reply;
    exchange->is_plain = span_begins(span_text(peer->origin), "http://");
    exchange->easy = curl_easy_init();
    if (exchange->easy == NULL)
        return error_set(err, ERROR_INTERNAL, "internal error: no memory");
    set_connection(exchange->easy, peer);
    set_text(exchange->easy, CURLOPT_REQUEST_TARGET, target);
    set_text(exchange->easy, CURLOPT_USERAGENT, "ispup/" ISPUP_VERSION);
    set_callbacks(exchange);
    return true;
}

static bool fail(const struct exchange *exchange, CURLcode result, struct error *err)
{
    const char *words = exchange->words[0] != '\0' ? exchange->words : curl_easy_strerror(result);

    if (result == CURLE_SSL_CACERT_BADFILE)
        return error_set(err, ERROR_REQUEST, "the file of --cacert cannot be used: %s", words);
    if (result == CURLE_PEER_FAILED_VERIFICATION)
        return error_set(err, ERROR_REQUEST,
                         "its certificate is not trusted, name its authority's with --cacert: %s",
                         words);
    if (result == CURLE_WRITE_ERROR)
        return error_set(err, ERROR_REQUEST, "its reply is longer than %d bytes", HTTP_TEXT_LIMIT);
    return error_set(err, ERROR_REQUEST, "%s", words);
}

/* Whoever takes a connection and then resets it, ends it or is silent is there: not so a camera
 * that restarts. Where its name was not found, it was not asked. */
static unsigned count_nobody(const struct exchange *exchange, CURLcode result)
{
    curl_off_t found_after = 0, connected_after = 0;

    (void)curl_easy_getinfo(exchange->easy, CURLINFO_NAMELOOKUP_TIME_T, &found_after);
    (void)curl_easy_getinfo(exchange->easy, CURLINFO_CONNECT_TIME_T, &connected_after);
    if (found_after == 0 || connected_after > 0)
        return 0;
    return result == CURLE_OPERATION_TIMEDOUT ? 2 : result == CURLE_COULDNT_CONNECT;
}

static void note_status(const struct exchange *exchange)
{
    long status = 0;

    if (curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK &&
        status != 0)
        exchange->reply->status = status;
}

static bool conclude(struct exchange *exchange, CURLcode result, struct error *err)
{
    exchange->reply->nobody = count_nobody(exchange, result);
    note_status(exchange);
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

bool http_get(const struct http_peer *peer, const char *target, unsigned seconds,
              struct http_reply *reply, struct error *err)
{
    CLEANUP(exchange_close) struct exchange exchange = {.easy = NULL};

    if (!open_exchange(&exchange, peer, target, reply, err))
        return false;
    set_long(exchange.easy, CURLOPT_TIMEOUT, (long)seconds);
    return conclude(&exchange, curl_easy_perform(exchange.easy), err);
}

static bool add_field(struct exchange *exchange, const char *line, struct error *err)
{
    struct curl_slist *fields = curl_slist_append(exchange->fields, line);

    if (fields == NULL)
        return error_set(err, ERROR_INTERNAL, "internal error: no memory");
    exchange->fields = fields;
    return true;
}

/* No `Expect`: a camera that does not know it costs a second, or refuses. */
static bool set_upload(struct exchange *exchange, struct http_upload *upload, struct error *err)
{
    char line[HTTP_TARGET_SIZE];
    CURL *easy = exchange->easy;

    (void)snprintf(line, sizeof(line), "Content-Type: %s", upload->content_type);
    if (!add_field(exchange, line, err) || !add_field(exchange, "Expect:", err))
        return false;
    exchange->upload = upload;
    set_long(easy, CURLOPT_POST, 1);
    (void)curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)upload->size);
    (void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, exchange->fields);
    (void)curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_body);
    (void)curl_easy_setopt(easy, CURLOPT_READDATA, exchange);
    (void)curl_easy_setopt(easy, CURLOPT_MAX_SEND_SPEED_LARGE, (curl_off_t)upload->rate);
    if (upload->referer != NULL)
        set_text(easy, CURLOPT_REFERER, upload->referer);
    return true;
}

static bool take_turn(struct exchange *exchange)
{
    curl_off_t sent = 0;

    note_status(exchange);
    (void)curl_easy_getinfo(exchange->easy, CURLINFO_SIZE_UPLOAD_T, &sent);
    return exchange->upload->turn(exchange->upload, (uint64_t)sent);
}

/* Until it has ended or `turn` ends it; `ended` says which. */
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
    return whole;
}

struct span http_body(const struct http_reply *reply)
{
    return span_of(reply->text, reply->size);
}
