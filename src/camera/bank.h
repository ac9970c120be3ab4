/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes one component to one bank, in whole aligned blocks. A block that already holds the right
 * bytes is skipped. Each piece is read back from the medium after it is written and compared with
 * the buffer; the component is hashed once, from the buffer. A block that differs is written a
 * second time, then refused with its address. The last block is padded with 0xff.
 *
 * If the flash allows it, a thread writes one piece while the caller fills the next. An error may
 * therefore be reported by a later call.
 */
#ifndef CAMERA_BANK_H
#define CAMERA_BANK_H

#include "base/background.h"
#include "camera/flash.h"
#include "image/digest.h"

/* The buffer's size: a multiple of every block size up to this one. Flash that is erased is slow: a
 * smaller piece is written while the line still brings the rest, and little is left at the end. */
enum { BANK_PIECE = 512 * 1024, BANK_PIECE_ERASED = 64 * 1024 };

/* What is known of a bank before it is written. Zero: nothing. After an interrupted write, a cell
 * may read correctly once and wrongly later, so blocks of which nothing is known are always
 * written. */
struct bank_known {
    uint64_t size; /* the bank holds a whole component of this size; after it, nothing is known */
    /* All of the bank was erased by a completed erasure, and nothing was programmed since: a block
     * that still reads so is not erased again. */
    bool is_blank;
};

#define BANK_UNKNOWN ((struct bank_known){.size = 0})

/* Two buffers are used in turn if the flash allows it: one is written while the other is filled. */
struct bank_writer {
    struct flash *flash; /* borrowed */
    size_t capacity;     /* of each buffer: a piece, or one block if a block is larger */
    /* The piece that is being filled. */
    unsigned char *filling; /* owned; equals `buffer` if there is only one */
    size_t filled;
    uint64_t begun; /* address of its first byte */
    struct digest_context digest;
    /* The piece that was written last. The background thread owns it until that ends. */
    struct background background;
    unsigned char *buffer, *found; /* owned */
    size_t size;                   /* whole blocks */
    size_t compared;               /* bytes of `found` that the medium held before */
    unsigned moved;                /* the flash's, when `found` was read */
    uint64_t at;
    struct bank_known known; /* before it is written */
    bool is_all_new;         /* no block of the previous piece held the right bytes */
    uint64_t written, total; /* blocks */
};

#define BANK_WRITER_NONE ((struct bank_writer){.flash = NULL})

bool bank_begin(struct bank_writer *writer, struct flash *flash, struct bank_known known,
                struct error *err) MUST_CHECK;
/* For CLEANUP; declare it after the flash. Waits for the write in progress. */
void bank_discard(struct bank_writer *writer);

/* Lends the free part of the buffer, which is never empty. The caller fills it ... */
bool bank_lend(struct bank_writer *writer, unsigned char **data, size_t *capacity,
               struct error *err) MUST_CHECK;
/* ... and reports how many bytes it filled. A full buffer is written. ERROR_FLASH names device and
 * address, also if the bank has no room left. */
bool bank_filled(struct bank_writer *writer, size_t size, struct error *err) MUST_CHECK;

/* Writes the last piece, syncs, sets the length. `size` and `digest` are those of the component now
 * on the medium. */
bool bank_end(struct bank_writer *writer, uint64_t *size, struct digest *digest,
              struct error *err) MUST_CHECK;

/* The digest of the bank's first `size` bytes, read from the medium. */
bool bank_digest(struct flash *flash, uint64_t size, struct digest *digest,
                 struct error *err) MUST_CHECK;

/* Reads the whole bank. True if all of it is 0xff, and no bit had to be corrected. */
bool bank_is_blank(struct flash *flash);

/* Whether bits had to be corrected when the blocks of the first `size` bytes were last read. */
bool bank_is_worn(struct flash *flash, uint64_t size);

#endif
