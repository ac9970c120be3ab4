/* SPDX-License-Identifier: Apache-2.0 */
#include "wrap.h"

#include <zlib.h>

enum { STORED_LIMIT = 65535 };

static void add_number(struct packing *to, uint64_t number, size_t size)
{
    unsigned char bytes[8];

    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)(number >> (8 * i));
    packing_add(to, span_of(bytes, size));
}

void wrap_head(struct packing *to)
{
    static const unsigned char head[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255};

    packing_add(to, span_of(head, sizeof(head)));
}

void wrap_tail(struct packing *to, struct span plain)
{
    add_number(to, crc32(crc32(0, NULL, 0), plain.data, (uInt)plain.size), 4);
    add_number(to, plain.size, 4);
}

void wrap_stored(struct packing *to, struct span plain)
{
    struct span rest = plain;
    bool is_last = false;

    wrap_head(to);
    while (!is_last) {
        struct span block = span_first(rest, STORED_LIMIT);

        rest = span_from(rest, block.size);
        is_last = rest.size == 0;
        add_number(to, is_last, 1);
        add_number(to, block.size, 2);
        add_number(to, block.size ^ 0xffff, 2);
        packing_add(to, block);
    }
    wrap_tail(to, plain);
}
