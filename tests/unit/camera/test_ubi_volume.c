/* SPDX-License-Identifier: Apache-2.0 */
/* Volumes in a folder that looks like /sys/class/ubi. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "camera/linux/ubi_volume.h"
#include "scratch.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static struct scratch scratch;
static struct error err;
static struct ubi_volume volume;
static struct ubi_places places;

static void write_value(const char *device, const char *name, const char *text)
{
    char path[128];

    (void)mkdir(scratch_path(&scratch, device), 0700);
    (void)snprintf(path, sizeof(path), "%s/%s", device, name);
    scratch_write(&scratch, path, span_text(text));
}

static void write_volume(const char *device, const char *name)
{
    write_value(device, "name", name);
    write_value(device, "reserved_ebs", "10\n");
    write_value(device, "usable_eb_size", "15872\n");
    write_value(device, "data_bytes", "158720\n");
    write_value(device, "upd_marker", "0\n");
    write_value(device, "corrupted", "0\n");
}

static int set_up(void **state)
{
    scratch_make(&scratch);
    *state = &scratch;
    places = (struct ubi_places){.classes = scratch.folder, .devices = "/device"};
    write_value("ubi1", "total_eraseblocks", "100\n");
    write_volume("ubi1_0", "isp-a\n");
    write_volume("ubi1_7", "isp-b\n");
    write_volume("ubi1_127", "7\n");
    err = ERROR_EMPTY;
    return 0;
}

static bool find(const char *where)
{
    struct ubi_name name;

    return ubi_name_parse(span_text(where), &name, &err) &&
           ubi_volume_find(&places, &name, &volume, &err);
}

static void a_volume_is_found_by_its_name_and_by_its_number(void **state)
{
    static const struct {
        const char *where, *path;
    } found[] = {{"ubi1:isp-a", "/device/ubi1_0"},
                 {"ubi1:0", "/device/ubi1_0"},
                 {"ubi1:isp-b", "/device/ubi1_7"},
                 {"ubi1:7", "/device/ubi1_7"},
                 {"ubi1:127", "/device/ubi1_127"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(found); i++) {
        assert_true(find(found[i].where));
        assert_string_equal(volume.path, found[i].path);
    }
}

static void a_name_that_no_volume_has_is_a_mistake(void **state)
{
    static const struct {
        const char *where, *text;
    } wrong[] = {{"ubi0:isp-a", "no UBI device ubi0: attach its mtd partition"},
                 {"ubi1:isp-", "the device has no such volume"},
                 {"ubi1:isp-aa", "the device has no such volume"},
                 {"ubi1:1", "the device has no such volume"},
                 {"ubi1:128", "the device has no such volume"},
                 {"ubi32:isp-a", "must be ubi:ubiN:VOLUME"},
                 {"ubi:isp-a", "must be ubi:ubiN:VOLUME"},
                 {"ubi1:", "must be ubi:ubiN:VOLUME"},
                 {"ubi1", "must be ubi:ubiN:VOLUME"},
                 {"0:isp-a", "must be ubi:ubiN:VOLUME"},
                 {"/dev/ubi1_0", "must be ubi:ubiN:VOLUME"},
                 {"ubi1:isp-a,size=1", "unknown option"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        assert_false(find(wrong[i].where));
        assert_int_equal(err.kind, ERROR_CONFIGURATION);
        assert_non_null(strstr(err.text, wrong[i].text));
    }
}

static bool look(bool for_writing)
{
    return find("ubi1:isp-a") && ubi_volume_look(&places, for_writing, &volume, &err);
}

static void its_facts_are_what_the_kernel_tells(void **state)
{
    (void)state;
    assert_true(look(true));
    assert_int_equal(volume.room, 158720);
    assert_int_equal(volume.length, 158720);
    assert_int_equal(volume.block, 15872);
    assert_null(volume.damage);
    write_value("ubi1_0", "data_bytes", "5\n");
    assert_true(look(true));
    assert_int_equal(volume.length, 5);
}

/* Also if the kernel does not tell. */
static void a_volume_that_is_damaged_holds_nothing(void **state)
{
    static const struct {
        const char *file, *value, *text;
    } damages[] = {{"upd_marker", "1\n", "its last update was not finished"},
                   {"upd_marker", "", "its last update was not finished"},
                   {"corrupted", "1\n", "the kernel finds it corrupted"},
                   {"corrupted", "", "the kernel finds it corrupted"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(damages); i++) {
        write_value("ubi1_0", damages[i].file, damages[i].value);
        assert_true(look(true));
        assert_int_equal(volume.length, 0);
        assert_int_equal(volume.room, 158720);
        assert_non_null(strstr(volume.damage, damages[i].text));
        write_value("ubi1_0", damages[i].file, "0\n");
    }
}

static void sizes_that_make_no_sense_are_refused(void **state)
{
    static const struct {
        const char *file, *value, *right;
    } sizes[] = {
        {"usable_eb_size", "0\n", "15872\n"},     {"usable_eb_size", "4294967296\n", "15872\n"},
        {"reserved_ebs", "4294967296\n", "10\n"}, {"reserved_ebs", "ten\n", "10\n"},
        {"data_bytes", "158721\n", "158720\n"},   {"data_bytes", "-1\n", "158720\n"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        write_value("ubi1_0", sizes[i].file, sizes[i].value);
        assert_false(look(false));
        assert_non_null(strstr(err.text, "does not tell its size"));
        write_value("ubi1_0", sizes[i].file, sizes[i].right);
    }
    assert_true(look(false));
}

static void a_device_that_turned_read_only_is_refused_for_writing_alone(void **state)
{
    (void)state;
    write_value("ubi1", "ro_mode", "0\n");
    assert_true(look(true));
    write_value("ubi1", "ro_mode", "1\n");
    assert_true(look(false));
    assert_false(look(true));
    assert_non_null(strstr(err.text, "the UBI device is read-only"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, scratch_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_volume_is_found_by_its_name_and_by_its_number),
        TEST(a_name_that_no_volume_has_is_a_mistake),
        TEST(its_facts_are_what_the_kernel_tells),
        TEST(a_volume_that_is_damaged_holds_nothing),
        TEST(sizes_that_make_no_sense_are_refused),
        TEST(a_device_that_turned_read_only_is_refused_for_writing_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
