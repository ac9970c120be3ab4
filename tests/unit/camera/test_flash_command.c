/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fd.h"
#include "camera/flash.h"
#include "scratch.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* A loader that is a shell script, run in the scratch folder. */
static void make_loader(const char *script)
{
    char text[2 * FILE_PATH_SIZE];
    int size = snprintf(text, sizeof(text), "#!/bin/sh\ncd %s\n%s\n", scratch.folder, script);

    scratch_write(&scratch, "loader", span_of(text, (size_t)size));
    assert_int_equal(chmod(scratch_path(&scratch, "loader"), 0755), 0);
}

static bool open_bank(const char *options, struct flash **flash)
{
    const struct flash_opener machine = flash_linux(NULL, 1);

    (void)snprintf(bank, sizeof(bank), "command:%s%s", scratch_path(&scratch, "loader"), options);
    return flash_open(&machine, bank, true, flash, &err);
}

static bool load(const char *image)
{
    CLEANUP(flash_close) struct flash *flash = NULL;
    CLEANUP(fd_close) int fd = FD_NONE;

    scratch_write(&scratch, "image", span_text(image));
    fd = open(scratch_path(&scratch, "image"), O_RDONLY | O_CLOEXEC);
    assert_true(fd != FD_NONE);
    if (!open_bank("", &flash))
        fail_msg("%s", err.text);
    return flash->operations->write_whole(flash, fd, strlen(image), &err);
}

static void a_loader_only_takes_the_whole(void **state)
{
    CLEANUP(flash_close) struct flash *flash = NULL;

    (void)state;
    make_loader("touch ran");
    assert_true(open_bank("", &flash));
    assert_false(flash->can_read || flash->can_blocks);
    assert_string_equal(flash->where, bank);
    assert_true(flash->room > (uint64_t)1 << 39);
    assert_int_equal(flash->length, 0);
    flash_close(&flash);
    assert_true(open_bank(",size=2M", &flash));
    assert_int_equal(flash->room, 2 << 20);
    assert_false(scratch_has(&scratch, "ran"));
}

static void the_image_is_its_standard_input(void **state)
{
    (void)state;
    make_loader("cat > taken; echo $# > arguments; env > environment; ls /proc/self/fd > open");
    assert_true(load("all of the image"));
    assert_true(scratch_holds(&scratch, "taken", span_text("all of the image")));
    assert_true(scratch_holds(&scratch, "arguments", span_text("0\n")));
    assert_true(load("another"));
    assert_true(scratch_holds(&scratch, "taken", span_text("another")));
}

static void its_exit_status_and_last_line_are_told(void **state)
{
    static const struct {
        const char *script, *text;
    } ends[] = {
        {"exit 3", ": ended with status 3"},
        {"echo one >&2; echo 'ISP does not answer' >&2; exit 1",
         ": ended with status 1: ISP does not answer"},
        {"printf 'no line feed' >&2; exit 255", ": ended with status 255: no line feed"},
        {"echo heard nowhere; printf '\\033[2Jred\\377\\n\\n' >&2; exit 1",
         ": ended with status 1: ?[2Jred?"},
        {"kill -9 $$", ": ended with status 137"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        size_t length = strlen(ends[i].text);

        make_loader(ends[i].script);
        assert_false(load("image"));
        assert_int_equal(err.kind, ERROR_FLASH);
        assert_int_equal(strncmp(err.text, bank, strlen(bank)), 0);
        assert_true(strlen(err.text) > length);
        assert_string_equal(err.text + strlen(err.text) - length, ends[i].text);
    }
}

static void much_error_output_neither_hangs_nor_hides_its_end(void **state)
{
    (void)state;
    make_loader("yes 'a line of a talkative loader' | head -n 20000 >&2; echo end >&2; exit 9");
    assert_false(load("image"));
    assert_non_null(strstr(err.text, ": ended with status 9: end"));
}

/* A read of the pipe ends when the loader's last process ends; if one is left, this test hangs. */
static void one_that_hangs_is_ended_with_all_that_it_started(void **state)
{
    CLEANUP(fd_close) int fd = FD_NONE;
    char byte;

    (void)state;
    make_loader("exec 9> pipe; sleep 1000 & (sleep 1000 & sleep 1000)");
    assert_int_equal(mkfifo(scratch_path(&scratch, "pipe"), 0600), 0);
    fd = open(scratch_path(&scratch, "pipe"), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    assert_true(fd != FD_NONE);
    assert_false(load("image"));
    assert_int_equal(err.kind, ERROR_FLASH);
    assert_non_null(strstr(err.text, "/loader: ended after 1 seconds"));
    assert_int_equal(fcntl(fd, F_SETFL, 0), 0);
    assert_int_equal(read(fd, &byte, 1), 0);
}

static void what_cannot_be_run_is_told_before_anything_is(void **state)
{
    struct flash *flash = NULL;

    (void)state;
    assert_false(open_bank("", &flash));
    assert_int_equal(err.kind, ERROR_FLASH);
    assert_non_null(strstr(err.text, "/loader: cannot be run: No such file or directory"));
    assert_int_equal(mkdir(scratch_path(&scratch, "loader"), 0755), 0);
    assert_false(open_bank("", &flash));
    assert_non_null(strstr(err.text, "/loader: cannot be run: "));
    assert_null(flash);
}

static void options_are_strict(void **state)
{
    static const char *const options[] = {",",         ",size=",    ",size=0",    ",size=x",
                                          ",block=4K", ",size=1M,", ",size=2048G"};
    struct flash *flash = NULL;

    (void)state;
    make_loader("true");
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        assert_false(open_bank(options[i], &flash));
        assert_int_equal(err.kind, ERROR_CONFIGURATION);
    }
    assert_null(flash);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, scratch_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_loader_only_takes_the_whole),
        TEST(the_image_is_its_standard_input),
        TEST(its_exit_status_and_last_line_are_told),
        TEST(much_error_output_neither_hangs_nor_hides_its_end),
        TEST(one_that_hangs_is_ended_with_all_that_it_started),
        TEST(what_cannot_be_run_is_told_before_anything_is),
        TEST(options_are_strict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
