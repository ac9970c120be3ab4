/* SPDX-License-Identifier: Apache-2.0 */
/* The driver of mtd partitions, on flash that FUSE simulates: see tests/support/flash_mount.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fd.h"
#include "camera/flash.h"
#include "mounted_bank.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static struct mounted_bank test;

static void a_partition_is_a_bank(void **state)
{
    static const char *const chips[] = {MOUNTED_NOR, MOUNTED_NAND};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(chips); i++) {
        CLEANUP(flash_close) struct flash *flash = NULL;

        mounted_bank_begin(&test, chips[i]);
        assert_true(mounted_bank_open(&test, false, &flash));
        assert_int_equal(flash->room, MOUNTED_BLOCKS * MOUNTED_BLOCK);
        assert_int_equal(flash->length, MOUNTED_BLOCKS * MOUNTED_BLOCK);
        assert_int_equal(flash->block, MOUNTED_BLOCK);
        assert_true(flash->can_read && flash->can_blocks);
        assert_string_equal(flash->where, test.bank);
        flash_close(&flash);
        mounted_flash_end(&test.flash);
    }
}

static void opened_for_reading_nothing_can_be_written(void **state)
{
    CLEANUP(flash_close) struct flash *flash = NULL;

    (void)state;
    mounted_bank_begin(&test, MOUNTED_NOR);
    assert_true(mounted_bank_open(&test, false, &flash));
    assert_false(flash->operations->write(flash, 0, mounted_bank_image(&test, 0), &test.err));
}

static void a_partition_that_is_read_only_says_so(void **state)
{
    CLEANUP(flash_close) struct flash *flash = NULL;

    (void)state;
    mounted_bank_begin(&test, MOUNTED_NOR);
    mounted_flash_tell(&test.flash, "read-only");
    assert_false(mounted_bank_open(&test, true, &flash));
    assert_non_null(strstr(test.err.text, geteuid() == 0 ? ": it is read-only: change its partition"
                                                         : ": Permission denied"));
    assert_true(mounted_bank_open(&test, false, &flash));
}

static void only_blocks_that_differ_are_written(void **state)
{
    static const char *const chips[] = {MOUNTED_NOR, MOUNTED_NAND};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(chips); i++) {
        mounted_bank_begin(&test, chips[i]);
        test.image[3 * MOUNTED_BLOCK + 5] = 0;
        mounted_bank_must_install(&test, MOUNTED_SIZE, 6);
        mounted_bank_must_install(&test, MOUNTED_SIZE, 0);
        test.image[3 * MOUNTED_BLOCK + 5] = 0x5a;
        mounted_flash_tell(&test.flash, "count");
        mounted_bank_must_install(&test, MOUNTED_SIZE, 1);
        assert_int_equal(mounted_flash_count(&test.flash, "erased"), 1);
        assert_int_equal(mounted_flash_count(&test.flash, "programmed"), MOUNTED_BLOCK);
        assert_int_equal(mounted_flash_count(&test.flash, "twice"), 0);
        assert_true(mounted_bank_chip_holds(&test, 3, mounted_bank_image(&test, 3)));
        mounted_flash_end(&test.flash);
    }
}

static void the_whole_partition_is_room_and_no_more(void **state)
{
    uint64_t written;

    (void)state;
    mounted_bank_begin(&test, MOUNTED_NOR);
    mounted_bank_must_install(&test, MOUNTED_BLOCKS * MOUNTED_BLOCK, MOUNTED_BLOCKS);
    mounted_flash_end(&test.flash);
    mounted_bank_begin(&test, MOUNTED_NAND);
    mounted_flash_tell(&test.flash, "bad 7");
    assert_false(mounted_bank_install(&test, MOUNTED_BLOCKS * MOUNTED_BLOCK, &written));
    assert_non_null(strstr(test.err.text, ": has room for 245760 bytes only"));
}

static void nor_that_fails_is_refused_with_its_address(void **state)
{
    static const struct {
        const char *fault, *text;
    } faults[] = {{"erase-fails 2", ": erasing at 0x8000: "},
                  {"program-fails 3", ": writing at 0xc000: "}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        uint64_t written;

        mounted_bank_begin(&test, MOUNTED_NOR);
        mounted_flash_tell(&test.flash, faults[i].fault);
        assert_false(mounted_bank_install(&test, MOUNTED_SIZE, &written));
        assert_int_equal(test.err.kind, ERROR_FLASH);
        assert_int_equal(strncmp(test.err.text, test.bank, strlen(test.bank)), 0);
        assert_non_null(strstr(test.err.text, faults[i].text));
        mounted_flash_end(&test.flash);
    }
}

static bool log_says(const char *text)
{
    char line[512] = "";
    ssize_t size = pread(test.log.fd, line, sizeof(line) - 1, 0);

    assert_true(size >= 0);
    return strstr(line, text) != NULL;
}

static void locked_sectors_are_unlocked_and_the_log_says_so(void **state)
{
    static const char *const ways[] = {"count", "tells-locks", "unlocks-only-whole"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        mounted_bank_begin(&test, MOUNTED_NOR);
        test.log.fd = memfd_create("log", MFD_CLOEXEC);
        assert_true(test.log.fd != FD_NONE);
        mounted_flash_tell(&test.flash, ways[i]);
        mounted_bank_must_install(&test, MOUNTED_SIZE, 6);
        assert_false(log_says("locked"));
        mounted_flash_tell(&test.flash, "lock 1");
        mounted_flash_tell(&test.flash, "lock 2");
        test.image[1 * MOUNTED_BLOCK] ^= 0xff;
        mounted_bank_must_install(&test, MOUNTED_SIZE, 1);
        assert_true(log_says(": was locked, and is unlocked at 0x4000\n"));
        test.image[2 * MOUNTED_BLOCK] ^= 0xff;
        mounted_bank_must_install(&test, MOUNTED_SIZE, 1);
        fd_close(&test.log.fd);
        mounted_flash_end(&test.flash);
    }
}

static void what_stays_locked_is_refused(void **state)
{
    uint64_t written;

    (void)state;
    mounted_bank_begin(&test, MOUNTED_NOR);
    mounted_flash_tell(&test.flash, "stays-locked");
    mounted_flash_tell(&test.flash, "lock 0");
    assert_false(mounted_bank_install(&test, MOUNTED_SIZE, &written));
    assert_non_null(strstr(test.err.text, ": erasing at 0x0: "));
    mounted_flash_tell(&test.flash, "tells-locks");
    assert_false(mounted_bank_install(&test, MOUNTED_SIZE, &written));
    assert_non_null(strstr(test.err.text, ": locked at 0x0 and stays so: is it write-protected?"));
}

/* In a child, which the cut kills. */
static void install_cut(const char *cut)
{
    uint64_t written;
    int status;
    pid_t child;

    mounted_flash_tell(&test.flash, cut);
    child = fork();
    if (child == 0)
        _exit(mounted_bank_install(&test, MOUNTED_SIZE, &written));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    mounted_flash_tell(&test.flash, "power-on");
}

static void what_a_cut_tore_is_written_whole_again(void **state)
{
    static const char *const cuts[] = {"cut-at-byte 1", "cut-at-byte 20001", "cut-at-byte 82944",
                                       "cut-at-erase 1", "cut-at-erase 6"};
    static const char *const chips[] = {MOUNTED_NOR, MOUNTED_NAND};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cuts) * COUNT_OF(chips); i++) {
        uint64_t written;

        mounted_bank_begin(&test, chips[i % COUNT_OF(chips)]);
        install_cut(cuts[i / COUNT_OF(chips)]);
        assert_true(mounted_bank_install(&test, MOUNTED_SIZE, &written));
        mounted_bank_must_install(&test, MOUNTED_SIZE, 0);
        assert_int_equal(mounted_flash_count(&test.flash, "twice"), 0);
        mounted_flash_end(&test.flash);
    }
}

#define TEST(name)                                                                                 \
    cmocka_unit_test_prestate_setup_teardown(name, mounted_bank_set_up, mounted_bank_tear_down,    \
                                             &test)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_partition_is_a_bank),
        TEST(opened_for_reading_nothing_can_be_written),
        TEST(a_partition_that_is_read_only_says_so),
        TEST(only_blocks_that_differ_are_written),
        TEST(the_whole_partition_is_room_and_no_more),
        TEST(nor_that_fails_is_refused_with_its_address),
        TEST(locked_sectors_are_unlocked_and_the_log_says_so),
        TEST(what_stays_locked_is_refused),
        TEST(what_a_cut_tore_is_written_whole_again),
    };

    if (!mounted_flash_begin(&test.flash, MOUNTED_NOR))
        return MOUNTED_SKIPPED;
    mounted_flash_end(&test.flash);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
