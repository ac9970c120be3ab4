/* SPDX-License-Identifier: Apache-2.0 */
#include "image/archive.h"

#include "image/archive_head.h"

#include <assert.h>
#include <string.h>

void archive_open(struct archive *archive, struct gzip *gzip)
{
    *archive = (struct archive){.gzip = gzip};
}

static bool is_zero(const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

/* Reads `size` bytes, or fewer at the end of the stream; `got` is their number. */
static bool take(struct archive *archive, unsigned char *data, size_t size, size_t *got,
                 struct error *err)
{
    if (!gzip_read(archive->gzip, data, size, got, err))
        return false;
    archive->passed += *got;
    return true;
}

static bool take_block(struct archive *archive, unsigned char block[ARCHIVE_BLOCK],
                       struct error *err)
{
    size_t got;

    if (!take(archive, block, ARCHIVE_BLOCK, &got, err))
        return false;
    if (got < ARCHIVE_BLOCK)
        return error_set(err, ERROR_IMAGE, "archive: cut short: no two zero blocks at its end");
    return true;
}

/* Filling that is not zero is refused: no digest covers these bytes. */
static bool take_filling(struct archive *archive, struct error *err)
{
    unsigned char filling[ARCHIVE_BLOCK];
    size_t size = archive->filling, got;

    archive->filling = 0;
    if (size == 0)
        return true;
    if (!take(archive, filling, size, &got, err))
        return false;
    if (got < size)
        return error_set(err, ERROR_IMAGE, "archive: cut short after a member");
    if (!is_zero(filling, size))
        return error_set(err, ERROR_IMAGE, "archive: bytes after a member are not zero");
    return true;
}

/* After the first zero block: a second one, then only zero blocks up to a full record. The limit
 * keeps a stream of zeros from going on for ever. */
static bool take_end(struct archive *archive, struct error *err)
{
    unsigned char block[ARCHIVE_BLOCK];
    uint64_t limit;
    size_t got = ARCHIVE_BLOCK;

    if (!take_block(archive, block, err))
        return false;
    if (!is_zero(block, sizeof(block)))
        return error_set(err, ERROR_IMAGE, "archive: one zero block, not two, at its end");
    limit = (archive->passed + ARCHIVE_RECORD - 1) / ARCHIVE_RECORD * ARCHIVE_RECORD;
    while (got > 0) {
        if (!take(archive, block, sizeof(block), &got, err))
            return false;
        if (got % ARCHIVE_BLOCK != 0 || !is_zero(block, got) || archive->passed > limit)
            return error_set(err, ERROR_IMAGE, "archive: bytes after its end");
    }
    return gzip_finish(archive->gzip, err); /* reading to `got` 0 has checked CRC and length */
}

bool archive_next(struct archive *archive, struct archive_member *member, bool *end,
                  struct error *err)
{
    unsigned char block[ARCHIVE_BLOCK];

    assert(archive->left == 0); /* else the rest of a member would be taken for a head */
    if (!take_filling(archive, err) || !take_block(archive, block, err))
        return false;
    *end = is_zero(block, sizeof(block));
    if (*end)
        return take_end(archive, err);
    if (!archive_head_parse(block, member, err))
        return false;
    archive->left = member->size;
    /* Bytes up to a full block: unsigned negation wraps, and 2^64 is a multiple of the block. */
    archive->filling = (unsigned)(-member->size % ARCHIVE_BLOCK);
    return true;
}

bool archive_read(struct archive *archive, void *data, size_t capacity, size_t *got,
                  struct error *err)
{
    size_t size = archive->left < capacity ? (size_t)archive->left : capacity;
    size_t taken = 0;

    if (size > 0 && !take(archive, data, size, &taken, err))
        return false;
    if (taken < size)
        return error_set(err, ERROR_IMAGE, "archive: cut short within a member");
    archive->left -= taken;
    *got = taken;
    return true;
}
