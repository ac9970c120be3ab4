/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/delimiter.h"

#include <string.h>

enum { LINE_END_SIZE = 2 };

void delimited_open(struct delimited *body, struct span boundary, struct source *source)
{
    *body = (struct delimited){.body = source, .size = 4 + boundary.size};
    /* It fits: the form has checked the boundary's size. */
    memcpy(body->delimiter, "\r\n--", 4);
    memcpy(body->delimiter + 4, boundary.data, boundary.size);
    delimited_begin(body);
}

void delimited_begin(struct delimited *body)
{
    /* The line end before a delimiter was read already, or does not exist at the body's start. */
    body->matched = LINE_END_SIZE;
    body->assumed = LINE_END_SIZE;
    body->found = false;
}

static bool pull(struct delimited *body, struct error *err)
{
    if (body->rest.size > 0 || body->ended)
        return true;
    if (!source_next(body->body, &body->rest, err))
        return false;
    body->ended = body->rest.size == 0;
    return true;
}

/* The bytes that were held back are not a delimiter. They are lent from our copy of the delimiter,
 * because the piece that they came in may be gone; the bytes are equal. No delimiter can begin
 * inside them: a delimiter begins with CR, and has no other CR. */
static void lend_held(struct delimited *body, struct span *bytes)
{
    *bytes = span_of(body->delimiter + body->assumed, body->matched - body->assumed);
    body->matched = 0;
    body->assumed = 0;
}

static void go_on_matching(struct delimited *body, struct span *bytes)
{
    struct span wanted = span_of(body->delimiter + body->matched, body->size - body->matched);
    struct span here = span_first(body->rest, wanted.size);

    if (!span_same(here, span_first(wanted, here.size))) {
        lend_held(body, bytes);
        return;
    }
    body->matched += here.size;
    body->rest = span_from(body->rest, here.size);
    body->found = body->matched == body->size;
}

/* How many of the last bytes may be the front of a delimiter. Only the last CR matters, since a
 * delimiter has just one. */
static size_t tail_size(const struct delimited *body, struct span bytes)
{
    size_t most = bytes.size < body->size ? bytes.size : body->size - 1;
    struct span tail = span_from(bytes, bytes.size - most);
    const unsigned char *cr = most == 0 ? NULL : memrchr(tail.data, '\r', most);
    size_t size;

    if (cr == NULL)
        return 0;
    size = (size_t)(tail.data + most - cr);
    return memcmp(cr, body->delimiter, size) == 0 ? size : 0;
}

static void search(struct delimited *body, struct span *bytes)
{
    struct span delimiter = span_of(body->delimiter, body->size);
    size_t at;

    if (span_find(body->rest, delimiter, &at)) {
        *bytes = span_first(body->rest, at);
        body->rest = span_from(body->rest, at + body->size);
        body->found = true;
        return;
    }
    body->matched = tail_size(body, body->rest);
    *bytes = span_first(body->rest, body->rest.size - body->matched);
    body->rest = SPAN_EMPTY;
}

bool delimited_next(struct delimited *body, struct span *bytes, struct error *err)
{
    *bytes = SPAN_EMPTY;
    while (bytes->size == 0 && !body->found) {
        if (!pull(body, err))
            return false;
        if (body->ended)
            break;
        if (body->matched > 0)
            go_on_matching(body, bytes);
        else
            search(body, bytes);
    }
    return true;
}

bool delimited_byte(struct delimited *body, unsigned char *byte, struct error *err)
{
    if (!pull(body, err) || body->ended)
        return false;
    *byte = body->rest.data[0];
    body->rest = span_from(body->rest, 1);
    return true;
}
