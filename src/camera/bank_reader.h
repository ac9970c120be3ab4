/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a bank from its beginning. There are two buffers: if the flash allows it, a thread reads
 * the next piece while the caller uses the current one.
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
    size_t turn, piece; /* of the piece that is being read */
};

#define BANK_READER_NONE ((struct bank_reader){.flash = NULL})

/* Reads the bank's first `size` bytes. ERROR_FLASH: the bank is smaller, or cannot be read. */
bool bank_reader_open(struct bank_reader *reader, struct flash *flash, uint64_t size,
                      struct error *err) MUST_CHECK;

/* For CLEANUP; declare it after the flash. Waits for the read in progress. */
void bank_reader_close(struct bank_reader *reader);

/* Lends the next BANK_READER_PIECE bytes or the rest, none at the end. They stay valid until the
 * next call. */
bool bank_reader_next(struct bank_reader *reader, struct span *bytes, struct error *err) MUST_CHECK;

#endif
