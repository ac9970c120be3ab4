/* SPDX-License-Identifier: Apache-2.0 */
#include "image/gzip_head.h"

#include "image/gzip.h"
#include "image/inflater.h"

enum {
    FLAG_CHECK = 0x02,
    FLAG_EXTRA = 0x04,
    FLAG_NAME = 0x08,
    FLAG_COMMENT = 0x10,
    FLAGS_RESERVED = 0xe0,
    METHOD_DEFLATE = 8,
};

enum { AT_METHOD = 2, AT_FLAGS = 3, FIXED_SIZE = 10 };

/* An optional part is present only if its flag is set. */
static const unsigned char part_flags[GZIP_HEAD_DONE] = {
    [GZIP_HEAD_EXTRA_SIZE] = FLAG_EXTRA, [GZIP_HEAD_EXTRA] = FLAG_EXTRA,
    [GZIP_HEAD_NAME] = FLAG_NAME,        [GZIP_HEAD_COMMENT] = FLAG_COMMENT,
    [GZIP_HEAD_CHECK] = FLAG_CHECK,
};

static bool is_there(const struct gzip_head *head)
{
    if (head->part == GZIP_HEAD_DONE)
        return true;
    /* An empty field has no last byte that could end this part. */
    if (head->part == GZIP_HEAD_EXTRA && head->extra == 0)
        return false;
    return (head->flags & part_flags[head->part]) != 0;
}

static void go_on(struct gzip_head *head)
{
    head->at = 0;
    do
        head->part++;
    while (!is_there(head));
}

static bool take_fixed(struct gzip_head *head, unsigned char byte, struct error *err)
{
    static const unsigned char magic[] = {0x1f, 0x8b};

    if (head->at < sizeof(magic) && byte != magic[head->at])
        return error_set(err, ERROR_IMAGE, "gzip: this is not a gzip file");
    if (head->at == AT_METHOD && byte != METHOD_DEFLATE)
        return error_set(err, ERROR_IMAGE, "gzip: compressed by method %u, not deflate", byte);
    if (head->at == AT_FLAGS) {
        if ((byte & FLAGS_RESERVED) != 0)
            return error_set(err, ERROR_IMAGE, "gzip: reserved flags are set: 0x%02x", byte);
        head->flags = byte;
    }
    return true;
}

static bool is_last(const struct gzip_head *head, unsigned char byte)
{
    switch (head->part) {
    case GZIP_HEAD_FIXED:
        return head->at == FIXED_SIZE;
    case GZIP_HEAD_EXTRA:
        return head->at == head->extra;
    case GZIP_HEAD_NAME:
    case GZIP_HEAD_COMMENT:
        return byte == '\0';
    default: /* the size of the extra field, and the check */
        return head->at == 2;
    }
}

static bool take_byte(struct gzip_head *head, unsigned char byte, struct error *err)
{
    /* Name and comment have no size in the format, so an attacker could send them without end. */
    if (head->size == GZIP_HEAD_LIMIT)
        return error_set(err, ERROR_IMAGE, "gzip: head is larger than %d bytes", GZIP_HEAD_LIMIT);
    if (head->part == GZIP_HEAD_FIXED && !take_fixed(head, byte, err))
        return false;
    if (head->part == GZIP_HEAD_EXTRA_SIZE)
        head->extra |= (size_t)byte << 8 * head->at;
    /* The check covers all bytes of the head before itself. */
    if (head->part == GZIP_HEAD_CHECK)
        head->check = (uint16_t)(head->check | byte << 8 * head->at);
    else
        head->crc = inflater_crc(head->crc, span_of(&byte, 1));
    head->size++;
    head->at++;
    if (is_last(head, byte))
        go_on(head);
    return true;
}

bool gzip_head_take(struct gzip_head *head, struct span *bytes, bool *done, struct error *err)
{
    while (bytes->size > 0 && head->part != GZIP_HEAD_DONE) {
        if (!take_byte(head, bytes->data[0], err))
            return false;
        *bytes = span_from(*bytes, 1);
    }
    *done = head->part == GZIP_HEAD_DONE;
    if (*done && (head->flags & FLAG_CHECK) != 0 && head->check != (head->crc & 0xffff))
        return error_set(err, ERROR_IMAGE, "gzip: damaged: the CRC of its head is wrong");
    return true;
}
