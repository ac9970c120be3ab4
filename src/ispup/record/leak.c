/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/record/leak.h"

#include "base/base64.h"
#include "base/memory.h"

#include <string.h>

enum { LEAST_LETTERS = 5, OFFSETS = 3 };

static bool has(struct span bytes, struct span part)
{
    size_t at;

    return span_find(bytes, part, &at);
}

static int hex_value(unsigned char byte)
{
    if (byte_is_digit(byte))
        return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* Decodes `%HH`, in place. */
static size_t decode_percent(unsigned char *bytes, size_t size)
{
    size_t to = 0;

    for (size_t at = 0; at < size; at++) {
        bool is_coded = bytes[at] == '%' && size - at > 2 && hex_value(bytes[at + 1]) >= 0 &&
                        hex_value(bytes[at + 2]) >= 0;

        if (is_coded)
            bytes[to++] = (unsigned char)(hex_value(bytes[at + 1]) * 16 + hex_value(bytes[at + 2]));
        else
            bytes[to++] = bytes[at];
        at += is_coded ? 2 : 0;
    }
    return to;
}

static const struct reference {
    const char *text;
    unsigned char byte;
} references[] = {{"&amp;", '&'},   {"&lt;", '<'},   {"&gt;", '>'},  {"&quot;", '"'},
                  {"&apos;", '\''}, {"&#39;", '\''}, {"&#34;", '"'}, {"&#x27;", '\''}};

static size_t decode_references(unsigned char *bytes, size_t size)
{
    size_t to = 0;
    struct span rest = span_of(bytes, size);

    while (rest.size > 0) {
        unsigned char byte = rest.data[0];
        size_t i = 0;

        while (i < COUNT_OF(references) && !span_begins(rest, references[i].text))
            i++;
        if (i < COUNT_OF(references))
            byte = references[i].byte;
        rest = span_from(rest, i < COUNT_OF(references) ? strlen(references[i].text) : 1);
        bytes[to++] = byte;
    }
    return to;
}

static size_t use_one_alphabet(unsigned char *bytes, size_t size)
{
    for (size_t at = 0; at < size; at++)
        if (bytes[at] == '-' || bytes[at] == '_')
            bytes[at] = bytes[at] == '-' ? '+' : '/';
    return size;
}

/* The letters that only the password decides, if `offset` bytes of a group of three are before it.
 */
static bool has_base64(struct span bytes, struct span password, size_t offset)
{
    unsigned char plain[BASE64_LIMIT] = {0};
    char coded[BASE64_TEXT_SIZE(BASE64_LIMIT) + 1];
    size_t size = password.size + offset, first = (offset * 8 + 5) / 6, end = size * 8 / 6;
    bool found;

    memcpy(plain + offset, password.data, password.size);
    base64_format(span_of(plain, size), coded);
    found = end >= first + LEAST_LETTERS && has(bytes, span_of(coded + first, end - first));
    memory_wipe(plain, sizeof(plain));
    memory_wipe(coded, sizeof(coded));
    return found;
}

/* Whether the password is in a copy of the bytes that `decode` has changed. */
static bool find_decoded(struct span bytes, size_t (*decode)(unsigned char *bytes, size_t size),
                         struct span password, bool *found, struct error *err)
{
    void *memory = NULL;
    struct span decoded;

    if (!memory_allocate(&memory, bytes.size, err))
        return false;
    memcpy(memory, bytes.data, bytes.size);
    decoded = span_of(memory, decode(memory, bytes.size));
    *found = *found || has(decoded, password);
    if (decode == use_one_alphabet && password.size + OFFSETS <= BASE64_LIMIT)
        for (size_t offset = 0; offset < OFFSETS; offset++)
            *found = *found || has_base64(decoded, password, offset);
    memory_wipe(memory, bytes.size);
    memory_free(&memory);
    return true;
}

bool leak_find(struct span bytes, struct span password, bool *found, struct error *err)
{
    *found = has(bytes, password);
    if (bytes.size == 0 || password.size == 0)
        return true;
    return find_decoded(bytes, decode_percent, password, found, err) &&
           find_decoded(bytes, decode_references, password, found, err) &&
           find_decoded(bytes, use_one_alphabet, password, found, err);
}
