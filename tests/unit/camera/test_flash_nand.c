/* SPDX-License-Identifier: Apache-2.0 */
/* What only NAND has: bad blocks, pages, corrected bits. See test_flash_mtd.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "camera/bank.h"
#include "mounted_bank.h"

#include <stdio.h>
#include <string.h>

static struct mounted_bank test;

static void the_last_block_is_filled_with_ones(void **state)
{
    unsigned char last[MOUNTED_BLOCK];

    (void)state;
    mounted_bank_begin(&test, MOUNTED_NAND);
    mounted_bank_must_install(&test, MOUNTED_SIZE, 6);
    memset(last, 0xff, sizeof(last));
    memcpy(last, test.image + MOUNTED_SIZE - MOUNTED_SIZE % MOUNTED_BLOCK,
           MOUNTED_SIZE % MOUNTED_BLOCK);
    assert_true(mounted_bank_chip_holds(&test, 5, span_of(last, sizeof(last))));
}

static void bad_blocks_are_passed_over(void **state)
{
    (void)state;
    mounted_bank_begin(&test, MOUNTED_NAND);
    mounted_flash_tell(&test.flash, "bad 0");
    mounted_flash_tell(&test.flash, "bad 3");
    mounted_flash_tell(&test.flash, "bad 4");
    mounted_bank_must_install(&test, MOUNTED_SIZE, 6);
    mounted_bank_must_install(&test, MOUNTED_SIZE, 0);
    assert_true(mounted_bank_chip_holds(&test, 1, mounted_bank_image(&test, 0)));
    assert_true(mounted_bank_chip_holds(&test, 2, mounted_bank_image(&test, 1)));
    assert_true(mounted_bank_chip_holds(&test, 5, mounted_bank_image(&test, 2)));
    assert_true(mounted_bank_chip_holds(&test, 6, mounted_bank_image(&test, 3)));
    assert_true(mounted_flash_has(&test.flash, "block 3 erased 0 programmed 0 bad"));
    assert_int_equal(mounted_flash_count(&test.flash, "twice"), 0);
}

static void a_block_that_fails_is_marked_and_the_next_one_taken(void **state)
{
    static const char *const faults[] = {"erase-fails 2", "program-fails 2"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        mounted_bank_begin(&test, MOUNTED_NAND);
        mounted_bank_must_install(&test, sizeof(test.image), MOUNTED_BLOCKS);
        for (size_t block = 0; block < 6; block++)
            test.image[block * MOUNTED_BLOCK] ^= 0xff;
        mounted_flash_tell(&test.flash, faults[i]);
        mounted_bank_must_install(&test, MOUNTED_SIZE, 6);
        assert_true(mounted_bank_chip_holds(&test, 1, mounted_bank_image(&test, 1)));
        assert_true(mounted_bank_chip_holds(&test, 3, mounted_bank_image(&test, 2)));
        assert_true(mounted_bank_chip_holds(&test, 5, mounted_bank_image(&test, 4)));
        mounted_bank_must_install(&test, MOUNTED_SIZE, 0);
        assert_int_equal(mounted_flash_count(&test.flash, "twice"), 0);
        mounted_flash_end(&test.flash);
    }
}

/* Each later block held the right bytes at its old place, but must move up by one block. */
static void blocks_after_a_failed_one_move_up(void **state)
{
    (void)state;
    mounted_bank_begin(&test, MOUNTED_NAND);
    mounted_bank_must_install(&test, MOUNTED_SIZE, 6);
    test.image[2 * MOUNTED_BLOCK] ^= 0xff;
    mounted_flash_tell(&test.flash, "program-fails 2");
    mounted_bank_must_install(&test, MOUNTED_SIZE, 4);
    assert_true(mounted_bank_chip_holds(&test, 3, mounted_bank_image(&test, 2)));
    assert_true(mounted_bank_chip_holds(&test, 4, mounted_bank_image(&test, 3)));
    assert_true(mounted_bank_chip_holds(&test, 5, mounted_bank_image(&test, 4)));
    mounted_bank_must_install(&test, MOUNTED_SIZE, 0);
}

static void a_block_that_does_not_hold_is_replaced(void **state)
{
    (void)state;
    mounted_bank_begin(&test, MOUNTED_NAND);
    mounted_flash_tell(&test.flash, "loses-bit 1");
    mounted_bank_must_install(&test, MOUNTED_SIZE, 6);
    assert_true(mounted_bank_chip_holds(&test, 1, mounted_bank_image(&test, 1)));
    for (size_t i = 0; i < MOUNTED_BLOCKS; i++)
        test.image[i * MOUNTED_BLOCK] ^= 0xff;
    mounted_flash_tell(&test.flash, "loses-bit 1");
    mounted_flash_tell(&test.flash, "loses-bit 1");
    mounted_bank_must_install(&test, MOUNTED_SIZE, 6);
    assert_true(mounted_bank_chip_holds(&test, 2, mounted_bank_image(&test, 1)));
    assert_int_equal(mounted_flash_count(&test.flash, "twice"), 0);
}

static void a_bank_whose_block_failed_has_less_room(void **state)
{
    CLEANUP(flash_close) struct flash *flash = NULL;
    uint64_t written;

    (void)state;
    mounted_bank_begin(&test, MOUNTED_NAND);
    mounted_flash_tell(&test.flash, "erase-fails 2");
    assert_true(mounted_bank_open(&test, true, &flash));
    assert_true(flash->operations->erase(flash, 2 * MOUNTED_BLOCK, &test.err));
    assert_int_equal(flash->room, (MOUNTED_BLOCKS - 1) * MOUNTED_BLOCK);
    assert_int_equal(flash->length, flash->room);
    mounted_flash_tell(&test.flash, "erase-fails 13");
    assert_false(mounted_bank_install(&test, (MOUNTED_BLOCKS - 1) * MOUNTED_BLOCK, &written));
    assert_non_null(strstr(test.err.text, ": no good block for 0x38000, 2 are bad"));
}

/* A chip that is wholly write-protected must not be marked bad from end to end. */
static void a_chip_that_always_fails_is_not_used_up(void **state)
{
    char fault[32];
    uint64_t written;

    (void)state;
    mounted_bank_begin(&test, MOUNTED_NAND);
    for (unsigned i = 0; i < MOUNTED_BLOCKS; i++) {
        (void)snprintf(fault, sizeof(fault), "erase-fails %u", i);
        mounted_flash_tell(&test.flash, fault);
    }
    assert_false(mounted_bank_install(&test, MOUNTED_SIZE, &written));
    assert_int_equal(test.err.kind, ERROR_FLASH);
    assert_non_null(strstr(test.err.text, "too many blocks fail, now at 0x"));
    assert_false(mounted_flash_has(&test.flash, "block 5 erased 0 programmed 0 bad"));
}

static void a_block_with_corrected_bits_is_written_again(void **state)
{
    (void)state;
    mounted_bank_begin(&test, MOUNTED_NAND);
    mounted_bank_must_install(&test, MOUNTED_SIZE, 6);
    mounted_flash_tell(&test.flash, "weak 2");
    mounted_bank_must_install(&test, MOUNTED_SIZE, 1);
    assert_true(mounted_flash_has(&test.flash, "block 2 erased 2 programmed 2"));
    mounted_bank_must_install(&test, MOUNTED_SIZE, 0);
}

/* The kernel returns bytes that it could not correct: they must not be taken for the image's. */
static void a_block_that_cannot_be_corrected_is_not_read(void **state)
{
    CLEANUP(flash_close) struct flash *flash = NULL;
    struct digest digest;

    (void)state;
    mounted_bank_begin(&test, MOUNTED_NAND);
    mounted_bank_must_install(&test, MOUNTED_SIZE, 6);
    mounted_flash_tell(&test.flash, "unreadable 4");
    assert_true(mounted_bank_open(&test, false, &flash));
    assert_false(bank_digest(flash, MOUNTED_SIZE, &digest, &test.err));
    assert_int_equal(test.err.kind, ERROR_FLASH);
    assert_non_null(strstr(test.err.text, "reading at 0x10000: more bits are wrong"));
    mounted_bank_must_install(&test, MOUNTED_SIZE, 2); /* of its piece */
    mounted_bank_must_install(&test, MOUNTED_SIZE, 0);
}

#define TEST(name)                                                                                 \
    cmocka_unit_test_prestate_setup_teardown(name, mounted_bank_set_up, mounted_bank_tear_down,    \
                                             &test)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_last_block_is_filled_with_ones),
        TEST(bad_blocks_are_passed_over),
        TEST(a_block_that_fails_is_marked_and_the_next_one_taken),
        TEST(blocks_after_a_failed_one_move_up),
        TEST(a_block_that_does_not_hold_is_replaced),
        TEST(a_bank_whose_block_failed_has_less_room),
        TEST(a_chip_that_always_fails_is_not_used_up),
        TEST(a_block_with_corrected_bits_is_written_again),
        TEST(a_block_that_cannot_be_corrected_is_not_read),
    };

    if (!mounted_flash_begin(&test.flash, MOUNTED_NOR))
        return MOUNTED_SKIPPED;
    mounted_flash_end(&test.flash);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
