/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fd.h"
#include "mounted_bank.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

int mounted_bank_set_up(void **state)
{
    struct mounted_bank *test = *state;

    test->flash = (struct mounted_flash){.server = 0};
    test->err = ERROR_EMPTY;
    test->log = (struct log){.program = "test", .fd = FD_NONE};
    for (size_t i = 0; i < sizeof(test->image); i++)
        test->image[i] = (unsigned char)(i * 7 + i / 255);
    return 0;
}

int mounted_bank_tear_down(void **state)
{
    struct mounted_bank *test = *state;

    fd_close(&test->log.fd);
    mounted_flash_end(&test->flash);
    return 0;
}

void mounted_bank_begin(struct mounted_bank *test, const char *chip)
{
    assert_true(mounted_flash_begin(&test->flash, chip));
    (void)snprintf(test->bank, sizeof(test->bank), "mtd:%s", test->flash.device);
}

bool mounted_bank_open(struct mounted_bank *test, bool for_writing, struct flash **flash)
{
    const struct flash_opener machine = flash_linux(&test->log, 1);

    return flash_open(&machine, test->bank, for_writing, flash, &test->err);
}

static bool write_image(struct mounted_bank *test, struct flash *flash, struct span bytes,
                        struct bank_writer *writer)
{
    struct digest digest, expected;
    unsigned char *data;
    size_t capacity;
    uint64_t size;

    digest_of(bytes, &expected);
    while (bytes.size > 0) {
        if (!bank_lend(writer, &data, &capacity, &test->err))
            return false;
        capacity = span_first(bytes, capacity).size;
        memcpy(data, bytes.data, capacity);
        bytes = span_from(bytes, capacity);
        if (!bank_filled(writer, capacity, &test->err))
            return false;
    }
    return bank_end(writer, &size, &digest, &test->err) && digest_same(&digest, &expected) &&
           bank_digest(flash, size, &digest, &test->err) && digest_same(&digest, &expected);
}

bool mounted_bank_install_over(struct mounted_bank *test, struct bank_known known, size_t size,
                               uint64_t *written)
{
    CLEANUP(flash_close) struct flash *flash = NULL;
    CLEANUP(bank_discard) struct bank_writer writer = BANK_WRITER_NONE;
    bool worked = mounted_bank_open(test, true, &flash) &&
                  bank_begin(&writer, flash, known, &test->err) &&
                  write_image(test, flash, span_of(test->image, size), &writer);

    *written = writer.written;
    return worked;
}

bool mounted_bank_install(struct mounted_bank *test, size_t size, uint64_t *written)
{
    return mounted_bank_install_over(test, (struct bank_known){.size = UINT64_MAX}, size, written);
}

void mounted_bank_must_install(struct mounted_bank *test, size_t size, uint64_t blocks)
{
    uint64_t written;

    if (!mounted_bank_install(test, size, &written))
        fail_msg("%s", test->err.text);
    assert_int_equal(written, blocks);
}

bool mounted_bank_chip_holds(struct mounted_bank *test, uint64_t block, struct span bytes)
{
    CLEANUP(fd_close) int fd = open(test->flash.device, O_RDONLY | O_CLOEXEC);
    unsigned char found[MOUNTED_BLOCK];
    size_t got;

    assert_true(fd != FD_NONE && bytes.size <= sizeof(found));
    assert_true(fd_read_at(fd, block * MOUNTED_BLOCK, found, bytes.size, &got, &test->err));
    return got == bytes.size && memcmp(found, bytes.data, bytes.size) == 0;
}

struct span mounted_bank_image(const struct mounted_bank *test, size_t number)
{
    return span_of(test->image + number * MOUNTED_BLOCK, MOUNTED_BLOCK);
}
