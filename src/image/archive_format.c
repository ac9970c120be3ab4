/* SPDX-License-Identifier: Apache-2.0 */
#include "image/archive.h"

#include <assert.h>
#include <string.h>

/* Writes `count` octal digits at `at`. The byte after them is not changed: it is zero already. */
static void put_octal(unsigned char *at, size_t count, uint64_t number)
{
    for (size_t i = count; i > 0; i--) {
        at[i - 1] = (unsigned char)('0' + number % 8);
        number /= 8;
    }
    assert(number == 0);
}

/* The checksum counts its own field as 8 blanks. It is written as 6 digits, NUL, blank. */
static void put_checksum(unsigned char block[ARCHIVE_BLOCK])
{
    unsigned sum = 0;

    memset(block + 148, ' ', 8);
    for (size_t i = 0; i < ARCHIVE_BLOCK; i++)
        sum += block[i];
    put_octal(block + 148, 6, sum);
    block[154] = '\0';
}

void archive_format_head(const char *name, uint64_t size, unsigned char block[ARCHIVE_BLOCK])
{
    size_t length = strlen(name);

    assert(length >= 1 && length <= ARCHIVE_NAME_SIZE);
    memset(block, 0, ARCHIVE_BLOCK);
    memcpy(block, name, length);
    put_octal(block + 100, 7, 0644);
    put_octal(block + 108, 7, 0); /* owner */
    put_octal(block + 116, 7, 0); /* group */
    put_octal(block + 124, 11, size);
    put_octal(block + 136, 11, 0); /* time */
    block[156] = '0';              /* a regular file */
    memcpy(block + 257,
           "ustar\0"
           "00",
           8);
    put_octal(block + 329, 7, 0); /* device numbers: 0 for a regular file */
    put_octal(block + 337, 7, 0);
    put_checksum(block);
}
