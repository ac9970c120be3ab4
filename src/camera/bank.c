/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/bank.h"

#include "base/memory.h"
#include "camera/bank_reader.h"

#include <assert.h>
#include <string.h>

enum { FILL = 0xff };

/* No more than the whole bank needs. */
static size_t capacity_for(const struct flash *flash)
{
    uint64_t whole = (flash->room + flash->block - 1) / flash->block * flash->block;
    size_t piece = flash->block > BANK_PIECE ? flash->block : BANK_PIECE;

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

bool bank_begin(struct bank_writer *writer, struct flash *flash, bool skip_same, struct error *err)
{
    CLEANUP(bank_discard) struct bank_writer made = BANK_WRITER_NONE;

    if (!flash->can_blocks || !flash->can_read)
        return error_set(err, ERROR_FLASH, "%s: takes no single blocks", flash->where);
    made.capacity = capacity_for(flash);
    if (!allocate(&made.buffer, made.capacity, err) || !allocate(&made.found, made.capacity, err))
        return false;
    made.filling = made.buffer;
    if (flash->can_beside && !allocate(&made.filling, made.capacity, err))
        return false;
    made.flash = flash;
    made.skip_same = skip_same;
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

/* Erases and writes `size` bytes of the buffer, whole blocks, from `offset` on. */
static bool put(struct bank_writer *writer, size_t offset, size_t size, struct error *err)
{
    struct flash *flash = writer->flash;
    uint64_t at = writer->at + offset;

    for (size_t done = 0; done < size; done += flash->block)
        if (!flash->operations->erase(flash, at + done, err))
            return false;
    return flash->operations->write(flash, at, span_of(writer->buffer + offset, size), err);
}

/* Whether the medium holds what the buffer does. */
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

/* A block once more; where it does not hold again, another one that takes its place. */
static bool write_again(struct bank_writer *writer, size_t offset, struct error *err)
{
    struct flash *flash = writer->flash;

    while (put(writer, offset, flash->block, err)) {
        if (holds(writer, offset, flash->block, err))
            return true;
        if (flash->operations->replace == NULL ||
            !flash->operations->replace(flash, writer->at + offset, err))
            return false;
    }
    return false;
}

/* Blocks that have to be written, side by side. One that does not hold is written once more; what
 * was not written whole is, whatever it seems to hold. */
static bool write_run(struct bank_writer *writer, size_t offset, size_t size, struct error *err)
{
    size_t block = writer->flash->block;
    struct error first = ERROR_EMPTY;
    bool was_put = put(writer, offset, size, &first);

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

/* Reads what the piece's place holds now; `known` says how much of it counts: a block that a file
 * does not have yet is always written, and so is one that cannot be read. */
static size_t read_before(struct bank_writer *writer, size_t size)
{
    struct flash *flash = writer->flash;
    struct error ignored = ERROR_EMPTY;
    uint64_t there = writer->at < flash->length ? flash->length - writer->at : 0;
    size_t known = there < size ? (size_t)there : size;

    known -= known % flash->block;
    if (!writer->skip_same || known == 0 ||
        !flash->operations->read(flash, writer->at, writer->found, known, &ignored))
        return 0;
    return known;
}

static bool is_worn(struct flash *flash, uint64_t at)
{
    return flash->operations->is_worn != NULL && flash->operations->is_worn(flash, at);
}

static bool is_same(const struct bank_writer *writer, size_t offset, size_t known)
{
    struct flash *flash = writer->flash;
    size_t block = flash->block;

    return offset + block <= known && !is_worn(flash, writer->at + offset) &&
           memcmp(writer->found + offset, writer->buffer + offset, block) == 0;
}

/* Behind a piece that was new in every block the next one hardly holds anything right: where
 * writing costs no more than reading, its last block alone is asked. */
static bool is_likely_new(struct bank_writer *writer)
{
    struct flash *flash = writer->flash;
    struct error ignored = ERROR_EMPTY;
    size_t last = writer->size - flash->block;

    return writer->is_all_new && flash->can_overwrite &&
           writer->at + writer->size <= flash->length &&
           flash->operations->read(flash, writer->at + last, writer->found + last, flash->block,
                                   &ignored) &&
           !is_same(writer, last, writer->size);
}

static bool write_piece(void *self, struct error *err)
{
    struct bank_writer *writer = self;
    size_t size = writer->size;
    size_t known = is_likely_new(writer) ? 0 : read_before(writer, size);
    size_t block = writer->flash->block;
    uint64_t before = writer->written;
    unsigned moved = writer->flash->moved;
    size_t offset = 0;

    writer->total += size / block;
    while (offset < size) {
        size_t end = offset;

        while (end < size && !is_same(writer, end, known))
            end += block;
        if (end > offset && !write_run(writer, offset, end - offset, err))
            return false;
        if (writer->flash->moved != moved)
            known = 0;
        offset = known == 0 ? end : end + block;
    }
    writer->is_all_new = writer->skip_same && writer->written - before == size / block;
    return true;
}

/* The buffer, filled up to a whole block, goes to the medium as soon as the one before has; it is
 * hashed meanwhile. */
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

bool bank_is_worn(struct flash *flash, uint64_t size)
{
    for (uint64_t at = 0; at < size; at += flash->block)
        if (is_worn(flash, at))
            return true;
    return false;
}
