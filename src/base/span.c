/* SPDX-License-Identifier: Apache-2.0 */
#include "base/span.h"

#include <string.h>

struct span span_of(const void *data, size_t size)
{
    return (struct span){data, size};
}

struct span span_text(const char *text)
{
    return text == NULL ? SPAN_EMPTY : span_of(text, strlen(text));
}

bool span_same(struct span one, struct span other)
{
    /* An empty span may have no memory, and memcmp must not get NULL even for 0 bytes. */
    return one.size == other.size && (one.size == 0 || memcmp(one.data, other.data, one.size) == 0);
}

bool span_is(struct span bytes, const char *text)
{
    return span_same(bytes, span_text(text));
}

/* Not tolower: that asks the locale. */
static unsigned char lower(unsigned char byte)
{
    return byte_is_upper(byte) ? (unsigned char)(byte - 'A' + 'a') : byte;
}

bool span_same_letters(struct span one, struct span other)
{
    if (one.size != other.size)
        return false;
    for (size_t i = 0; i < one.size; i++)
        if (lower(one.data[i]) != lower(other.data[i]))
            return false;
    return true;
}

bool span_begins(struct span bytes, const char *text)
{
    size_t size = strlen(text);

    return bytes.size >= size && span_same(span_first(bytes, size), span_of(text, size));
}

bool span_has(struct span bytes, unsigned char byte)
{
    return bytes.size > 0 && memchr(bytes.data, byte, bytes.size) != NULL;
}

struct span span_from(struct span bytes, size_t at)
{
    return at >= bytes.size ? SPAN_EMPTY : span_of(bytes.data + at, bytes.size - at);
}

struct span span_first(struct span bytes, size_t size)
{
    return span_of(bytes.data, size < bytes.size ? size : bytes.size);
}

bool span_split(struct span *rest, unsigned char separator, struct span *part)
{
    const unsigned char *found = rest->size == 0 ? NULL : memchr(rest->data, separator, rest->size);

    if (found == NULL) {
        *part = *rest;
        *rest = SPAN_EMPTY;
        return false;
    }
    *part = span_of(rest->data, (size_t)(found - rest->data));
    *rest = span_of(found + 1, rest->size - part->size - 1);
    return true;
}

bool span_skip(struct span *rest, const char *text)
{
    if (!span_begins(*rest, text))
        return false;
    *rest = span_from(*rest, strlen(text));
    return true;
}

struct span span_trim(struct span bytes, unsigned char byte)
{
    while (bytes.size > 0 && bytes.data[0] == byte)
        bytes = span_from(bytes, 1);
    while (bytes.size > 0 && bytes.data[bytes.size - 1] == byte)
        bytes.size--;
    return bytes;
}

bool span_find(struct span bytes, struct span part, size_t *at)
{
    const unsigned char *found;

    if (part.size == 0 || bytes.size < part.size)
        return false;
    found = memmem(bytes.data, bytes.size, part.data, part.size);
    if (found == NULL)
        return false;
    *at = (size_t)(found - bytes.data);
    return true;
}

bool span_copy(struct span bytes, char *to, size_t capacity)
{
    /* A NUL inside would cut the text for every later reader, but not for this check. */
    if (bytes.size >= capacity || span_has(bytes, '\0'))
        return false;
    if (bytes.size > 0)
        memcpy(to, bytes.data, bytes.size);
    to[bytes.size] = '\0';
    return true;
}

void span_printable(struct span bytes, char *to, size_t capacity)
{
    size_t size = bytes.size < capacity ? bytes.size : capacity - 1;

    for (size_t i = 0; i < size; i++)
        to[i] = byte_is_printable(bytes.data[i]) ? (char)bytes.data[i] : '?';
    to[size] = '\0';
}

bool byte_is_digit(unsigned char byte)
{
    return byte >= '0' && byte <= '9';
}

bool byte_is_upper(unsigned char byte)
{
    return byte >= 'A' && byte <= 'Z';
}

bool byte_is_letter(unsigned char byte)
{
    return byte_is_upper(byte) || (byte >= 'a' && byte <= 'z');
}

bool byte_is_printable(unsigned char byte)
{
    return byte >= 0x20 && byte <= 0x7e;
}
