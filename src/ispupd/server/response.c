/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/server/response.h"

#include "base/clock.h"
#include "base/memory.h"
#include "protocol/reply.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { HEAD_ROOM = 1024, DATE_SIZE = 40 };

/* Head and body in one buffer, so that they leave in one packet. */
struct message {
    char *text; /* borrowed */
    size_t capacity;
    size_t used;
};

static const struct {
    unsigned status;
    const char *reason;
} reasons[] = {
    {400, "Bad Request"},           {404, "Not Found"},
    {405, "Method Not Allowed"},    {411, "Length Required"},
    {413, "Content Too Large"},     {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"}, {503, "Service Unavailable"},
};

static const char *reason_of(unsigned status)
{
    for (size_t i = 0; i < COUNT_OF(reasons); i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "Unknown";
}

unsigned response_status(enum error_kind kind)
{
    unsigned status = reply_http_status(kind);

    return status == 200 ? 500 : status;
}

/* Never cuts: the capacity was computed before. */
static void add(struct message *message, const char *format, ...) PRINTF(2, 3);

static void add(struct message *message, const char *format, ...)
{
    size_t room = message->capacity - message->used;
    va_list values;
    int size;

    va_start(values, format);
    size = vsnprintf(message->text + message->used, room, format, values);
    va_end(values);
    if (size > 0)
        message->used += (size_t)size < room ? (size_t)size : room - 1;
}

static void add_end(struct message *message, bool has_cache_control)
{
    char date[DATE_SIZE] = "";
    time_t now = (time_t)clock_unix_seconds();
    struct tm parts;

    if (gmtime_r(&now, &parts) != NULL)
        (void)strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    add(message, "Connection: close\r\n%sDate: %s\r\n\r\n",
        has_cache_control ? "" : "Cache-Control: no-store\r\n", date);
}

static size_t size_of_fields(const struct output_reply *reply)
{
    size_t size = reply->reason.size;

    for (size_t i = 0; i < reply->field_count; i++)
        size += reply->fields[i].name.size + reply->fields[i].value.size + sizeof(": \r\n");
    return size;
}

static void add_fields(struct message *message, const struct output_reply *reply)
{
    for (size_t i = 0; i < reply->field_count; i++) {
        struct output_field field = reply->fields[i];

        add(message, "%.*s: %.*s\r\n", (int)field.name.size, (const char *)field.name.data,
            (int)field.value.size, (const char *)field.value.data);
    }
    if (!reply->has_length)
        add(message, "Content-Length: %zu\r\n", reply->body.size);
}

bool response_send_output(const struct client_socket *client, const struct output_reply *reply,
                          bool without_body, struct error *err)
{
    CLEANUP(memory_free) void *memory = NULL;
    struct message message = {.capacity = HEAD_ROOM + size_of_fields(reply) + reply->body.size};

    if (!memory_allocate(&memory, message.capacity, err))
        return false;
    message.text = memory;
    add(&message, "HTTP/1.0 %u %.*s\r\n", reply->status, (int)reply->reason.size,
        (const char *)reply->reason.data);
    add_fields(&message, reply);
    add_end(&message, reply->has_cache_control);
    if (!without_body && reply->body.size > 0) {
        memcpy(message.text + message.used, reply->body.data, reply->body.size);
        message.used += reply->body.size;
    }
    return client_socket_send(client, span_of(message.text, message.used), err);
}

/* A page runs its own scripts alone, asks this camera alone, and stands in no frame: a foreign page
 * can neither add to it nor hide it under its own. */
static const char page_policy[] =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: same-origin\r\n";

bool response_send_page_head(const struct client_socket *client, const char *type, uint64_t size,
                             struct error *err)
{
    char text[HEAD_ROOM];
    struct message message = {text, sizeof(text), 0};

    add(&message, "HTTP/1.0 200 OK\r\nContent-type: %s\r\nContent-Length: %llu\r\n%s", type,
        (unsigned long long)size, page_policy);
    add_end(&message, false);
    return client_socket_send(client, span_of(text, message.used), err);
}

bool response_send_error(const struct client_socket *client, const struct error *cause,
                         bool without_body, struct error *err)
{
    char line[REPLY_TEXT_LIMIT + 1], text[HEAD_ROOM];
    struct message message = {text, sizeof(text), 0};
    unsigned status = response_status(cause->kind);

    reply_error_line(cause, line);
    add(&message, "HTTP/1.0 %u %s\r\nContent-type: text/plain\r\nContent-Length: %zu\r\n%s", status,
        reason_of(status), strlen(line) + 1,
        cause->kind == ERROR_HTTP_METHOD ? "Allow: GET, HEAD, POST\r\n" : "");
    add_end(&message, false);
    if (!without_body)
        add(&message, "%s\n", line);
    return client_socket_send(client, span_of(text, message.used), err);
}
