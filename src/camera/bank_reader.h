/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a bank holds, read through from its beginning: two buffers by turns, and where the flash
 * allows it the next piece is read while the caller has this one.
 */
#ifndef CAMERA_BANK_READER_H
#define CAMERA_BANK_READER_H

#include "base/background.h"
#include "camera/flash.h"

enum { BANK_READER_PIECE = 512 * 1024 };

struct bank_reader {
    struct flash *flash;       /* borrowed */
    unsigned char *buffers[2]; /* owned */
    struct background background;
    uint64_t at, size;
    size_t turn, piece; /* of the piece that is read */
};

#define BANK_READER_NONE ((struct bank_reader){.flash = NULL})

/* The bank's first `size` bytes. ERROR_FLASH where there are not so many, or none can be read. */
bool bank_reader_open(struct bank_reader *reader, struct flash *flash, uint64_t size,
                      struct error *err) MUST_CHECK;

/* For CLEANUP, declared behind the flash: waits for what is being read. */
void bank_reader_close(struct bank_reader *reader);

/* Lends the next BANK_READER_PIECE bytes, or what is left; none at the end. They are valid until
 * the next call. */
bool bank_reader_next(struct bank_reader *reader, struct span *bytes, struct error *err) MUST_CHECK;

#endif
