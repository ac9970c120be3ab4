/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "camera/flash.h"
#include "camera/linux/mtd_name.h"
#include "scratch.h"

#include <string.h>

static const char list[] = "dev:    size   erasesize  name\n"
                           "mtd0: 00080000 00010000 \"u-boot\"\n"
                           "mtd1: 00400000 00010000 \"isp\"\n"
                           "mtd2: 00400000 00010000 \"isp-a\"\n"
                           "mtd12: 00400000 00010000 \"isp-b\"\n"
                           "mtd13: 00400000 00010000 \"twice\"\n"
                           "mtd14: 00400000 00010000 \"twice\"\n"
                           "mtd15: 00400000 00010000 \"a \"quoted\" name\"\n"
                           "mtdx: 00400000 00010000 \"no number\"\n"
                           "mtd16: 00400000 00010000 unquoted\n";

static struct scratch scratch;
static struct error err;
static char path[FILE_PATH_SIZE];

static int set_up(void **state)
{
    scratch_make(&scratch);
    *state = &scratch;
    scratch_write(&scratch, "mtd", span_text(list));
    err = ERROR_EMPTY;
    return 0;
}

static bool find(const char *where)
{
    char list_path[FILE_PATH_SIZE];
    const struct mtd_places places = {.list = list_path, .devices = "/device"};

    memcpy(list_path, scratch_path(&scratch, "mtd"), sizeof(list_path));
    return mtd_name_find(&places, span_text(where), path, &err);
}

static void a_name_is_found_whole(void **state)
{
    static const struct {
        const char *name, *path;
    } found[] = {{"isp", "/device/mtd1"},
                 {"isp-a", "/device/mtd2"},
                 {"isp-b", "/device/mtd12"},
                 {"u-boot", "/device/mtd0"},
                 {"a \"quoted\" name", "/device/mtd15"}};
    static const char *const missing[] = {"is", "isp-", "isp-aa", "ISP", "", "unquoted", "mtd1"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(found); i++) {
        assert_true(find(found[i].name));
        assert_string_equal(path, found[i].path);
    }
    for (size_t i = 0; i < COUNT_OF(missing); i++) {
        assert_false(find(missing[i]));
        assert_int_equal(err.kind, ERROR_CONFIGURATION);
        assert_non_null(strstr(err.text, "no mtd partition has this name"));
    }
    assert_false(find("no number"));
}

static void a_path_is_a_device(void **state)
{
    (void)state;
    assert_true(find("/dev/mtd7"));
    assert_string_equal(path, "/dev/mtd7");
}

static void a_name_of_two_is_none(void **state)
{
    (void)state;
    assert_false(find("twice"));
    assert_non_null(strstr(err.text, "2 mtd partitions have this name: name the device"));
}

static void a_kernel_without_mtd_says_so(void **state)
{
    const struct mtd_places nowhere = {.list = "/nowhere/mtd", .devices = "/device"};

    (void)state;
    assert_false(mtd_name_find(&nowhere, span_text("isp-a"), path, &err));
    assert_non_null(strstr(err.text, "no mtd partitions here: "));
}

/* An opened device is asked whether it is mtd at all: a block device of the same flash is not. */
static void what_is_no_mtd_device_is_refused(void **state)
{
    const struct flash_opener machine = flash_linux(NULL, 1);
    struct flash *flash = NULL;
    char bank[FILE_PATH_SIZE + 8] = "mtd:";

    (void)state;
    memcpy(bank + 4, scratch_path(&scratch, "mtd"), FILE_PATH_SIZE);
    assert_false(flash_open(&machine, bank, false, &flash, &err));
    assert_int_equal(err.kind, ERROR_CONFIGURATION);
    assert_int_equal(strncmp(err.text, bank, strlen(bank)), 0);
    assert_non_null(strstr(err.text, "is no mtd character device"));
    assert_false(flash_open(&machine, "mtd:/nowhere/mtd0", false, &flash, &err));
    assert_non_null(strstr(err.text, "cannot open /nowhere/mtd0"));
    assert_null(flash);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, scratch_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_name_is_found_whole),
        TEST(a_path_is_a_device),
        TEST(a_name_of_two_is_none),
        TEST(a_kernel_without_mtd_says_so),
        TEST(what_is_no_mtd_device_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
