/* SPDX-License-Identifier: Apache-2.0 */
/* Work that the driver of mtd partitions leaves out, and when it must not. See test_flash_mtd.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mounted_bank.h"

#include <stdio.h>
#include <string.h>

enum { NOR_PAGE = 256, NAND_PAGE = 2048, SIZE = 6 * MOUNTED_BLOCK };

static struct mounted_bank test;

/* Makes pages of the image 0xff. */
static void erase_pages(size_t page, size_t first, size_t count)
{
    memset(test.image + first * page, 0xff, count * page);
}

static uint64_t programmed_over(struct bank_known known)
{
    uint64_t written;

    mounted_flash_tell(&test.flash, "count");
    assert_true(mounted_bank_install_over(&test, known, SIZE, &written));
    for (size_t block = 0; block < 6; block++)
        assert_true(mounted_bank_chip_holds(&test, block, mounted_bank_image(&test, block)));
    assert_int_equal(mounted_flash_count(&test.flash, "twice"), 0);
    return mounted_flash_count(&test.flash, "programmed");
}

/* A chip whose every block will differ from the image. */
static void begin_old(const char *chip)
{
    mounted_bank_begin(&test, chip);
    mounted_bank_must_install(&test, sizeof(test.image), MOUNTED_BLOCKS);
    for (size_t i = 0; i < sizeof(test.image); i++)
        test.image[i] ^= 0x55;
}

static void nor_programs_no_page_that_is_erased(void **state)
{
    const struct bank_known known = {.size = SIZE};

    (void)state;
    begin_old(MOUNTED_NOR);
    erase_pages(NOR_PAGE, 0, 1);
    erase_pages(NOR_PAGE, 5, 2);
    erase_pages(NOR_PAGE, 64, 64);                 /* the second block */
    erase_pages(NOR_PAGE, SIZE / NOR_PAGE - 3, 3); /* the end */
    test.image[9 * NOR_PAGE] = test.image[10 * NOR_PAGE - 1] = 0xff;
    assert_int_equal(programmed_over(known), SIZE - (1 + 2 + 64 + 3) * NOR_PAGE);
    assert_int_equal(mounted_flash_count(&test.flash, "erased"), 6);
}

/* The error correction of NAND wants pages in their order. */
static void nand_leaves_out_erased_pages_at_the_end_of_a_block(void **state)
{
    const struct bank_known known = {.size = SIZE};

    (void)state;
    begin_old(MOUNTED_NAND);
    erase_pages(NAND_PAGE, 0, 1);  /* not at an end */
    erase_pages(NAND_PAGE, 6, 2);  /* the end of the first block */
    erase_pages(NAND_PAGE, 16, 8); /* the third block */
    assert_int_equal(programmed_over(known), SIZE - (2 + 8) * NAND_PAGE);
    assert_int_equal(mounted_flash_count(&test.flash, "erased"), 6);
}

static void every_page_of_an_unknown_bank_is_programmed(void **state)
{
    static const char *const chips[] = {MOUNTED_NOR, MOUNTED_NAND};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(chips); i++) {
        begin_old(chips[i]);
        erase_pages(NAND_PAGE, 6, 2);
        assert_int_equal(programmed_over(BANK_UNKNOWN), SIZE);
        assert_int_equal(mounted_flash_count(&test.flash, "erased"), 6);
        mounted_flash_end(&test.flash);
    }
}

static void a_blank_bank_is_programmed_without_erasing(void **state)
{
    static const char *const chips[] = {MOUNTED_NOR, MOUNTED_NAND};
    const struct bank_known blank = {.is_blank = true};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(chips); i++) {
        mounted_bank_begin(&test, chips[i]);
        assert_int_equal(programmed_over(blank), SIZE);
        assert_int_equal(mounted_flash_count(&test.flash, "erased"), 0);
        mounted_flash_end(&test.flash);
    }
}

/* Of its piece, the blocks after the failed one are other ones than those that were read. */
static void a_blank_bank_with_a_block_that_fails_is_erased_from_there(void **state)
{
    const struct bank_known blank = {.is_blank = true};
    uint64_t written;

    (void)state;
    mounted_bank_begin(&test, MOUNTED_NAND);
    mounted_flash_tell(&test.flash, "program-fails 2");
    assert_true(mounted_bank_install_over(&test, blank, SIZE, &written));
    assert_int_equal(mounted_flash_count(&test.flash, "erased"), 2);
    assert_int_equal(mounted_flash_count(&test.flash, "twice"), 0);
    mounted_bank_must_install(&test, SIZE, 0);
}

/* This is the reason why an unknown bank is erased, even if it reads as blank. */
static void a_half_erased_block_reads_as_blank_and_holds_only_if_it_is_erased(void **state)
{
    static const char *const chips[] = {MOUNTED_NOR, MOUNTED_NAND};
    const struct bank_known blank = {.is_blank = true};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(chips); i++) {
        uint64_t written;

        mounted_bank_begin(&test, chips[i]);
        mounted_flash_tell(&test.flash, "weak-erase 3");
        assert_false(mounted_bank_install_over(&test, blank, SIZE, &written));
        assert_string_equal(test.err.text, ""); /* no error: only the last digest differs */
        mounted_flash_tell(&test.flash, "weak-erase 3");
        assert_true(mounted_bank_install_over(&test, BANK_UNKNOWN, SIZE, &written));
        mounted_bank_must_install(&test, SIZE, 0);
        mounted_flash_end(&test.flash);
    }
}

/* The bank's name with this option. */
static void add_option(const char *option)
{
    size_t size = strlen(test.bank);

    (void)snprintf(test.bank + size, sizeof(test.bank) - size, ",%s", option);
}

/* The chip holds the image; then bits of two pages are cleared, and one bit of a third block is
 * set. */
static void begin_cleared(const char *chip, const char *option)
{
    unsigned char *one = &test.image[3 * NOR_PAGE + 1];
    unsigned char *other = &test.image[MOUNTED_BLOCK + 9 * NOR_PAGE];

    *one = *other = 0x77;
    mounted_bank_begin(&test, chip);
    mounted_bank_must_install(&test, sizeof(test.image), MOUNTED_BLOCKS);
    add_option(option);
    *one = 0x07;
    *other = 0x70;
    test.image[3 * MOUNTED_BLOCK + 6] ^= 0xff;
}

static void a_block_whose_bits_are_only_cleared_is_not_erased_if_the_product_says_so(void **state)
{
    const struct bank_known known = {.size = SIZE};

    (void)state;
    begin_cleared(MOUNTED_NOR, "rewrite=yes");
    mounted_flash_tell(&test.flash, "count");
    mounted_bank_must_install(&test, SIZE, 3);
    assert_int_equal(mounted_flash_count(&test.flash, "erased"), 1);
    assert_int_equal(mounted_flash_count(&test.flash, "programmed"), 2 * NOR_PAGE + MOUNTED_BLOCK);
    mounted_bank_must_install(&test, SIZE, 0);
    mounted_flash_end(&test.flash);
    begin_cleared(MOUNTED_NOR, "rewrite=no");
    assert_int_equal(programmed_over(known), 3 * MOUNTED_BLOCK);
    assert_int_equal(mounted_flash_count(&test.flash, "erased"), 3);
}

static void a_rewritten_block_that_does_not_hold_is_erased(void **state)
{
    (void)state;
    begin_cleared(MOUNTED_NOR, "rewrite=yes");
    mounted_flash_tell(&test.flash, "count");
    mounted_flash_tell(&test.flash, "loses-bit 0");
    mounted_bank_must_install(&test, SIZE, 3);
    assert_int_equal(mounted_flash_count(&test.flash, "erased"), 2);
    mounted_bank_must_install(&test, SIZE, 0);
}

static void an_unknown_bank_is_erased_although_the_product_allows_rewriting(void **state)
{
    (void)state;
    begin_cleared(MOUNTED_NOR, "rewrite=yes");
    assert_int_equal(programmed_over(BANK_UNKNOWN), SIZE);
    assert_int_equal(mounted_flash_count(&test.flash, "erased"), 6);
}

static void only_flash_without_error_correction_can_be_rewritten(void **state)
{
    static const char *const chips[] = {MOUNTED_NAND, "nor:256K:16K:16"};
    CLEANUP(flash_close) struct flash *flash = NULL;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(chips); i++) {
        mounted_bank_begin(&test, chips[i]);
        add_option("rewrite=yes");
        assert_false(mounted_bank_open(&test, true, &flash));
        assert_int_equal(test.err.kind, ERROR_CONFIGURATION);
        assert_non_null(strstr(test.err.text, ": rewrite=yes needs NOR flash without error"));
        mounted_flash_end(&test.flash);
    }
}

static void other_options_are_refused(void **state)
{
    CLEANUP(flash_close) struct flash *flash = NULL;

    (void)state;
    mounted_bank_begin(&test, MOUNTED_NOR);
    add_option("rewrite=maybe");
    assert_false(mounted_bank_open(&test, true, &flash));
    assert_non_null(strstr(test.err.text, ": unknown option, known are rewrite=yes, rewrite=no"));
}

#define TEST(name)                                                                                 \
    cmocka_unit_test_prestate_setup_teardown(name, mounted_bank_set_up, mounted_bank_tear_down,    \
                                             &test)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nor_programs_no_page_that_is_erased),
        TEST(nand_leaves_out_erased_pages_at_the_end_of_a_block),
        TEST(every_page_of_an_unknown_bank_is_programmed),
        TEST(a_blank_bank_is_programmed_without_erasing),
        TEST(a_blank_bank_with_a_block_that_fails_is_erased_from_there),
        TEST(a_block_whose_bits_are_only_cleared_is_not_erased_if_the_product_says_so),
        TEST(a_rewritten_block_that_does_not_hold_is_erased),
        TEST(an_unknown_bank_is_erased_although_the_product_allows_rewriting),
        TEST(only_flash_without_error_correction_can_be_rewritten),
        TEST(other_options_are_refused),
        TEST(a_half_erased_block_reads_as_blank_and_holds_only_if_it_is_erased),
    };

    if (!mounted_flash_begin(&test.flash, MOUNTED_NOR))
        return MOUNTED_SKIPPED;
    mounted_flash_end(&test.flash);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
