/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/reply.h"

#include "base/fd.h"

#include <stdio.h>
#include <string.h>

enum { HEAD_SIZE = 256, WHOLE_SIZE = 8192 };

enum exit_status {
    EXIT_DONE,
    EXIT_REFUSED,
    EXIT_BUSY,
    EXIT_LOST,
    EXIT_DEVICE,
    EXIT_JOURNAL,
    EXIT_USAGE = 64,
    EXIT_INTERNAL = 70,
    EXIT_CONFIGURATION = 78,
};

struct outcome {
    const char *reason; /* the text after the number in `Status:` */
    unsigned http_status;
    enum exit_status exit_status;
};

/* The protocol reports a refused command in the body, with status 200. Only errors of the HTTP
 * layer have another status. */
static const struct outcome outcomes[] = {
    [ERROR_NONE] = {"OK", 200, EXIT_DONE},
    [ERROR_INTERNAL] = {"OK", 200, EXIT_INTERNAL},
    [ERROR_USAGE] = {"OK", 200, EXIT_USAGE},
    [ERROR_CONFIGURATION] = {"OK", 200, EXIT_CONFIGURATION},
    [ERROR_HTTP_MALFORMED] = {"Bad Request", 400, EXIT_REFUSED},
    [ERROR_HTTP_NOT_FOUND] = {"Not Found", 404, EXIT_REFUSED},
    [ERROR_HTTP_METHOD] = {"Method Not Allowed", 405, EXIT_REFUSED},
    [ERROR_HTTP_LENGTH] = {"Length Required", 411, EXIT_REFUSED},
    [ERROR_HTTP_LARGE] = {"Content Too Large", 413, EXIT_REFUSED},
    [ERROR_HTTP_LONG] = {"Request Header Fields Too Large", 431, EXIT_REFUSED},
    [ERROR_HTTP_BUSY] = {"Service Unavailable", 503, EXIT_BUSY},
    [ERROR_REQUEST] = {"OK", 200, EXIT_REFUSED},
    [ERROR_DENIED] = {"OK", 200, EXIT_REFUSED},
    [ERROR_BUSY] = {"OK", 200, EXIT_BUSY},
    [ERROR_UPLOAD] = {"OK", 200, EXIT_REFUSED},
    [ERROR_IMAGE] = {"OK", 200, EXIT_REFUSED},
    [ERROR_ROOM] = {"OK", 200, EXIT_REFUSED},
    [ERROR_FLASH] = {"OK", 200, EXIT_DEVICE},
    [ERROR_SETTINGS] = {"OK", 200, EXIT_DEVICE},
    [ERROR_JOURNAL] = {"OK", 200, EXIT_JOURNAL},
    [ERROR_LOST] = {"OK", 200, EXIT_LOST},
};

/* The kind may come from another process, so it may be any number. */
static const struct outcome *outcome_of(enum error_kind kind)
{
    return &outcomes[(size_t)kind < COUNT_OF(outcomes) ? kind : ERROR_INTERNAL];
}

/* `ticket`: may be empty. */
static size_t format_head(char head[HEAD_SIZE], enum error_kind kind, const char *type,
                          const char *ticket, size_t size)
{
    const struct outcome *outcome = outcome_of(kind);
    int used = 0;

    if (outcome->http_status != 200)
        used =
            snprintf(head, HEAD_SIZE, "Status: %u %s\r\n", outcome->http_status, outcome->reason);
    used += snprintf(head + used, HEAD_SIZE - (size_t)used,
                     "Content-type: %s\r\nContent-Length: %zu\r\nCache-Control: no-store\r\n", type,
                     size);
    if (kind == ERROR_HTTP_METHOD)
        used += snprintf(head + used, HEAD_SIZE - (size_t)used, "Allow: GET, HEAD, POST\r\n");
    if (ticket[0] != '\0')
        used += snprintf(head + used, HEAD_SIZE - (size_t)used, "X-ISP-Ticket: %s\r\n", ticket);
    used += snprintf(head + used, HEAD_SIZE - (size_t)used, "\r\n");
    return (size_t)used;
}

/* A short reply is one write, so that no reader sees half of it. */
static bool send_reply(int fd, enum error_kind kind, const char *type, const char *ticket,
                       struct span body, struct error *err)
{
    char whole[WHOLE_SIZE];
    size_t used = format_head(whole, kind, type, ticket, body.size);

    if (body.size <= sizeof(whole) - used) {
        if (body.size > 0)
            memcpy(whole + used, body.data, body.size);
        return fd_write(fd, span_of(whole, used + body.size), err);
    }
    return fd_write(fd, span_of(whole, used), err) && fd_write(fd, body, err);
}

static bool send_line(int fd, enum error_kind kind, const char *line, struct error *err)
{
    char text[REPLY_TEXT_LIMIT + 1];

    span_printable(span_text(line), text, sizeof(text));
    size_t size = strlen(text);
    /* The LF replaces the NUL, so a line of the full length fits. */
    text[size] = '\n';
    return send_reply(fd, kind, "text/plain", "", span_of(text, size + 1), err);
}

bool reply_line(int fd, const char *line, struct error *err)
{
    return send_line(fd, ERROR_NONE, line, err);
}

bool reply_lines(int fd, struct span lines, struct error *err)
{
    return send_reply(fd, ERROR_NONE, "text/plain", "", lines, err);
}

bool reply_record(int fd, const char *ticket, struct span lines, struct error *err)
{
    return send_reply(fd, ERROR_NONE, "text/plain", ticket, lines, err);
}

bool reply_form(int fd, struct span form, struct error *err)
{
    return send_reply(fd, ERROR_NONE, "text/html", "", form, err);
}

void reply_error_line(const struct error *cause, char *line)
{
    static const char internal[] = "internal error";
    size_t at;
    bool named = cause->kind != ERROR_INTERNAL ||
                 span_find(span_text(cause->text), span_text(internal), &at);
    char text[sizeof("ERROR: : ") + sizeof(internal) + ERROR_TEXT_SIZE];

    (void)snprintf(text, sizeof(text), "ERROR: %s%s%s", named ? "" : internal, named ? "" : ": ",
                   cause->text);
    span_printable(span_text(text), line, REPLY_TEXT_LIMIT + 1);
}

bool reply_error(int fd, const struct error *cause, struct error *err)
{
    char line[REPLY_TEXT_LIMIT + 1];

    reply_error_line(cause, line);
    return send_line(fd, cause->kind, line, err);
}

unsigned reply_http_status(enum error_kind kind)
{
    return outcome_of(kind)->http_status;
}

int reply_exit_status(enum error_kind kind)
{
    return (int)outcome_of(kind)->exit_status;
}
