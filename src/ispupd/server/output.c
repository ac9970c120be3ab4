/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/server/output.h"

#include "base/number.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { FIRST_CAPACITY = 4096 };

/* Only the server knows these. */
static const char *const server_fields[] = {
    "Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade", "Trailer", "Date", "Server",
};

struct known {
    struct span status, type, length, cache_control;
};

void output_release(struct output *output)
{
    free(output->data);
    *output = (struct output){0};
}

static bool grow(struct output *output, struct error *err)
{
    size_t capacity = output->capacity == 0 ? FIRST_CAPACITY : 2 * output->capacity;
    void *data;

    if (output->size < output->capacity || output->capacity >= OUTPUT_LIMIT)
        return true;
    data = realloc(output->data, capacity);
    if (data == NULL)
        return error_set(err, ERROR_INTERNAL, "no memory for %zu bytes of output", capacity);
    output->data = data;
    output->capacity = capacity;
    return true;
}

bool output_take(struct output *output, int fd, bool *has_ended, struct error *err)
{
    unsigned char dropped[512];

    for (;;) {
        if (!grow(output, err))
            return false;
        bool is_full = output->size == output->capacity;
        ssize_t got = is_full
                          ? read(fd, dropped, sizeof(dropped))
                          : read(fd, output->data + output->size, output->capacity - output->size);

        if (got < 0 && errno == EINTR)
            continue;
        *has_ended = got == 0 || (got < 0 && errno != EAGAIN);
        if (got <= 0)
            return true;
        output->is_too_long = output->is_too_long || is_full;
        output->size += is_full ? 0 : (size_t)got;
    }
}

static bool is_name(struct span name)
{
    for (size_t i = 0; i < name.size; i++)
        if (!byte_is_letter(name.data[i]) && !byte_is_digit(name.data[i]) && name.data[i] != '-')
            return false;
    return name.size > 0;
}

static bool is_value(struct span value)
{
    for (size_t i = 0; i < value.size; i++)
        if (!byte_is_printable(value.data[i]))
            return false;
    return true;
}

static bool is_servers(struct span name)
{
    for (size_t i = 0; i < COUNT_OF(server_fields); i++)
        if (span_same_letters(name, span_text(server_fields[i])))
            return true;
    return false;
}

/* The place for the value of a known field, or NULL. */
static struct span *known_value(struct known *known, struct span name)
{
    struct {
        const char *name;
        struct span *value;
    } rows[] = {{"Status", &known->status},
                {"Content-type", &known->type},
                {"Content-Length", &known->length},
                {"Cache-Control", &known->cache_control}};

    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (span_same_letters(name, span_text(rows[i].name)))
            return rows[i].value;
    return NULL;
}

static bool take_field(struct span line, struct known *known, struct output_reply *reply,
                       struct error *err)
{
    struct span name, value = line;
    struct span *kept;

    if (!span_split(&value, ':', &name) || !is_name(name) || !is_value(value))
        return error_set(err, ERROR_INTERNAL, "a line of its head is not a field");
    value = span_trim(value, ' ');
    if (is_servers(name))
        return error_set(err, ERROR_INTERNAL, "%.*s is the server's to send", (int)name.size,
                         (const char *)name.data);
    kept = known_value(known, name);
    if (kept != NULL && (kept->size > 0 || value.size == 0))
        return error_set(err, ERROR_INTERNAL, "%.*s is empty or given twice", (int)name.size,
                         (const char *)name.data);
    if (kept != NULL)
        *kept = value;
    if (kept == &known->status)
        return true;
    if (reply->field_count == OUTPUT_FIELDS_LIMIT)
        return error_set(err, ERROR_INTERNAL, "more than %d fields", OUTPUT_FIELDS_LIMIT);
    reply->fields[reply->field_count++] = (struct output_field){name, value};
    return true;
}

static bool take_status(struct span status, struct output_reply *reply, struct error *err)
{
    struct span number;
    uint64_t value;

    reply->status = 200;
    reply->reason = span_text("OK");
    if (status.size == 0)
        return true;
    (void)span_split(&status, ' ', &number);
    if (number.size != 3 || !number_parse(number, 599, &value) || value < 200)
        return error_set(err, ERROR_INTERNAL, "Status is not a number from 200 to 599");
    reply->status = (unsigned)value;
    reply->reason = status;
    return true;
}

static bool check_body(const struct known *known, struct output_reply *reply, struct error *err)
{
    uint64_t length;

    if (reply->body.size > 0 && known->type.size == 0)
        return error_set(err, ERROR_INTERNAL, "a body without Content-type");
    reply->has_cache_control = known->cache_control.size > 0;
    reply->has_length = known->length.size > 0;
    if (reply->has_length &&
        (!number_parse(known->length, OUTPUT_LIMIT, &length) || length != reply->body.size))
        return error_set(err, ERROR_INTERNAL,
                         "Content-Length is not the body's, which has %zu bytes", reply->body.size);
    return true;
}

bool output_parse(const struct output *output, struct output_reply *reply, struct error *err)
{
    struct output_reply made = {.field_count = 0};
    struct known known = {SPAN_EMPTY, SPAN_EMPTY, SPAN_EMPTY, SPAN_EMPTY};
    struct span rest = span_of(output->data, output->size);
    struct span line;

    if (output->is_too_long)
        return error_set(err, ERROR_INTERNAL, "longer than %d bytes", OUTPUT_LIMIT);
    for (;;) {
        if (!span_split(&rest, '\n', &line))
            return error_set(err, ERROR_INTERNAL, "no head, or no empty line after it");
        if (line.size > 0 && line.data[line.size - 1] == '\r')
            line.size--;
        if (line.size == 0)
            break;
        if (!take_field(line, &known, &made, err))
            return false;
    }
    made.body = rest;
    if (!take_status(known.status, &made, err) || !check_body(&known, &made, err))
        return false;
    *reply = made;
    return true;
}

bool output_is_whole(const struct output *output)
{
    struct error not_yet = ERROR_EMPTY;
    struct output_reply reply;

    return output_parse(output, &reply, &not_yet) && reply.has_length;
}
