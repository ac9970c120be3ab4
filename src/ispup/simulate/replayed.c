/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/simulate/replayed.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/number.h"
#include "ispup/record/reply_head.h"
#include "ispup/simulate/timeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { HEAD_LIMIT = 16 * 1024, PIECE_SIZE = 64 * 1024, DRAIN_MILLISECONDS = 5000, FILLER = 64 };

struct request {
    unsigned char bytes[HEAD_LIMIT];
    size_t size; /* of the head and the begin of the body */
    struct span head, target;
    bool is_post, has_field;
    uint64_t length; /* of the body */
};

/* What is sent. */
struct reply {
    char *text; /* owned, by malloc(3) */
    size_t size;
};

static void reply_close(struct reply *reply)
{
    free(reply->text);
}

static bool find_head(struct request *request)
{
    struct span all = span_of(request->bytes, request->size);
    size_t at;

    if (!span_find(all, span_text("\r\n\r\n"), &at))
        return false;
    request->head = span_first(all, at + 4);
    return true;
}

static bool parse(struct request *request)
{
    struct span rest = request->head, line, value;

    if (!span_split(&rest, '\n', &line))
        return false;
    request->is_post = span_skip(&line, "POST ");
    if ((!request->is_post && !span_skip(&line, "GET ")) ||
        !span_split(&line, ' ', &request->target) || !span_begins(line, "HTTP/1."))
        return false;
    request->has_field = reply_head_find(rest, "X-ISP-Account", &value);
    request->length = 0;
    return !reply_head_find(rest, "Content-Length", &value) ||
           number_parse(value, INT64_MAX, &request->length);
}

static bool read_request(int host, struct request *request)
{
    size_t got;
    struct error ignored = ERROR_EMPTY;

    for (request->size = 0; !find_head(request); request->size += got)
        if (request->size == HEAD_LIMIT ||
            !fd_read_some(host, request->bytes + request->size, HEAD_LIMIT - request->size, &got,
                          &ignored) ||
            got == 0)
            return false;
    return parse(request);
}

/* Reads on until that many bytes of the body have come, or the host has gone. */
static void read_body(int host, const struct request *request, uint64_t wanted)
{
    unsigned char piece[PIECE_SIZE];
    uint64_t taken = request->size - request->head.size;
    struct error ignored = ERROR_EMPTY;
    size_t got = 1;

    for (; taken < wanted && got > 0; taken += got)
        if (!fd_read_some(host, piece, sizeof(piece), &got, &ignored))
            return;
}

/* Writes the text with this camera's address. */
static void print(struct span text, const char *authority, FILE *file)
{
    size_t at;

    while (span_find(text, span_text(RECORDING_CAMERA), &at)) {
        (void)fwrite(text.data, 1, at, file);
        (void)fputs(authority, file);
        text = span_from(text, at + strlen(RECORDING_CAMERA));
    }
    (void)fwrite(text.data, 1, text.size, file);
}

/* A long body is not in the recording: lines of dots stand for the rest. */
static void fill(uint64_t size, FILE *file)
{
    for (uint64_t i = 1; i <= size; i++)
        (void)fputc(i % FILLER == 0 || i == size ? '\n' : '.', file);
}

static bool make_body(const struct recording_entry *entry, const char *authority,
                      struct reply *body)
{
    FILE *file = open_memstream(&body->text, &body->size);

    if (file == NULL)
        return false;
    print(entry->body, authority, file);
    if (entry->body_size > entry->body.size)
        fill(entry->body_size - entry->body.size, file);
    return fclose(file) == 0;
}

static bool make_head(const struct recording_entry *entry, const char *authority,
                      struct reply *head)
{
    FILE *file = open_memstream(&head->text, &head->size);

    if (file == NULL)
        return false;
    print(entry->head, authority, file);
    return fclose(file) == 0;
}

/* A body that came in chunks was joined in the recording: here it is one chunk. */
static bool make_reply(const struct recording_entry *entry, const char *authority,
                       struct reply *reply)
{
    CLEANUP(reply_close) struct reply head = {.size = 0}, body = {.size = 0};
    uint64_t before = entry->body_size > 0 ? entry->body_size : entry->body.size;
    struct span ignored;
    bool is_chunked = reply_head_find(entry->head, "Transfer-Encoding", &ignored);
    FILE *file;

    if (!make_head(entry, authority, &head) || !make_body(entry, authority, &body))
        return false;
    file = open_memstream(&reply->text, &reply->size);
    if (file == NULL)
        return false;
    reply_head_print(span_of(head.text, head.size), before, body.size, file);
    if (is_chunked && body.size > 0)
        (void)fprintf(file, "%zx\r\n", body.size);
    (void)fwrite(body.text, 1, body.size, file);
    if (is_chunked)
        (void)fputs(body.size > 0 ? "\r\n0\r\n\r\n" : "0\r\n\r\n", file);
    return fclose(file) == 0;
}

static void reset(int host)
{
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    (void)setsockopt(host, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

/* Takes what the host still sends: else a reset could overtake the reply. */
static void drain(int host)
{
    unsigned char piece[PIECE_SIZE];

    (void)shutdown(host, SHUT_WR);
    while (fd_wait(host, DRAIN_MILLISECONDS) && recv(host, piece, sizeof(piece), 0) > 0)
        continue;
}

static void wait_for_hangup(int host)
{
    unsigned char piece[PIECE_SIZE];

    while (recv(host, piece, sizeof(piece), 0) > 0)
        continue;
}

static void send_reply(int host, const struct recording_entry *entry, const char *authority)
{
    CLEANUP(reply_close) struct reply reply = {.size = 0};
    struct error ignored = ERROR_EMPTY;

    if (entry->end == RECORDING_SILENT) {
        wait_for_hangup(host);
        return;
    }
    if (entry->head.size == 0 && entry->body.size == 0)
        reset(host);
    else if (make_reply(entry, authority, &reply) &&
             fd_write(host, span_of(reply.text, reply.size), &ignored))
        drain(host);
}

static void refuse(int host, const struct request *request)
{
    static const char text[] = "HTTP/1.0 404 Not Found\r\n"
                               "Content-type: text/plain\r\n"
                               "Content-Length: 32\r\n"
                               "\r\n"
                               "ERROR: it is not in the recording";
    struct error ignored = ERROR_EMPTY;

    read_body(host, request, request->length);
    if (fd_write(host, span_text(text), &ignored))
        drain(host);
}

static void reply_to(int host, const struct request *request, const struct recording_entry *entry,
                     const char *authority)
{
    uint64_t sent = request->length;

    if (!request->is_post)
        clock_sleep(entry->took);
    else {
        if (entry->end != RECORDING_WHOLE && entry->sent < sent)
            sent = entry->sent;
        read_body(host, request, sent);
        clock_sleep(entry->took > entry->sent_took ? entry->took - entry->sent_took : 0);
    }
    send_reply(host, entry, authority);
}

/* Milliseconds after the upload, in the recording; or -1. */
static int64_t passed(const struct recording *recording, const struct simulate_replayed *shared)
{
    uint64_t uploaded_at = shared->uploaded_at, time;

    if (uploaded_at == 0)
        return -1;
    time = clock_milliseconds() - uploaded_at;
    return timeline_is_away(recording, &time) ? 0 : (int64_t)time;
}

void simulate_replayed_serve(int host, const struct recording *recording,
                             struct simulate_replayed *shared, const char *authority)
{
    const struct recording_entry *entry;
    struct timeline_question question;
    struct request request;

    if (!read_request(host, &request))
        return;
    question = timeline_question(request.is_post, request.target, request.has_field);
    if (request.is_post && timeline_upload(recording) != NULL)
        shared->uploaded_at = clock_milliseconds();
    entry = timeline_find(recording, &question, passed(recording, shared), shared->has_replied);
    if (entry == NULL) {
        refuse(host, &request);
        return;
    }
    shared->has_replied[entry - recording->entries] = true;
    reply_to(host, &request, entry, authority);
}
