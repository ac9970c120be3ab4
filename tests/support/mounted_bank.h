/* SPDX-License-Identifier: Apache-2.0 */
/* One bank of mounted flash and an image for it: the start of every test of the mtd driver. */
#ifndef SUPPORT_MOUNTED_BANK_H
#define SUPPORT_MOUNTED_BANK_H

#include "base/log.h"
#include "camera/bank.h"
#include "mounted_flash.h"

#define MOUNTED_NOR "nor:256K:16K:1"
#define MOUNTED_NAND "nand:256K:16K:2K"

enum {
    MOUNTED_BLOCK = 16384,
    MOUNTED_BLOCKS = 16,
    MOUNTED_SIZE = 5 * MOUNTED_BLOCK + 777, /* an image of six blocks */
};

struct mounted_bank {
    struct mounted_flash flash;
    struct error err;
    struct log log;
    char bank[FILE_PATH_SIZE + 8]; /* `mtd:PATH` */
    unsigned char image[MOUNTED_BLOCKS * MOUNTED_BLOCK];
};

/* As cmocka's set-up and tear-down; `*state` is the bank. */
int mounted_bank_set_up(void **state);
int mounted_bank_tear_down(void **state);

/* Mounts a chip, or fails the test. */
void mounted_bank_begin(struct mounted_bank *test, const char *chip);

bool mounted_bank_open(struct mounted_bank *test, bool for_writing, struct flash **flash);

/* Installs the first `size` bytes of the image over a bank that is known; returns how many blocks
 * were written. */
bool mounted_bank_install(struct mounted_bank *test, size_t size, uint64_t *written);

/* The same over a bank of which only this is known. */
bool mounted_bank_install_over(struct mounted_bank *test, struct bank_known known, size_t size,
                               uint64_t *written);

/* As mounted_bank_install; fails the test unless it works and writes exactly this many blocks. */
void mounted_bank_must_install(struct mounted_bank *test, size_t size, uint64_t blocks);

/* The chip's bytes at a physical block; one block of the image. */
bool mounted_bank_chip_holds(struct mounted_bank *test, uint64_t block, struct span bytes);
struct span mounted_bank_image(const struct mounted_bank *test, size_t number);

#endif
