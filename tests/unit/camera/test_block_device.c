/* SPDX-License-Identifier: Apache-2.0 */
/* A device that this test holds itself, and what a camera's kernel would tell of it: nothing is
 * written to it. Skipped if this user may open no block device. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fd.h"
#include "camera/linux/block_device.h"
#include "scratch.h"
#include "skip.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static const char device[] = "/dev/loop7";

static struct scratch scratch;
static struct error err;
static char mounts[FILE_PATH_SIZE], swaps[FILE_PATH_SIZE], number[32];
static struct block_places places;
static int lock = FD_NONE; /* these tests may run twice on one machine */

static int set_up(void **state)
{
    struct stat facts = {.st_rdev = 0};

    (void)state;
    scratch_make(&scratch);
    lock = open(device, O_RDONLY | O_CLOEXEC);
    (void)flock(lock, LOCK_EX);
    (void)stat(device, &facts);
    (void)snprintf(number, sizeof(number), "%u:%u", major(facts.st_rdev), minor(facts.st_rdev));
    (void)snprintf(mounts, sizeof(mounts), "%s", scratch_path(&scratch, "mounts"));
    (void)snprintf(swaps, sizeof(swaps), "%s", scratch_path(&scratch, "swaps"));
    scratch_write(&scratch, "mounts", span_text("22 1 8:1 / / rw - ext4 /dev/root rw\n"));
    scratch_write(&scratch, "swaps", span_text("Filename Type Size Used Priority\n"));
    places = (struct block_places){.numbers = scratch.folder, .mounts = mounts, .swaps = swaps};
    err = ERROR_EMPTY;
    return mkdir(scratch_path(&scratch, number), 0700);
}

static int tear_down(void **state)
{
    (void)state;
    fd_close(&lock);
    scratch_remove(&scratch);
    return 0;
}

/* Makes FOLDER/NAME among what sysfs tells of the device. */
static void tell(const char *folder, const char *name, const char *text)
{
    char file[FILE_PATH_SIZE];

    (void)snprintf(file, sizeof(file), "%s/%s", number, folder);
    (void)mkdir(scratch_path(&scratch, file), 0700);
    (void)snprintf(file, sizeof(file), "%s/%s%s%s", number, folder, folder[0] == '\0' ? "" : "/",
                   name);
    scratch_write(&scratch, file, span_text(text));
}

static bool open_device(bool for_writing)
{
    CLEANUP(fd_close) int fd = FD_NONE;
    uint64_t size;

    return block_device_open(&places, device, for_writing, &fd, &size, &err);
}

/* For reading it is not refused. */
static void check_refused(const char *text)
{
    assert_false(open_device(true));
    assert_int_equal(err.kind, ERROR_CONFIGURATION);
    if (strstr(err.text, text) == NULL)
        fail_msg("%s", err.text);
    assert_true(open_device(false));
}

static void need_device(void)
{
    CLEANUP(fd_close) int fd = open(device, O_RDWR | O_EXCL | O_CLOEXEC);

    if (fd == FD_NONE)
        skip_because("this user may not open /dev/loop7");
}

static void a_device_that_nothing_uses_is_opened(void **state)
{
    (void)state;
    need_device();
    assert_true(open_device(true));
    tell("", "force_ro", "0\n");
    tell("queue", "scheduler", "none\n");
    assert_true(open_device(true));
}

static void a_device_that_is_kept_read_only_is_refused(void **state)
{
    (void)state;
    need_device();
    tell("", "force_ro", "1\n");
    check_refused("/dev/loop7 is read-only: write 0 to its force_ro in sysfs first");
}

static void a_disk_with_partitions_is_refused(void **state)
{
    (void)state;
    need_device();
    tell("loop7p1", "partition", "1\n");
    check_refused("/dev/loop7 has partitions: name one of them, such as /dev/loop7p1");
}

static void what_uses_a_device_is_told(void **state)
{
    CLEANUP(fd_close) int holder = FD_NONE;
    char line[128];

    (void)state;
    need_device();
    holder = open(device, O_RDWR | O_EXCL | O_CLOEXEC);
    check_refused("/dev/loop7 is in use: it, its disk or one of its partitions is mounted or held");
    tell("holders", "dm-0", "");
    check_refused("/dev/loop7 is part of the device dm-0");
    scratch_write(&scratch, "swaps",
                  span_text("Filename Type Size Used Priority\n"
                            "/dev/loop7 partition 100 0 -2\n"));
    check_refused("/dev/loop7 is used for swapping");
    (void)snprintf(line, sizeof(line), "36 22 %s / /mnt/data rw - ext4 /dev/loop7 rw\n", number);
    scratch_write(&scratch, "mounts", span_text(line));
    check_refused("/dev/loop7 is mounted at /mnt/data: name another one");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_device_that_nothing_uses_is_opened),
        TEST(a_device_that_is_kept_read_only_is_refused),
        TEST(a_disk_with_partitions_is_refused),
        TEST(what_uses_a_device_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
