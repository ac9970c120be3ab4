/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "camera/bank.h"
#include "camera/flash.h"
#include "scratch.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { LARGE = 3 * 1024 * 1024 + 777 };

static struct scratch scratch;
static struct error err;
static char bank[FILE_PATH_SIZE + 64];

static int set_up(void **state)
{
    scratch_make(&scratch);
    *state = &scratch;
    err = ERROR_EMPTY;
    return 0;
}

static bool open_named(const char *name, bool for_writing, struct flash **flash)
{
    const struct flash_opener machine = flash_linux(NULL, 1);

    return flash_open(&machine, name, for_writing, flash, &err);
}

static bool open_bank(const char *options, bool for_writing, struct flash **flash)
{
    (void)snprintf(bank, sizeof(bank), "file:%s/bank%s", scratch.folder, options);
    return open_named(bank, for_writing, flash);
}

static bool install(struct flash *flash, struct span image)
{
    CLEANUP(bank_discard) struct bank_writer writer = BANK_WRITER_NONE;
    struct digest digest;
    unsigned char *data;
    size_t capacity;
    uint64_t size;

    if (!bank_begin(&writer, flash, (struct bank_known){.size = UINT64_MAX}, &err))
        return false;
    while (image.size > 0) {
        if (!bank_lend(&writer, &data, &capacity, &err))
            return false;
        capacity = span_first(image, capacity).size;
        memcpy(data, image.data, capacity);
        image = span_from(image, capacity);
        if (!bank_filled(&writer, capacity, &err))
            return false;
    }
    return bank_end(&writer, &size, &digest, &err);
}

static void a_missing_file_is_an_empty_bank(void **state)
{
    CLEANUP(flash_close) struct flash *flash = NULL;
    unsigned char data[4] = {0};
    struct statvfs facts;

    (void)state;
    assert_true(open_bank("", false, &flash));
    assert_int_equal(flash->length, 0);
    assert_int_equal(flash->block, 65536);
    assert_int_equal(statvfs(scratch.folder, &facts), 0);
    assert_true(flash->room <= facts.f_blocks * facts.f_frsize);
    assert_true(flash->room > 0 && flash->room % flash->block == 0);
    assert_string_equal(flash->limited_by, scratch.folder);
    assert_true(flash->can_read && flash->can_blocks);
    assert_string_equal(flash->where, bank);
    assert_true(flash->operations->read(flash, 100, data, sizeof(data), &err));
    assert_memory_equal(data, "\xff\xff\xff\xff", 4);
    assert_false(scratch_has(&scratch, "bank"));
}

static void a_missing_file_is_made_for_writing(void **state)
{
    CLEANUP(flash_close) struct flash *flash = NULL;
    mode_t before = umask(077);
    struct stat facts;

    (void)state;
    assert_true(open_bank("", true, &flash));
    (void)umask(before);
    assert_int_equal(stat(scratch_path(&scratch, "bank"), &facts), 0);
    assert_int_equal(facts.st_mode & 07777, 0644);
    assert_int_equal(flash->length, 0);
}

static void has_the_length_of_what_was_written(void **state)
{
    static const size_t sizes[] = {1, 4095, 4096, 65536, 65537, LARGE, 70000, 5};
    CLEANUP(memory_free) void *image = NULL;
    static const char *const options[] = {"", ",block=4K", ",block=512", ",block=2M"};

    (void)state;
    assert_true(memory_allocate(&image, LARGE, &err));
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        for (size_t j = 0; j < COUNT_OF(sizes); j++) {
            CLEANUP(flash_close) struct flash *flash = NULL;

            memset(image, (int)(i * 16 + j + 1), sizes[j]);
            assert_true(open_bank(options[i], true, &flash));
            assert_true(install(flash, span_of(image, sizes[j])));
            assert_int_equal(flash->length, sizes[j]);
            assert_true(scratch_holds(&scratch, "bank", span_of(image, sizes[j])));
        }
    }
}

/* After the end of a file, bytes that are never written read as zeros: a block of 0xff must be
 * written there. */
static void what_is_all_ones_is_written_too(void **state)
{
    CLEANUP(flash_close) struct flash *flash = NULL;
    CLEANUP(memory_free) void *image = NULL;

    (void)state;
    assert_true(memory_allocate(&image, LARGE, &err));
    memset(image, 0xff, LARGE);
    memcpy((char *)image + LARGE - 3, "end", 3);
    scratch_write(&scratch, "bank", span_text("short"));
    assert_true(open_bank("", true, &flash));
    assert_true(install(flash, span_of(image, LARGE)));
    assert_true(scratch_holds(&scratch, "bank", span_of(image, LARGE)));
    assert_false(flash->operations->write(flash, LARGE + 65536, span_of(image, 4096), &err));
}

static void reads_any_piece(void **state)
{
    static const struct {
        uint64_t at;
        size_t size, offset;
    } pieces[] = {{0, LARGE, 0},       {0, 1, 0},         {1, 4096, 1},        {4095, 2, 3},
                  {4096, 4096, 0},     {4096, 8191, 0},   {65535, 70000, 1},   {65536, 131072, 0},
                  {LARGE - 1, 1, 0},   {LARGE - 1, 9, 0}, {LARGE - 777, 9, 0}, {LARGE + 5, 4096, 0},
                  {LARGE - 5, 4096, 0}};
    CLEANUP(flash_close) struct flash *flash = NULL;
    CLEANUP(memory_free) void *image = NULL;
    CLEANUP(memory_free) void *found = NULL;

    (void)state;
    assert_true(memory_allocate(&image, LARGE + 8192, &err));
    assert_true(memory_allocate(&found, LARGE + 8192, &err));
    memset(image, 0xff, LARGE + 8192);
    for (size_t i = 0; i < LARGE; i++)
        ((unsigned char *)image)[i] = (unsigned char)(i * 13 + i / 1021);
    scratch_write(&scratch, "bank", span_of(image, LARGE));
    assert_true(open_bank("", false, &flash));
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        unsigned char *data = (unsigned char *)found + pieces[i].offset;

        assert_true(flash->operations->read(flash, pieces[i].at, data, pieces[i].size, &err));
        assert_memory_equal(data, (unsigned char *)image + pieces[i].at, pieces[i].size);
    }
}

static void a_size_is_its_room(void **state)
{
    CLEANUP(flash_close) struct flash *flash = NULL;
    unsigned char image[6000] = {1, 2, 3};

    (void)state;
    assert_true(open_bank(",size=5000,block=4K", true, &flash));
    assert_int_equal(flash->room, 5000);
    assert_null(flash->limited_by);
    assert_true(install(flash, span_of(image, 5000)));
    assert_true(scratch_holds(&scratch, "bank", span_of(image, 5000)));
    assert_false(install(flash, span_of(image, 5001)));
    assert_non_null(strstr(err.text, "has room for 5000 bytes only"));
}

static void options_are_strict(void **state)
{
    static const char *const options[] = {
        ",",          ",block=",    ",block=511", ",block=1000",   ",block=32M",
        ",size=0",    ",size=",     ",size=1T",   ",size=-1",      ",colour=red",
        ",block=4K,", ",block =4K", ",BLOCK=4K",  ",size=1048577M"};
    struct flash *flash = NULL;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        assert_false(open_bank(options[i], true, &flash));
        assert_int_equal(err.kind, ERROR_CONFIGURATION);
        assert_false(scratch_has(&scratch, "bank"));
    }
    assert_false(open_named("file:relative", true, &flash));
    assert_false(open_named("paper:/a", true, &flash));
    assert_non_null(strstr(err.text, "bank paper:/a: unknown driver"));
    assert_false(open_named("file", true, &flash));
    assert_null(flash);
}

static void what_is_no_file_is_refused(void **state)
{
    struct flash *flash = NULL;

    (void)state;
    assert_int_equal(mkdir(scratch_path(&scratch, "bank"), 0700), 0);
    assert_false(open_bank("", true, &flash));
    assert_false(open_bank("", false, &flash));
    assert_int_equal(rmdir(scratch.path), 0);
    assert_int_equal(symlink("/etc/passwd", scratch_path(&scratch, "bank")), 0);
    assert_false(open_bank("", false, &flash));
    assert_int_equal(err.kind, ERROR_CONFIGURATION);
    assert_non_null(strstr(err.text, "/bank: is a link: name the file itself"));
    assert_int_equal(unlink(scratch.path), 0);
    assert_int_equal(mkfifo(scratch_path(&scratch, "bank"), 0600), 0);
    assert_false(open_bank("", true, &flash));
    assert_null(flash);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, scratch_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_missing_file_is_an_empty_bank),
        TEST(a_missing_file_is_made_for_writing),
        TEST(has_the_length_of_what_was_written),
        TEST(what_is_all_ones_is_written_too),
        TEST(reads_any_piece),
        TEST(a_size_is_its_room),
        TEST(options_are_strict),
        TEST(what_is_no_file_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
