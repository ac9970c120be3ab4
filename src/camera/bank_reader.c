/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/bank_reader.h"

#include "base/memory.h"

static bool read_piece(void *self, struct error *err)
{
    struct bank_reader *reader = self;

    return reader->flash->operations->read(reader->flash, reader->at, reader->buffers[reader->turn],
                                           reader->piece, err);
}

static void begin_piece(struct bank_reader *reader)
{
    uint64_t left = reader->size - reader->at;

    reader->piece = left < BANK_READER_PIECE ? (size_t)left : BANK_READER_PIECE;
    if (reader->piece > 0)
        background_begin(&reader->background, read_piece, reader, reader->flash->can_beside);
}

bool bank_reader_open(struct bank_reader *reader, struct flash *flash, uint64_t size,
                      struct error *err)
{
    if (size > flash->room || !flash->can_read)
        return error_set(err, ERROR_FLASH, "%s: %llu bytes cannot be read from it", flash->where,
                         (unsigned long long)size);
    *reader = (struct bank_reader){.flash = flash, .size = size};
    for (size_t i = 0; i < COUNT_OF(reader->buffers); i++) {
        void *memory;

        if (!memory_allocate(&memory, BANK_READER_PIECE, err))
            return false;
        reader->buffers[i] = memory;
    }
    begin_piece(reader);
    return true;
}

void bank_reader_close(struct bank_reader *reader)
{
    background_discard(&reader->background);
    for (size_t i = 0; i < COUNT_OF(reader->buffers); i++)
        memory_free(&reader->buffers[i]);
}

bool bank_reader_next(struct bank_reader *reader, struct span *bytes, struct error *err)
{
    *bytes = span_of(reader->buffers[reader->turn], reader->piece);
    if (reader->piece == 0)
        return true;
    if (!background_end(&reader->background, err))
        return false;
    reader->at += reader->piece;
    reader->turn = 1 - reader->turn;
    begin_piece(reader);
    return true;
}
