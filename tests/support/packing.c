/* SPDX-License-Identifier: Apache-2.0 */
#include "packing.h"

#include "image/archive.h"
#include "image/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* In some versions of zlib deflateBound forgets the ends of stored blocks. */
enum { SLACK = 1024 };

void packing_free(struct packing *packing)
{
    free(packing->data);
    *packing = (struct packing){NULL, 0};
}

struct span packing_span(const struct packing *packing)
{
    return span_of(packing->data, packing->size);
}

/* How much is allocated for at least this many bytes: the next power of two. */
static size_t room_for(size_t size)
{
    size_t room = 64;

    while (room < size)
        room *= 2;
    return room;
}

/* Makes room for `size` more bytes, and counts them. */
static unsigned char *grow(struct packing *packing, size_t size)
{
    size_t room = room_for(packing->size + size);

    if (packing->data == NULL || room != room_for(packing->size))
        packing->data = realloc(packing->data, room);
    if (packing->data == NULL)
        abort();
    packing->size += size;
    return packing->data + packing->size - size;
}

void packing_add(struct packing *packing, struct span bytes)
{
    unsigned char *to = grow(packing, bytes.size);

    if (bytes.size > 0)
        memcpy(to, bytes.data, bytes.size);
}

void packing_add_text(struct packing *packing, const char *text)
{
    packing_add(packing, span_text(text));
}

void packing_add_zeros(struct packing *packing, size_t size)
{
    memset(grow(packing, size), 0, size);
}

void packing_add_special(struct packing *packing, const char *name, char type, struct span content)
{
    size_t at = packing->size;

    archive_format_head(name, content.size, grow(packing, ARCHIVE_BLOCK));
    packing->data[at + 156] = (unsigned char)type;
    packing_sum_head(packing, at);
    packing_add(packing, content);
    packing_add_zeros(packing, -content.size % ARCHIVE_BLOCK);
}

void packing_add_member(struct packing *packing, const char *name, struct span content)
{
    packing_add_special(packing, name, '0', content);
}

void packing_sum_head(struct packing *packing, size_t at)
{
    unsigned char *head = packing->data + at;
    unsigned sum = 0;
    char text[8];

    memset(head + 148, ' ', 8);
    for (size_t i = 0; i < ARCHIVE_BLOCK; i++)
        sum += head[i];
    (void)snprintf(text, sizeof(text), "%06o", sum);
    memcpy(head + 148, text, 7);
}

void packing_add_gzip(struct packing *packing, struct span plain, int level)
{
    static unsigned char none;
    z_stream stream;
    uLong room;
    size_t begin = packing->size;

    memset(&stream, 0, sizeof(stream));
    if (deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        abort();
    room = deflateBound(&stream, (uLong)plain.size) + SLACK;
    stream.next_out = grow(packing, room);
    stream.avail_out = (uInt)room;
    stream.next_in = plain.size == 0 ? &none : (unsigned char *)(uintptr_t)plain.data;
    stream.avail_in = (uInt)plain.size;
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
        abort();
    packing->size = begin + stream.total_out;
    (void)deflateEnd(&stream);
}

void packing_add_section(struct packing *packing, const char *section, const char *file,
                         struct span content)
{
    char digits[DIGEST_TEXT_SIZE + 1], text[512];
    struct digest digest;

    digest_of(content, &digest);
    digest_format(&digest, digits);
    (void)snprintf(text, sizeof(text),
                   "[%s]\nfile = %s\nversion = V1.00.00\nsize = %zu\nsha256 = %s\n", section, file,
                   content.size, digits);
    packing_add_text(packing, text);
}

void packing_add_noise(struct packing *packing, size_t size, uint32_t seed)
{
    unsigned char *to = grow(packing, size);

    for (size_t i = 0; i < size; i++) {
        seed = seed * 1664525 + 1013904223;
        to[i] = (unsigned char)(seed >> 24);
    }
}
