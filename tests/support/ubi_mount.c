/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: ubi_mount FOLDER KIND:NAME:BLOCKS:BLOCK...    KIND: static|dynamic
 *
 * Mounts a file system that looks like the device ubi0 with these volumes: class/ as the kernel's
 * /sys/class/ubi, and dev/ubi0_N as its character devices: read, and an atomic update of the whole
 * volume by UBI_IOCVOLUP and write. `control` takes one line at a time, without its end:
 *
 *   cut-at-byte N      kills the process that writes the N-th byte from now on
 *   write-fails N      the N-th byte from now on cannot be written
 *   corrupted V        the bytes of volume V fail the kernel's check
 *   wrong-bit          the next update changes one bit
 *   busy               another program has the volumes open
 *   read-meanwhile N   the next N updates cannot begin, because another program reads the volume
 *   read-only          ubi0 has turned read-only
 *
 * It runs until SIGTERM, then unmounts. It exits with 77 and the reason if the machine has no FUSE.
 */
#include "base/number.h"

#define FUSE_USE_VERSION 35
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <mtd/ubi-user.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { VOLUMES = 4, CANNOT = 77, TEXT_SIZE = 160, NAME_SIZE = 64 };

struct volume {
    char name[NAME_SIZE];
    unsigned char *bytes; /* owned; of its room */
    uint64_t blocks, block, length;
    bool is_static, has_marker, is_corrupted;
    uint64_t wanted, got; /* of the update under way; `wanted` is 0 if there is none */
};

struct mount {
    struct volume volumes[VOLUMES];
    unsigned count;
    uint64_t cut_at, fail_at; /* bytes that are left; UINT64_MAX: never */
    uint64_t reads;           /* updates that cannot begin */
    bool is_busy, is_read_only, has_wrong_bit;
};

static struct mount *mount_of(void)
{
    return fuse_get_context()->private_data;
}

static uint64_t room_of(const struct volume *volume)
{
    return volume->blocks * volume->block;
}

/* Moves `rest` past `PREFIXN` and the separator. */
static struct volume *skip_volume(struct span *rest, const char *prefix)
{
    struct span number;
    uint64_t index;

    if (!span_skip(rest, prefix))
        return NULL;
    (void)span_split(rest, '/', &number);
    return number_parse(number, mount_of()->count - 1, &index) ? &mount_of()->volumes[index] : NULL;
}

static struct volume *device(const char *path)
{
    struct span rest = span_text(path);
    struct volume *volume = skip_volume(&rest, "/dev/ubi0_");

    return rest.size == 0 ? volume : NULL;
}

/* What sysfs tells of a volume. False: it has no such file. */
static bool describe(const struct volume *volume, struct span name, char text[TEXT_SIZE])
{
    const struct {
        const char *name;
        uint64_t number;
    } numbers[] = {{"reserved_ebs", volume->blocks},
                   {"usable_eb_size", volume->block},
                   {"data_bytes", volume->length},
                   {"upd_marker", volume->has_marker},
                   {"corrupted", volume->is_corrupted}};

    (void)snprintf(text, TEXT_SIZE, "%s\n", volume->name);
    if (span_is(name, "name"))
        return true;
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        (void)snprintf(text, TEXT_SIZE, "%llu\n", (unsigned long long)numbers[i].number);
        if (span_is(name, numbers[i].name))
            return true;
    }
    return false;
}

static bool tell(const char *path, char text[TEXT_SIZE])
{
    struct span rest = span_text(path);
    struct volume *volume;

    (void)snprintf(text, TEXT_SIZE, "%d\n", mount_of()->is_read_only);
    if (strcmp(path, "/class/ubi0/ro_mode") == 0 ||
        strcmp(path, "/class/ubi0/total_eraseblocks") == 0)
        return true;
    volume = skip_volume(&rest, "/class/ubi0_");
    return volume != NULL && describe(volume, rest, text);
}

static bool is_folder(const char *path)
{
    struct span rest = span_text(path);

    return strcmp(path, "/") == 0 || strcmp(path, "/dev") == 0 || strcmp(path, "/class") == 0 ||
           strcmp(path, "/class/ubi0") == 0 ||
           (skip_volume(&rest, "/class/ubi0_") != NULL && rest.size == 0);
}

static int look(const char *path, struct stat *facts, struct fuse_file_info *info)
{
    char text[TEXT_SIZE];

    (void)info;
    memset(facts, 0, sizeof(*facts));
    facts->st_nlink = 1;
    facts->st_mode = is_folder(path) ? S_IFDIR | 0755 : S_IFREG | 0600;
    return is_folder(path) || strcmp(path, "/control") == 0 || device(path) != NULL ||
                   tell(path, text)
               ? 0
               : -ENOENT;
}

static int open_file(const char *path, struct fuse_file_info *info)
{
    info->direct_io = 1;
    return mount_of()->is_busy && device(path) != NULL && (info->flags & O_ACCMODE) != O_RDONLY
               ? -EBUSY
               : 0;
}

/* The kernel does the same when a device is closed before its update has ended. */
static int close_file(const char *path, struct fuse_file_info *info)
{
    struct volume *volume = device(path);

    (void)info;
    if (volume != NULL)
        volume->wanted = 0;
    return 0;
}

static int shorten(const char *path, off_t size, struct fuse_file_info *info)
{
    (void)size;
    (void)info;
    return strcmp(path, "/control") == 0 ? 0 : -EINVAL;
}

static int copy_out(struct span bytes, char *data, size_t size, off_t at)
{
    bytes = span_first(span_from(bytes, (size_t)at), size);
    if (bytes.size > 0)
        memcpy(data, bytes.data, bytes.size);
    return (int)bytes.size;
}

static int read_file(const char *path, char *data, size_t size, off_t at,
                     struct fuse_file_info *info)
{
    const struct volume *volume = device(path);
    char text[TEXT_SIZE];

    (void)info;
    if (volume != NULL && volume->wanted > 0)
        return -EBUSY;
    if (volume != NULL && volume->has_marker)
        return -EBADF;
    if (volume != NULL)
        return copy_out(span_of(volume->bytes, volume->length), data, size, at);
    return tell(path, text) ? copy_out(span_text(text), data, size, at) : -EINVAL;
}

static void end_update(struct mount *mounted, struct volume *volume)
{
    if (mounted->has_wrong_bit)
        volume->bytes[volume->wanted / 2] ^= 1;
    mounted->has_wrong_bit = volume->has_marker = volume->is_corrupted = false;
    volume->length = volume->is_static ? volume->wanted : room_of(volume);
    volume->wanted = 0;
}

/* Returns how many bytes were written before a fault; all of them if there was none. */
static size_t before(uint64_t *left, size_t size)
{
    size_t done = *left < size ? (size_t)*left : size;

    if (*left != UINT64_MAX)
        *left -= done;
    return done;
}

static int update(struct mount *mounted, struct volume *volume, struct span bytes)
{
    if (volume->wanted == 0)
        return -EPERM;
    bytes = span_first(bytes, (size_t)(volume->wanted - volume->got));
    if (before(&mounted->cut_at, bytes.size) < bytes.size) {
        mounted->cut_at = UINT64_MAX;
        (void)kill(fuse_get_context()->pid, SIGKILL);
        return (int)bytes.size;
    }
    if (before(&mounted->fail_at, bytes.size) < bytes.size)
        return -EIO;
    memcpy(volume->bytes + volume->got, bytes.data, bytes.size);
    volume->got += bytes.size;
    if (volume->got == volume->wanted)
        end_update(mounted, volume);
    return (int)bytes.size;
}

static bool take_line(struct mount *mounted, struct span line)
{
    uint64_t *number = span_skip(&line, "cut-at-byte ")      ? &mounted->cut_at
                       : span_skip(&line, "write-fails ")    ? &mounted->fail_at
                       : span_skip(&line, "read-meanwhile ") ? &mounted->reads
                                                             : NULL;
    uint64_t index;

    if (number != NULL)
        return number_parse(line, UINT32_MAX, number);
    mounted->is_busy = mounted->is_busy || span_is(line, "busy");
    mounted->is_read_only = mounted->is_read_only || span_is(line, "read-only");
    mounted->has_wrong_bit = mounted->has_wrong_bit || span_is(line, "wrong-bit");
    if (!span_skip(&line, "corrupted "))
        return true;
    return number_parse(line, mounted->count - 1, &index) &&
           (mounted->volumes[index].is_corrupted = true);
}

static int write_file(const char *path, const char *data, size_t size, off_t at,
                      struct fuse_file_info *info)
{
    struct volume *volume = device(path);
    struct span bytes = span_of(data, size);

    (void)at;
    (void)info;
    if (volume != NULL)
        return update(mount_of(), volume, bytes);
    return strcmp(path, "/control") == 0 && take_line(mount_of(), bytes) ? (int)size : -EINVAL;
}

static int control(const char *path, unsigned command, void *argument, struct fuse_file_info *info,
                   unsigned flags, void *data)
{
    struct volume *volume = device(path);
    __s64 bytes;

    (void)argument;
    (void)info;
    (void)flags;
    if (volume == NULL || command != UBI_IOCVOLUP)
        return -ENOTTY;
    if (mount_of()->is_read_only)
        return -EROFS;
    if (mount_of()->reads > 0) {
        mount_of()->reads--;
        return -EBUSY;
    }
    memcpy(&bytes, data, sizeof(bytes));
    if (bytes <= 0 || (uint64_t)bytes > room_of(volume))
        return -EINVAL;
    volume->has_marker = true;
    memset(volume->bytes, 0xff, room_of(volume));
    volume->wanted = (uint64_t)bytes;
    volume->got = 0;
    return 0;
}

static int sync_file(const char *path, int only_data, struct fuse_file_info *info)
{
    (void)path;
    (void)only_data;
    (void)info;
    return 0;
}

static bool read_number(struct span *rest, uint64_t *number)
{
    struct span part;

    (void)span_split(rest, ':', &part);
    return number_parse(part, UINT64_C(1) << 20, number) && *number > 0;
}

static bool add_volume(struct mount *mounted, const char *text)
{
    struct volume *volume = &mounted->volumes[mounted->count];
    struct span rest = span_text(text);
    struct span kind, name;

    if (mounted->count++ == VOLUMES || !span_split(&rest, ':', &kind) ||
        !span_split(&rest, ':', &name) || !span_copy(name, volume->name, sizeof(volume->name)) ||
        !read_number(&rest, &volume->blocks) || !read_number(&rest, &volume->block))
        return false;
    volume->is_static = span_is(kind, "static");
    volume->length = volume->is_static ? 0 : room_of(volume);
    volume->bytes = malloc(room_of(volume));
    if (volume->bytes != NULL)
        memset(volume->bytes, 0xff, room_of(volume));
    return volume->bytes != NULL;
}

int main(int count, char **words)
{
    static const struct fuse_operations operations = {
        .getattr = look,
        .open = open_file,
        .release = close_file,
        .truncate = shorten,
        .read = read_file,
        .write = write_file,
        .fsync = sync_file,
        .ioctl = control,
    };
    static struct mount mounted = {.cut_at = UINT64_MAX, .fail_at = UINT64_MAX};
    char *options[] = {words[0], count < 3 ? NULL : words[1], (char[]){"-f"}, (char[]){"-s"}, NULL};

    if (count < 3)
        return 2;
    for (int i = 2; i < count; i++)
        if (!add_volume(&mounted, words[i]))
            return 2;
    if (access("/dev/fuse", R_OK | W_OK) != 0) {
        perror("/dev/fuse");
        return CANNOT;
    }
    return fuse_main(4, options, &operations, &mounted) == 0 ? 0 : CANNOT;
}
