/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A component's way into one bank, over the flash port: whole aligned blocks, those that hold the
 * right bytes already passed over, each piece read back from the medium as it is written and
 * compared with the buffer in hand, hashed once. A block that differs is written once more, then
 * refused with its address. The last block is filled with 0xff. Where the flash allows it, this is
 * done beside the caller, who fills the next piece: what went wrong is told with a later one.
 */
#ifndef CAMERA_BANK_H
#define CAMERA_BANK_H

#include "base/background.h"
#include "camera/flash.h"
#include "image/digest.h"

enum { BANK_PIECE = 512 * 1024 }; /* bytes of the buffer; a multiple of every block up to it */

/* Two buffers by turns where the flash allows it: while one is written, the other is filled. */
struct bank_writer {
    struct flash *flash; /* borrowed */
    size_t capacity;     /* of each buffer: BANK_PIECE, or one block where that is larger */
    /* What is being filled. */
    unsigned char *filling; /* owned; the same as `buffer` where there is but one */
    size_t filled;
    uint64_t begun; /* where its bytes go */
    struct digest_context digest;
    /* What is being written, or was last: the background's until it ends. */
    struct background background;
    unsigned char *buffer, *found; /* owned */
    size_t size;                   /* whole blocks */
    uint64_t at;
    bool skip_same;          /* a block that holds the right bytes is neither erased nor written */
    bool is_all_new;         /* no block of the piece before held the right bytes */
    uint64_t written, total; /* blocks */
};

#define BANK_WRITER_NONE ((struct bank_writer){.flash = NULL})

/* `skip_same` must be false for a bank whose state is unknown: the cells of a block that was cut in
 * the middle may read right once and wrong later. */
bool bank_begin(struct bank_writer *writer, struct flash *flash, bool skip_same,
                struct error *err) MUST_CHECK;
/* For CLEANUP, declared behind the flash: waits for what is being written. */
void bank_discard(struct bank_writer *writer);

/* Lends the free part of the buffer (never empty), to be filled by the caller ... */
bool bank_lend(struct bank_writer *writer, unsigned char **data, size_t *capacity,
               struct error *err) MUST_CHECK;
/* ... who says how much of it he filled. Written when the buffer is full. ERROR_FLASH names device
 * and address; past the bank's room ERROR_FLASH too. */
bool bank_filled(struct bank_writer *writer, size_t size, struct error *err) MUST_CHECK;

/* The last piece, sync, length: now it is on the medium, and has this size and digest. */
bool bank_end(struct bank_writer *writer, uint64_t *size, struct digest *digest,
              struct error *err) MUST_CHECK;

/* What the medium holds: the digest of the bank's first `size` bytes, read now. */
bool bank_digest(struct flash *flash, uint64_t size, struct digest *digest,
                 struct error *err) MUST_CHECK;

/* Whether bits had to be corrected in one of the blocks of the first `size` bytes, when they were
 * read last. */
bool bank_is_worn(struct flash *flash, uint64_t size);

#endif
