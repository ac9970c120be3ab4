/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/bank.h"

#include "base/memory.h"
#include "camera/bank_reader.h"

#include <assert.h>
#include <string.h>

enum { FILL = 0xff };

/* A bank smaller than a piece needs a smaller buffer. */
static size_t capacity_for(const struct flash *flash)
{
    uint64_t whole = (flash->room + flash->block - 1) / flash->block * flash->block;
    size_t piece = flash->can_overwrite ? BANK_PIECE : BANK_PIECE_ERASED;

    if (piece < flash->block)
        piece = flash->block;
    return whole > 0 && whole < piece ? (size_t)whole : piece;
}

static bool allocate(unsigned char **buffer, size_t size, struct error *err)
{
    void *memory;

    if (!memory_allocate(&memory, size, err))
        return false;
    *buffer = memory;
    return true;
}

bool bank_begin(struct bank_writer *writer, struct flash *flash, struct bank_known known,
                struct error *err)
{
    CLEANUP(bank_discard) struct bank_writer made = BANK_WRITER_NONE;

    if (!flash->can_blocks || !flash->can_read)
        return error_set(err, ERROR_FLASH, "%s: cannot write single blocks", flash->where);
    made.capacity = capacity_for(flash);
    if (!allocate(&made.buffer, made.capacity, err) || !allocate(&made.found, made.capacity, err))
        return false;
    made.filling = made.buffer;
    if (flash->can_beside && !allocate(&made.filling, made.capacity, err))
        return false;
    made.flash = flash;
    flash->skips_erased = known.size > 0 || known.is_blank;
    made.known = known;
    digest_begin(&made.digest);
    *writer = made;
    made = BANK_WRITER_NONE;
    return true;
}

void bank_discard(struct bank_writer *writer)
{
    background_discard(&writer->background);
    if (writer->filling != writer->buffer)
        memory_free(&writer->filling);
    memory_free(&writer->buffer);
    memory_free(&writer->found);
    *writer = BANK_WRITER_NONE;
}

static bool is_worn(struct flash *flash, uint64_t at)
{
    return flash->operations->is_worn != NULL && flash->operations->is_worn(flash, at);
}

/* Whether what was read of this block before tells how it is now. */
static bool is_compared(const struct bank_writer *writer, size_t offset)
{
    return offset + writer->flash->block <= writer->compared &&
           writer->moved == writer->flash->moved && !is_worn(writer->flash, writer->at + offset);
}

/* Whether the block can be programmed as it is. */
static bool is_ready(const struct bank_writer *writer, size_t offset)
{
    return writer->known.is_blank && is_compared(writer, offset) &&
           flash_is_erased(span_of(writer->found + offset, writer->flash->block));
}

static bool has_no_other_bit(const unsigned char *bytes, const unsigned char *before, size_t size)
{
    unsigned char others = 0;

    for (size_t i = 0; i < size; i++)
        others |= (unsigned char)(bytes[i] & ~before[i]);
    return others == 0;
}

/* Whether the block need not be erased, because its change only clears bits. */
static bool clears(const struct bank_writer *writer, size_t offset)
{
    return writer->flash->operations->clear != NULL && !writer->known.is_blank &&
           is_compared(writer, offset) &&
           has_no_other_bit(writer->buffer + offset, writer->found + offset, writer->flash->block);
}

/* Erases and writes whole blocks: `size` bytes of the buffer from `offset`. `again`: after a
 * failure, so each block is erased. */
static bool put(struct bank_writer *writer, size_t offset, size_t size, bool again,
                struct error *err)
{
    struct flash *flash = writer->flash;
    uint64_t at = writer->at + offset;

    if (!again && clears(writer, offset)) /* then all of these blocks do */
        return flash->operations->clear(flash, at, span_of(writer->found + offset, size),
                                        span_of(writer->buffer + offset, size), err);
    for (size_t done = 0; done < size; done += flash->block)
        if ((again || !is_ready(writer, offset + done)) &&
            !flash->operations->erase(flash, at + done, err))
            return false;
    return flash->operations->write(flash, at, span_of(writer->buffer + offset, size), err);
}

/* Whether the medium holds the same bytes as the buffer. */
static bool holds(struct bank_writer *writer, size_t offset, size_t size, struct error *err)
{
    struct flash *flash = writer->flash;
    uint64_t at = writer->at + offset;

    if (!flash->operations->read(flash, at, writer->found + offset, size, err))
        return false;
    if (memcmp(writer->found + offset, writer->buffer + offset, size) != 0)
        return error_set(err, ERROR_FLASH, "%s: does not hold what was written at 0x%llx",
                         flash->where, (unsigned long long)at);
    return true;
}

/* Writes a block a second time. If the read-back fails again, a replacement block takes its place.
 */
static bool write_again(struct bank_writer *writer, size_t offset, struct error *err)
{
    struct flash *flash = writer->flash;

    while (put(writer, offset, flash->block, true, err)) {
        if (holds(writer, offset, flash->block, err))
            return true;
        if (flash->operations->replace == NULL ||
            !flash->operations->replace(flash, writer->at + offset, err))
            return false;
    }
    return false;
}

/* Writes adjacent blocks. A block that fails its read-back is written again. After a failed write
 * all of them are written again, even those that seem to hold the right bytes. */
static bool write_run(struct bank_writer *writer, size_t offset, size_t size, struct error *err)
{
    size_t block = writer->flash->block;
    struct error first = ERROR_EMPTY;
    bool was_put = put(writer, offset, size, false, &first);

    writer->written += size / block;
    if (was_put && holds(writer, offset, size, &first))
        return true;
    for (size_t end = offset + size; offset < end; offset += block) {
        if (was_put && holds(writer, offset, block, &first))
            continue;
        if (!write_again(writer, offset, err))
            return false;
    }
    return true;
}

/* The end of the blocks that may be compared. The last block of a known component is padded. */
static uint64_t known_end(const struct bank_writer *writer)
{
    uint64_t block = writer->flash->block;
    uint64_t length = writer->flash->length / block * block;
    uint64_t blocks = writer->known.size / block + (writer->known.size % block != 0);

    if (writer->known.is_blank)
        return length;
    return blocks < length / block ? blocks * block : length;
}

/* Reads what the medium holds at this piece and returns how many bytes of that may be compared.
 * Blocks past a file's end and blocks that cannot be read do not count: they are always written. */
static size_t read_before(struct bank_writer *writer, size_t size)
{
    struct flash *flash = writer->flash;
    struct error ignored = ERROR_EMPTY;
    uint64_t end = known_end(writer);
    uint64_t there = writer->at < end ? end - writer->at : 0;
    size_t known = there < size ? (size_t)there : size;

    if (known == 0 || !flash->operations->read(flash, writer->at, writer->found, known, &ignored))
        return 0;
    return known;
}

static bool is_same(const struct bank_writer *writer, size_t offset)
{
    return is_compared(writer, offset) &&
           memcmp(writer->found + offset, writer->buffer + offset, writer->flash->block) == 0;
}

/* If the previous piece held no unchanged block, this piece probably holds none either. If writing
 * costs no more than reading, only the last block is read: if it differs, the whole piece is
 * written. */
static bool is_likely_new(struct bank_writer *writer)
{
    struct flash *flash = writer->flash;
    struct error ignored = ERROR_EMPTY;
    size_t last = writer->size - flash->block;

    return writer->is_all_new && flash->can_overwrite &&
           writer->at + writer->size <= flash->length &&
           flash->operations->read(flash, writer->at + last, writer->found + last, flash->block,
                                   &ignored) &&
           memcmp(writer->found + last, writer->buffer + last, flash->block) != 0;
}

static bool write_piece(void *self, struct error *err)
{
    struct bank_writer *writer = self;
    size_t size = writer->size;
    size_t block = writer->flash->block;
    uint64_t before = writer->written;
    size_t offset = 0;

    writer->total += size / block;
    writer->moved = writer->flash->moved;
    writer->compared = is_likely_new(writer) ? 0 : read_before(writer, size);
    while (offset < size) {
        size_t end = offset;

        while (end < size && !is_same(writer, end) && clears(writer, end) == clears(writer, offset))
            end += block;
        if (end > offset && !write_run(writer, offset, end - offset, err))
            return false;
        offset = end;
        while (offset < size && is_same(writer, offset))
            offset += block;
    }
    writer->is_all_new = writer->known.size > 0 && writer->written - before == size / block;
    return true;
}

/* Pads the buffer to whole blocks and starts to write it when the previous piece is written. The
 * buffer is hashed during the write. */
static bool flush(struct bank_writer *writer, struct error *err)
{
    size_t rest = writer->filled % writer->flash->block;
    size_t size = rest == 0 ? writer->filled : writer->filled + writer->flash->block - rest;
    unsigned char *filled = writer->filling;

    if (size == 0)
        return true;
    memset(filled + writer->filled, FILL, size - writer->filled);
    if (!background_end(&writer->background, err))
        return false;
    writer->filling = writer->buffer;
    writer->buffer = filled;
    writer->at = writer->begun;
    writer->size = size;
    background_begin(&writer->background, write_piece, writer, writer->flash->can_beside);
    digest_add(&writer->digest, span_of(filled, writer->filled));
    writer->begun += writer->filled;
    writer->filled = 0;
    return true;
}

bool bank_lend(struct bank_writer *writer, unsigned char **data, size_t *capacity,
               struct error *err)
{
    (void)err;
    *data = writer->filling + writer->filled;
    *capacity = writer->capacity - writer->filled;
    return true;
}

bool bank_filled(struct bank_writer *writer, size_t size, struct error *err)
{
    struct flash *flash = writer->flash;

    assert(size <= writer->capacity - writer->filled);
    writer->filled += size;
    if (writer->begun + writer->filled > flash->room)
        return error_set(err, ERROR_FLASH, "%s: has room for %llu bytes only", flash->where,
                         (unsigned long long)flash->room);
    return writer->filled < writer->capacity || flush(writer, err);
}

bool bank_end(struct bank_writer *writer, uint64_t *size, struct digest *digest, struct error *err)
{
    struct flash *flash = writer->flash;

    if (!flush(writer, err) || !background_end(&writer->background, err) ||
        !flash->operations->sync(flash, err) ||
        !flash->operations->finish(flash, writer->begun, err))
        return false;
    *size = writer->begun;
    digest_end(&writer->digest, digest);
    return true;
}

bool bank_digest(struct flash *flash, uint64_t size, struct digest *digest, struct error *err)
{
    CLEANUP(bank_reader_close) struct bank_reader reader = BANK_READER_NONE;
    struct digest_context context;
    struct span bytes;

    if (!bank_reader_open(&reader, flash, size, err))
        return false;
    digest_begin(&context);
    do {
        if (!bank_reader_next(&reader, &bytes, err))
            return false;
        digest_add(&context, bytes);
    } while (bytes.size > 0);
    digest_end(&context, digest);
    return true;
}

bool bank_is_blank(struct flash *flash)
{
    CLEANUP(bank_reader_close) struct bank_reader reader = BANK_READER_NONE;
    struct error ignored = ERROR_EMPTY;
    struct span bytes;

    if (!bank_reader_open(&reader, flash, flash->length, &ignored))
        return false;
    do {
        if (!bank_reader_next(&reader, &bytes, &ignored) || !flash_is_erased(bytes))
            return false;
    } while (bytes.size > 0);
    return !bank_is_worn(flash, flash->length);
}

bool bank_is_worn(struct flash *flash, uint64_t size)
{
    for (uint64_t at = 0; at < size; at += flash->block)
        if (is_worn(flash, at))
            return true;
    return false;
}
