/* SPDX-License-Identifier: Apache-2.0 */
#include "members.h"

#include "image/archive.h"
#include "input.h"

#include <string.h>

enum { STEPS = 7, NAME_SIZE = ARCHIVE_NAME_SIZE };

/* A name that fits into a head: 1 to 100 bytes. */
static void take_name(struct span *rest, char name[NAME_SIZE + 1])
{
    struct span bytes = span_first(input_line(rest), NAME_SIZE);

    memset(name, 0, NAME_SIZE + 1);
    if (bytes.size > 0)
        memcpy(name, bytes.data, bytes.size);
    if (name[0] == '\0')
        name[0] = 'x';
}

static void add_member(struct packing *archive, struct span *rest)
{
    char name[NAME_SIZE + 1];

    take_name(rest, name);
    packing_add_member(archive, name, input_piece(rest));
}

static void add_special(struct packing *archive, struct span *rest)
{
    char type = (char)input_byte(rest);
    char name[NAME_SIZE + 1];

    take_name(rest, name);
    packing_add_special(archive, name, type, input_piece(rest));
}

/* Bytes with the layout of a head and a valid checksum. */
static void add_head(struct packing *archive, struct span *rest)
{
    struct span head = span_first(input_piece(rest), ARCHIVE_BLOCK);

    packing_add(archive, head);
    packing_add_zeros(archive, ARCHIVE_BLOCK - head.size);
    packing_sum_head(archive, archive->size - ARCHIVE_BLOCK);
}

/* Changes one byte. If the step says so, the checksum of the head around it is made valid again. */
static void change(struct packing *archive, bool is_summed, struct span *rest)
{
    size_t at = (size_t)input_number(rest, 3);
    unsigned char byte = (unsigned char)input_byte(rest);

    if (archive->size == 0)
        return;
    at %= archive->size;
    archive->data[at] = byte;
    at -= at % ARCHIVE_BLOCK;
    if (is_summed && archive->size - at >= ARCHIVE_BLOCK)
        packing_sum_head(archive, at);
}

void members_add(struct packing *archive, unsigned step, struct span *rest)
{
    if (archive->size > MEMBERS_LIMIT)
        return;
    switch ((step & 0x7f) % STEPS) {
    case 0:
        add_member(archive, rest);
        break;
    case 1:
        add_special(archive, rest);
        break;
    case 2:
        add_head(archive, rest);
        break;
    case 3:
        change(archive, step & 0x80, rest);
        break;
    case 4:
        packing_add(archive, input_piece(rest));
        break;
    case 5:
        input_fill(rest, archive);
        break;
    default:
        packing_add_zeros(archive, input_byte(rest) % 32 * (size_t)ARCHIVE_BLOCK);
    }
}
