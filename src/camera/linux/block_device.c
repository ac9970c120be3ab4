/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/linux/block_device.h"

#include "base/fd.h"
#include "base/libc.h"
#include "base/memory.h"
#include "camera/linux/sysfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

enum { NUMBER_SIZE = 32, LIST_LIMIT = 1024 * 1024 };

static bool refuse(struct error *err, const char *path, const char *why)
{
    return error_set(err, ERROR_CONFIGURATION, "%s %s", path, why);
}

static void number_of(dev_t device, char text[NUMBER_SIZE])
{
    (void)snprintf(text, NUMBER_SIZE, "%u:%u", major(device), minor(device));
}

/* The first entry of a folder, or the first one with a file `with`. False: there is none. */
static bool find_entry(const char *folder, const char *with, char name[SYSFS_VALUE_SIZE])
{
    DIR *list = opendir(folder);
    bool found = false;
    struct dirent *entry;

    while (list != NULL && !found && (entry = readdir(list)) != NULL)
        found = entry->d_name[0] != '.' &&
                (with == NULL || sysfs_has(folder, entry->d_name, with)) &&
                span_copy(span_text(entry->d_name), name, SYSFS_VALUE_SIZE);
    if (list != NULL)
        (void)closedir(list);
    return found;
}

/* An eMMC's boot area and a card's switch are read-only until someone changes that. */
static bool check_writable(const struct block_places *places, const char *path, int fd,
                           const char *number, struct error *err)
{
    uint64_t forced = 0;
    int is_read_only = 0;

    if (sysfs_number(places->numbers, number, "force_ro", &forced) && forced != 0)
        return refuse(err, path, "is read-only: write 0 to its force_ro in sysfs first");
    return (libc_ioctl(fd, BLKROGET, &is_read_only) == 0 && is_read_only == 0) ||
           refuse(err, path, "is read-only: is it write-protected?");
}

/* Writing to a whole disk would destroy its table and all partitions. */
static bool check_no_partitions(const struct block_places *places, const char *path,
                                const char *number, struct error *err)
{
    char folder[FILE_PATH_SIZE], name[SYSFS_VALUE_SIZE];

    (void)snprintf(folder, sizeof(folder), "%s/%s", places->numbers, number);
    return !find_entry(folder, "partition", name) ||
           error_set(err, ERROR_CONFIGURATION,
                     "%s has partitions: name one of them, such as /dev/%s", path, name);
}

/* Field `at`, from 0 on, of a line. */
static struct span field(struct span line, unsigned at)
{
    struct span part = SPAN_EMPTY;

    for (unsigned i = 0; i <= at; i++)
        (void)span_split(&line, ' ', &part);
    return part;
}

/* `36 35 98:0 / /mnt/data rw ...`: which folder the device is mounted at. */
static bool find_mount(const struct block_places *places, const char *number,
                       char folder[FILE_PATH_SIZE])
{
    CLEANUP(memory_free) unsigned char *list = NULL;
    struct error ignored = ERROR_EMPTY;
    struct span rest, line;
    size_t size;

    if (!file_read(places->mounts, LIST_LIMIT, &list, &size, &ignored))
        return false;
    rest = span_of(list, size);
    while (span_split(&rest, '\n', &line))
        if (span_is(field(line, 2), number))
            return span_copy(field(line, 4), folder, FILE_PATH_SIZE);
    return false;
}

/* `/dev/mmcblk0p2   partition 524284 0 -2`. */
static bool is_swap(const struct block_places *places, dev_t device)
{
    CLEANUP(memory_free) unsigned char *list = NULL;
    struct error ignored = ERROR_EMPTY;
    char path[FILE_PATH_SIZE];
    struct span rest, line;
    struct stat facts;
    size_t size;

    if (!file_read(places->swaps, LIST_LIMIT, &list, &size, &ignored))
        return false;
    rest = span_of(list, size);
    while (span_split(&rest, '\n', &line))
        if (span_copy(field(line, 0), path, sizeof(path)) && stat(path, &facts) == 0 &&
            S_ISBLK(facts.st_mode) && facts.st_rdev == device)
            return true;
    return false;
}

/* The kernel refused to open it exclusively. Why? */
static bool tell_user(const struct block_places *places, const char *path, dev_t device,
                      struct error *err)
{
    char number[NUMBER_SIZE], folder[FILE_PATH_SIZE], name[SYSFS_VALUE_SIZE];

    number_of(device, number);
    if (find_mount(places, number, folder))
        return error_set(err, ERROR_CONFIGURATION, "%s is mounted at %s: name another one", path,
                         folder);
    if (is_swap(places, device))
        return refuse(err, path, "is used for swapping: name another one");
    (void)snprintf(folder, sizeof(folder), "%s/%s/holders", places->numbers, number);
    if (find_entry(folder, NULL, name))
        return error_set(err, ERROR_CONFIGURATION, "%s is part of the device %s: name another one",
                         path, name);
    return refuse(err, path, "is in use: it, its disk or one of its partitions is mounted or held");
}

/* O_EXCL: the kernel refuses a device that is mounted, held or used for swapping, and lets none of
 * these begin while it is open. */
static bool reopen(const struct block_places *places, const char *path, dev_t device, int *fd,
                   struct error *err)
{
    CLEANUP(fd_close) int made = open(path, O_RDWR | O_EXCL | O_CLOEXEC | O_NOCTTY);
    struct stat facts;

    if (made == FD_NONE && errno == EBUSY)
        return tell_user(places, path, device, err);
    if (made == FD_NONE || fstat(made, &facts) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", path);
    if (!S_ISBLK(facts.st_mode) || facts.st_rdev != device)
        return refuse(err, path, "has just become another device");
    fd_close(fd);
    *fd = fd_take(&made);
    return true;
}

bool block_device_open(const struct block_places *places, const char *path, bool for_writing,
                       int *fd, uint64_t *size, struct error *err)
{
    CLEANUP(fd_close) int made = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    char number[NUMBER_SIZE];
    struct stat facts;

    if (made == FD_NONE || fstat(made, &facts) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", path);
    if (!S_ISBLK(facts.st_mode) || libc_ioctl(made, BLKGETSIZE64, size) != 0)
        return refuse(err, path, "is no block device such as /dev/mmcblk0p3");
    number_of(facts.st_rdev, number);
    if (for_writing && (!check_writable(places, path, made, number, err) ||
                        !check_no_partitions(places, path, number, err) ||
                        !reopen(places, path, facts.st_rdev, &made, err)))
        return false;
    *fd = fd_take(&made);
    return true;
}
