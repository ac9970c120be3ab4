/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/linux/mtd_device.h"

#include "base/fd.h"
#include "base/libc.h"

#include <errno.h>
#include <fcntl.h>
#include <mtd/mtd-user.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { BLOCK_LEAST = 512, NOR_PAGE = 256 };

static bool open_device(struct mtd_device *device, const char *path, bool for_writing,
                        struct error *err)
{
    device->fd = open(path, O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (for_writing ? O_RDWR : O_RDONLY));
    if (device->fd == FD_NONE && (errno == EACCES || errno == EROFS) && geteuid() == 0)
        return error_set(err, ERROR_INTERNAL,
                         "cannot open %s: it is read-only: change its partition's description",
                         path);
    return device->fd != FD_NONE || error_system(err, ERROR_INTERNAL, "cannot open %s", path);
}

/* The write size of NOR is the least that can be programmed, usually one byte. Chips program up to
 * 256 bytes at once. */
static uint32_t page_of(const struct mtd_info_user *info, bool is_nand)
{
    uint32_t page = !is_nand && info->writesize < NOR_PAGE ? NOR_PAGE : info->writesize;

    return page > 0 && info->erasesize % page == 0 ? page : info->erasesize;
}

/* The ioctl has only 32 bits for the size, so seek to the end of the device. */
static bool measure(struct mtd_device *device, const char *path, struct error *err)
{
    struct mtd_info_user info = {0};
    off_t end;

    if (libc_ioctl(device->fd, MEMGETINFO, &info) != 0)
        return error_system(err, ERROR_CONFIGURATION,
                            "%s is no mtd character device such as /dev/mtd3", path);
    end = lseek(device->fd, 0, SEEK_END);
    if (end <= 0)
        return error_set(err, ERROR_CONFIGURATION, "%s has no size", path);
    if (info.erasesize < BLOCK_LEAST || (info.erasesize & (info.erasesize - 1)) != 0)
        return error_set(err, ERROR_CONFIGURATION, "%s: erase blocks of %u bytes are not supported",
                         path, info.erasesize);
    device->size = (uint64_t)end - (uint64_t)end % info.erasesize;
    device->block = info.erasesize;
    device->is_nand = info.type == MTD_NANDFLASH || info.type == MTD_MLCNANDFLASH;
    device->can_clear =
        info.type == MTD_NORFLASH && (info.flags & MTD_BIT_WRITEABLE) != 0 && info.writesize == 1;
    device->page = page_of(&info, device->is_nand);
    return true;
}

bool mtd_device_open(struct mtd_device *device, const char *path, bool for_writing,
                     struct error *err)
{
    CLEANUP(mtd_device_close) struct mtd_device made = MTD_DEVICE_NONE;

    if (!open_device(&made, path, for_writing, err) || !measure(&made, path, err))
        return false;
    *device = made;
    made = MTD_DEVICE_NONE;
    return true;
}

void mtd_device_close(struct mtd_device *device)
{
    fd_close(&device->fd);
}

static bool read_bytes(struct mtd_device *device, uint64_t at, void *data, size_t size,
                       struct error *err)
{
    size_t got = 0;

    while (got < size) {
        ssize_t count =
            pread(device->fd, (unsigned char *)data + got, size - got, (off_t)(at + got));

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return error_system(err, ERROR_FLASH, "reading at 0x%llx",
                                (unsigned long long)(at + got));
        if (count == 0)
            return error_set(err, ERROR_FLASH, "reading at 0x%llx: the device ends there",
                             (unsigned long long)(at + got));
        got += (size_t)count;
    }
    return true;
}

/* All zero if the driver has no counters. */
static struct mtd_ecc_stats corrections(struct mtd_device *device)
{
    struct mtd_ecc_stats stats = {0};

    if (!device->is_nand || libc_ioctl(device->fd, ECCGETSTATS, &stats) != 0)
        stats = (struct mtd_ecc_stats){0};
    return stats;
}

/* The kernel returns uncorrectable data like good data; only its counters show the difference. */
bool mtd_device_read(struct mtd_device *device, uint64_t at, void *data, size_t size,
                     bool *was_corrected, struct error *err)
{
    const struct mtd_ecc_stats before = corrections(device);
    struct mtd_ecc_stats after;

    if (!read_bytes(device, at, data, size, err))
        return false;
    after = corrections(device);
    *was_corrected = after.corrected != before.corrected;
    return after.failed == before.failed ||
           error_set(err, ERROR_FLASH,
                     "reading at 0x%llx: more bits are wrong than can be corrected",
                     (unsigned long long)at);
}

/* EIO means a bad block. Errors of this program or of the configuration have other numbers. */
static bool note(struct mtd_device *device, bool worked)
{
    device->has_failed = !worked && errno == EIO;
    return worked;
}

/* The older ioctl works on every kernel, but has only 32 bits for the address. */
bool mtd_device_erase(struct mtd_device *device, uint64_t at, struct error *err)
{
    struct erase_info_user64 large = {.start = at, .length = device->block};
    struct erase_info_user small = {.start = (uint32_t)at, .length = device->block};
    bool is_small = at + device->block <= UINT32_MAX;
    int result = is_small ? libc_ioctl(device->fd, MEMERASE, &small)
                          : libc_ioctl(device->fd, MEMERASE64, &large);

    return note(device, result == 0) ||
           error_system(err, ERROR_FLASH, "erasing at 0x%llx", (unsigned long long)at);
}

bool mtd_device_program(struct mtd_device *device, uint64_t at, struct span bytes,
                        struct error *err)
{
    while (bytes.size > 0) {
        ssize_t count = pwrite(device->fd, bytes.data, bytes.size, (off_t)at);

        if (count < 0 && errno == EINTR)
            continue;
        if (!note(device, count > 0))
            return error_system(err, ERROR_FLASH, "writing at 0x%llx", (unsigned long long)at);
        at += (uint64_t)count;
        bytes = span_from(bytes, (size_t)count);
    }
    return true;
}

bool mtd_device_is_bad(struct mtd_device *device, uint64_t at, bool *is_bad, struct error *err)
{
    __kernel_loff_t place = (__kernel_loff_t)at;
    int result = libc_ioctl(device->fd, MEMGETBADBLOCK, &place);

    *is_bad = result > 0;
    return result >= 0 || error_system(err, ERROR_FLASH, "checking for a bad block at 0x%llx",
                                       (unsigned long long)at);
}

bool mtd_device_mark_bad(struct mtd_device *device, uint64_t at, struct error *err)
{
    __kernel_loff_t place = (__kernel_loff_t)at;

    return libc_ioctl(device->fd, MEMSETBADBLOCK, &place) == 0 ||
           error_system(err, ERROR_FLASH, "marking a bad block at 0x%llx", (unsigned long long)at);
}

enum mtd_lock mtd_device_lock(struct mtd_device *device, uint64_t at)
{
    struct erase_info_user block = {.start = (uint32_t)at, .length = device->block};
    int result = at > UINT32_MAX ? -1 : libc_ioctl(device->fd, MEMISLOCKED, &block);

    if (result < 0)
        return MTD_LOCK_UNKNOWN;
    return result == 0 ? MTD_UNLOCKED : MTD_LOCKED;
}

bool mtd_device_unlock(struct mtd_device *device, uint64_t at, uint64_t size, struct error *err)
{
    struct erase_info_user part = {.start = (uint32_t)at, .length = (uint32_t)size};

    if (at > UINT32_MAX || size > UINT32_MAX)
        errno = EOPNOTSUPP;
    else if (libc_ioctl(device->fd, MEMUNLOCK, &part) == 0)
        return true;
    return error_system(err, ERROR_FLASH, "unlocking at 0x%llx", (unsigned long long)at);
}
