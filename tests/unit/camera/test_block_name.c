/* SPDX-License-Identifier: Apache-2.0 */
/* Partitions in folders that look like those of sysfs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "camera/linux/block_name.h"
#include "scratch.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define ID "0a1b2c3d-0000-4000-8000-00000000000f"

static struct scratch scratch;
static struct error err;
static struct block_places places;
static char path[FILE_PATH_SIZE], devices[FILE_PATH_SIZE];

static void write_device(const char *name, const char *event)
{
    char file[64];

    (void)mkdir(scratch_path(&scratch, name), 0700);
    (void)snprintf(file, sizeof(file), "%s/uevent", name);
    scratch_write(&scratch, file, span_text(event));
}

static int set_up(void **state)
{
    scratch_make(&scratch);
    *state = &scratch;
    (void)snprintf(devices, sizeof(devices), "%s", scratch_path(&scratch, "dev"));
    places = (struct block_places){.classes = scratch.folder, .devices = devices};
    write_device("mmcblk0", "MAJOR=179\nMINOR=0\nDEVNAME=mmcblk0\nDEVTYPE=disk\nDISKSEQ=9\n");
    write_device("mmcblk0p1", "MAJOR=179\nMINOR=1\nDEVNAME=mmcblk0p1\nDEVTYPE=partition\nPARTN=1\n"
                              "PARTNAME=isp-a\n");
    write_device("mmcblk0p2", "MINOR=2\nDEVNAME=mmcblk0p2\nPARTN=2\nPARTNAME=isp-ab\n"
                              "PARTUUID=" ID "\n");
    write_device("cciss!c0d0p1", "DEVNAME=cciss/c0d0p1\nPARTNAME=old=name");
    write_device("mmcblk1p1", "DEVNAME=mmcblk1p1\nPARTNAME=twice\n");
    write_device("mmcblk1p2", "DEVNAME=mmcblk1p2\nPARTNAME=twice\n");
    write_device("mmcblk1p3", "PARTNAME=without a device\n");
    err = ERROR_EMPTY;
    return 0;
}

static bool find(const char *where)
{
    return block_name_find(&places, span_text(where), path, &err);
}

static void check_found(const char *where, const char *device)
{
    assert_true(find(where));
    assert_int_equal(strncmp(path, devices, strlen(devices)), 0);
    assert_string_equal(path + strlen(devices) + 1, device);
}

static void a_partition_is_found_by_its_label(void **state)
{
    (void)state;
    check_found("PARTLABEL=isp-a", "mmcblk0p1");
    check_found("PARTLABEL=isp-ab", "mmcblk0p2");
    check_found("PARTLABEL=old=name", "cciss/c0d0p1");
}

/* By the kernel's own word, and by udev's link. */
static void a_partition_is_found_by_its_id(void **state)
{
    (void)state;
    check_found("PARTUUID=" ID, "mmcblk0p2");
    check_found("PARTUUID=0A1B2C3D-0000-4000-8000-00000000000F", "mmcblk0p2");
    assert_int_equal(mkdir(devices, 0700), 0);
    assert_int_equal(mkdir(scratch_path(&scratch, "dev/disk"), 0700), 0);
    assert_int_equal(mkdir(scratch_path(&scratch, "dev/disk/by-partuuid"), 0700), 0);
    scratch_write(&scratch, "dev/disk/by-partuuid/0a1b-02", SPAN_EMPTY);
    check_found("PARTUUID=0A1B-02", "disk/by-partuuid/0a1b-02");
}

static void a_path_is_a_device(void **state)
{
    (void)state;
    assert_true(find("/dev/mmcblk0p1"));
    assert_string_equal(path, "/dev/mmcblk0p1");
}

static void what_no_partition_has_is_a_mistake(void **state)
{
    static const struct {
        const char *where, *text;
    } wrong[] = {{"PARTLABEL=isp-", "no partition has this name"},
                 {"PARTLABEL=ISP-A", "no partition has this name"},
                 {"PARTLABEL=without a device", "no partition has this name"},
                 {"PARTUUID=0a1b", "no partition has this name"},
                 {"PARTLABEL=twice", "2 partitions have this name: name the device"},
                 {"PARTLABEL=", "must be block:PATH"},
                 {"PARTUUID=", "must be block:PATH"},
                 {"PARTUUID=../../sda1", "must be block:PATH"},
                 {"LABEL=isp-a", "must be block:PATH"},
                 {"mmcblk0p1", "must be block:PATH"},
                 {"/dev/mmcblk0p1,size=1M", "unknown option, a block device has none"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        assert_false(find(wrong[i].where));
        assert_int_equal(err.kind, ERROR_CONFIGURATION);
        assert_int_equal(strncmp(err.text, wrong[i].text, strlen(wrong[i].text)), 0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, scratch_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_partition_is_found_by_its_label),
        TEST(a_partition_is_found_by_its_id),
        TEST(a_path_is_a_device),
        TEST(what_no_partition_has_is_a_mistake),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
