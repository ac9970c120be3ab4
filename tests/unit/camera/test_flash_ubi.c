/* SPDX-License-Identifier: Apache-2.0 */
/* The driver of UBI volumes, on a device that FUSE simulates: see tests/support/ubi_mount.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fd.h"
#include "camera/bank.h"
#include "camera/linux/flash_ubi.h"
#include "mounted_flash.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BLOCK = 15872, BLOCKS = 10, ROOM = BLOCK * BLOCKS, SIZE = 5 * BLOCK + 777 };

static const char *const volumes[] = {"static:isp-a:10:15872", "dynamic:isp-b:10:15872"};
static const char *const names[] = {"ubi:ubi0:isp-a", "ubi:ubi0:isp-b"};

static struct mounted_flash mounted;
static char classes[FILE_PATH_SIZE], devices[FILE_PATH_SIZE];
static struct ubi_places places;
static struct error err;
static unsigned char image[ROOM + 1];

static bool begin(void)
{
    places = (struct ubi_places){.classes = classes, .devices = devices};
    return mounted_flash_begin_with(&mounted, getenv("UBI_MOUNT"), "class/ubi0/ro_mode", volumes) &&
           file_path(mounted.scratch.folder, "class", classes, &err) &&
           file_path(mounted.scratch.folder, "dev", devices, &err);
}

static int set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(image); i++)
        image[i] = (unsigned char)(i * 7 + i / 255);
    err = ERROR_EMPTY;
    return begin() ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    mounted_flash_end(&mounted);
    return 0;
}

static void tell(const char *line)
{
    CLEANUP(fd_close)
    int fd = open(scratch_path(&mounted.scratch, "control"), O_WRONLY | O_CLOEXEC);

    assert_int_equal(write(fd, line, strlen(line)), strlen(line));
}

static bool open_bank(const char *name, bool for_writing, struct flash **flash)
{
    return flash_ubi_open_at(&places, name, span_text(name + 4), for_writing, flash, &err);
}

static bool write_image(const char *name, size_t size)
{
    CLEANUP(flash_close) struct flash *flash = NULL;
    CLEANUP(fd_close) int fd = memfd_create("image", MFD_CLOEXEC);

    assert_true(fd_write(fd, span_of(image, size), &err));
    return open_bank(name, true, &flash) && flash->operations->write_whole(flash, fd, size, &err);
}

static bool holds(const char *name, size_t size)
{
    CLEANUP(flash_close) struct flash *flash = NULL;
    struct digest digest, expected;

    digest_of(span_of(image, size), &expected);
    return open_bank(name, false, &flash) && bank_digest(flash, size, &digest, &err) &&
           digest_same(&digest, &expected);
}

static void a_volume_is_a_bank_that_takes_only_a_whole_image(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        CLEANUP(flash_close) struct flash *flash = NULL;

        assert_true(open_bank(names[i], true, &flash));
        assert_int_equal(flash->room, ROOM);
        assert_int_equal(flash->block, BLOCK);
        assert_int_equal(flash->length, i == 0 ? 0 : ROOM);
        assert_true(flash->can_read && !flash->can_blocks);
        assert_string_equal(flash->where, names[i]);
    }
}

static void an_image_of_any_size_up_to_its_room_is_written_and_read(void **state)
{
    static const size_t sizes[] = {1, BLOCK - 1, BLOCK, SIZE, ROOM};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes) * COUNT_OF(names); i++) {
        image[0]++;
        assert_true(write_image(names[i % 2], sizes[i / 2]));
        assert_true(holds(names[i % 2], sizes[i / 2]));
    }
    assert_false(write_image(names[1], ROOM + 1));
    assert_non_null(strstr(err.text, "ubi:ubi0:isp-b: has room for 158720 bytes only"));
    assert_true(holds(names[1], ROOM));
}

static void bytes_past_its_length_are_0xff(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        CLEANUP(flash_close) struct flash *flash = NULL;
        unsigned char found[3 * BLOCK];

        assert_true(write_image(names[i], SIZE));
        assert_true(open_bank(names[i], false, &flash));
        assert_int_equal(flash->length, i == 0 ? SIZE : ROOM);
        assert_true(flash->operations->read(flash, SIZE - 2, found, sizeof(found), &err));
        assert_memory_equal(found, image + SIZE - 2, 2);
        for (size_t at = 2; at < sizeof(found); at++)
            assert_int_equal(found[at], 0xff);
    }
}

/* In a child, which the cut kills. */
static void write_cut(const char *name, const char *cut)
{
    int status;
    pid_t child;

    tell(cut);
    child = fork();
    if (child == 0)
        _exit(write_image(name, SIZE));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void check_holds_nothing(const char *name, const char *text)
{
    CLEANUP(flash_close) struct flash *flash = NULL;
    struct digest digest;

    assert_true(open_bank(name, false, &flash));
    assert_int_equal(flash->length, 0);
    assert_false(bank_digest(flash, 1, &digest, &err));
    assert_int_equal(err.kind, ERROR_FLASH);
    assert_int_equal(strncmp(err.text, name, strlen(name)), 0);
    assert_non_null(strstr(err.text, text));
}

static void what_a_cut_left_holds_nothing_until_it_is_written_again(void **state)
{
    static const char *const cuts[] = {"cut-at-byte 0", "cut-at-byte 20000", "cut-at-byte 80136"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cuts) * COUNT_OF(names); i++) {
        const char *name = names[i % 2];

        assert_true(write_image(name, SIZE));
        write_cut(name, cuts[i / 2]);
        check_holds_nothing(name, "its last update was not finished");
        assert_true(write_image(name, SIZE));
        assert_true(holds(name, SIZE));
    }
}

static void what_the_kernel_finds_corrupted_holds_nothing(void **state)
{
    (void)state;
    assert_true(write_image(names[0], SIZE));
    tell("corrupted 0");
    check_holds_nothing(names[0], "the kernel finds it corrupted");
    assert_true(write_image(names[0], SIZE));
    assert_true(holds(names[0], SIZE));
}

/* As `ispup-camera doctor` does, which compares the bank with the journal. */
static void an_update_waits_for_a_program_that_reads_the_volume(void **state)
{
    (void)state;
    tell("read-meanwhile 3");
    if (!write_image(names[0], SIZE))
        fail_msg("%s", err.text);
}

static void an_update_does_not_wait_for_ever(void **state)
{
    (void)state;
    tell("read-meanwhile 1000000");
    assert_false(write_image(names[0], SIZE));
    assert_string_equal(err.text,
                        "ubi:ubi0:isp-a: another program has it open: let hold stop that");
}

static void a_fault_is_told_with_the_bank(void **state)
{
    static const struct {
        const char *fault, *text;
    } faults[] = {{"write-fails 20000", "ubi:ubi0:isp-b: writing at 0x3e00: Input/output error"},
                  {"busy", "cannot open"},
                  {"read-only", "ubi:ubi0:isp-b: the UBI device is read-only"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        tell(faults[i].fault);
        assert_false(write_image(names[1], SIZE));
        if (strstr(err.text, faults[i].text) == NULL)
            fail_msg("%s", err.text);
        mounted_flash_end(&mounted);
        assert_true(begin());
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_volume_is_a_bank_that_takes_only_a_whole_image),
        TEST(an_image_of_any_size_up_to_its_room_is_written_and_read),
        TEST(bytes_past_its_length_are_0xff),
        TEST(what_a_cut_left_holds_nothing_until_it_is_written_again),
        TEST(what_the_kernel_finds_corrupted_holds_nothing),
        TEST(an_update_waits_for_a_program_that_reads_the_volume),
        TEST(an_update_does_not_wait_for_ever),
        TEST(a_fault_is_told_with_the_bank),
    };

    if (!begin())
        return MOUNTED_SKIPPED;
    mounted_flash_end(&mounted);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
