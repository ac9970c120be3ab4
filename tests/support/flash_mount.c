/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: flash_mount FOLDER CHIP...    CHIP: nor|nand:SIZE:BLOCK:PAGE
 *
 * Mounts a file system with files mtd0, mtd1, ... that answer as the kernel's character devices of
 * flash partitions do: read, write, and the ioctls of mtd. A test opens them with the code that
 * opens /dev/mtdN in a camera. mtdN.control takes the faults of flash_chip_tell, one a line;
 * mtdN.state tells what happened.
 *
 * A cut kills the process that is writing, in the middle of its system call, as a power cut does.
 * flash_mount runs until SIGTERM, then unmounts. It exits with 77 and the reason if the machine has
 * no FUSE.
 */
#include "flash_chip.h"

#include "base/number.h"

#define FUSE_USE_VERSION 35
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <mtd/mtd-user.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { CHIPS = 4, CANNOT = 77, STATE_SIZE = 65536 };
enum role { ROLE_NONE, ROLE_DEVICE, ROLE_CONTROL, ROLE_STATE };

struct mount {
    struct flash_chip chips[CHIPS];
    unsigned count;
};

static struct mount *mount_of(void)
{
    return fuse_get_context()->private_data;
}

/* `/mtd1.control`: its chip, and the role of the file. */
static struct flash_chip *find(const char *path, enum role *role)
{
    static const char *const names[] = {
        [ROLE_DEVICE] = "", [ROLE_CONTROL] = "control", [ROLE_STATE] = "state"};
    struct span rest = span_text(path);
    struct span number;
    uint64_t index;

    if (!span_skip(&rest, "/mtd"))
        return NULL;
    (void)span_split(&rest, '.', &number);
    if (!number_parse(number, mount_of()->count - 1, &index))
        return NULL;
    for (*role = ROLE_DEVICE; *role <= ROLE_STATE; (*role)++)
        if (span_is(rest, names[*role]))
            return &mount_of()->chips[index];
    return NULL;
}

static int look(const char *path, struct stat *facts, struct fuse_file_info *info)
{
    const struct flash_chip *chip;
    enum role role;

    (void)info;
    memset(facts, 0, sizeof(*facts));
    facts->st_nlink = 1;
    facts->st_mode = S_IFDIR | 0755;
    if (strcmp(path, "/") == 0)
        return 0;
    chip = find(path, &role);
    if (chip == NULL)
        return -ENOENT;
    facts->st_mode = S_IFREG | 0600;
    facts->st_size = role == ROLE_DEVICE ? (off_t)chip->size : 0;
    return 0;
}

static int open_file(const char *path, struct fuse_file_info *info)
{
    enum role role;
    const struct flash_chip *chip = find(path, &role);

    info->direct_io = 1;
    if (chip == NULL)
        return -ENOENT;
    return role == ROLE_DEVICE && chip->is_read_only && (info->flags & O_ACCMODE) != O_RDONLY
               ? -EACCES
               : 0;
}

static int shorten(const char *path, off_t size, struct fuse_file_info *info)
{
    (void)size;
    (void)info;
    enum role role;

    return find(path, &role) == NULL || role != ROLE_CONTROL ? -EINVAL : 0;
}

static int read_state(const struct flash_chip *chip, char *data, size_t size, off_t at)
{
    char text[STATE_SIZE];
    struct span rest = span_of(text, flash_chip_describe(chip, text, sizeof(text)));

    rest = span_first(span_from(rest, (size_t)at), size);
    if (rest.size > 0)
        memcpy(data, rest.data, rest.size);
    return (int)rest.size;
}

static int read_file(const char *path, char *data, size_t size, off_t at,
                     struct fuse_file_info *info)
{
    enum role role;
    struct flash_chip *chip = find(path, &role);

    (void)info;
    if (chip == NULL || role == ROLE_CONTROL)
        return -EINVAL;
    return role == ROLE_STATE ? read_state(chip, data, size, at)
                              : flash_chip_read(chip, (uint64_t)at, data, size);
}

static int take_lines(struct flash_chip *chip, struct span lines)
{
    size_t size = lines.size;
    struct span line;

    while (span_split(&lines, '\n', &line))
        if (!flash_chip_tell(chip, line))
            return -EINVAL;
    return (int)size;
}

/* Waits as long as the chip was busy in this call. */
static void take_time(const struct flash_chip *chip, uint64_t busy_before)
{
    uint64_t spent = chip->busy_us - busy_before;
    const struct timespec wait = {.tv_sec = (time_t)(spent / 1000000),
                                  .tv_nsec = (long)(spent % 1000000 * 1000)};

    if (chip->takes_time)
        (void)nanosleep(&wait, NULL);
}

/* A cut kills the writing process before its call returns. All chips are off from then on. */
static int cut(struct mount *mounted, int result, bool was_cut)
{
    for (unsigned i = 0; was_cut && i < mounted->count; i++)
        mounted->chips[i].is_cut = true;
    if (was_cut)
        (void)kill(fuse_get_context()->pid, SIGKILL);
    return result;
}

static int write_file(const char *path, const char *data, size_t size, off_t at,
                      struct fuse_file_info *info)
{
    enum role role;
    struct flash_chip *chip = find(path, &role);
    bool was_cut = false;
    uint64_t busy;
    int result;

    (void)info;
    if (chip == NULL || role == ROLE_STATE)
        return -EINVAL;
    if (role == ROLE_CONTROL)
        return take_lines(chip, span_of(data, size));
    busy = chip->busy_us;
    result = flash_chip_program(chip, (uint64_t)at, span_of(data, size), &was_cut);
    take_time(chip, busy);
    return cut(mount_of(), result, was_cut);
}

static int erase(struct flash_chip *chip, uint64_t at, uint64_t size)
{
    uint64_t busy = chip->busy_us;
    bool was_cut;
    int result = flash_chip_erase(chip, at, size, &was_cut);

    take_time(chip, busy);
    return cut(mount_of(), result, was_cut);
}

static int tell_geometry(const struct flash_chip *chip, void *data)
{
    const struct mtd_info_user info = {
        .type = chip->is_nand ? MTD_NANDFLASH : MTD_NORFLASH,
        .flags = chip->is_nand ? MTD_CAP_NANDFLASH : MTD_CAP_NORFLASH,
        .size = (uint32_t)chip->size,
        .erasesize = chip->block,
        .writesize = chip->page,
    };

    memcpy(data, &info, sizeof(info));
    return 0;
}

static int tell_corrections(const struct flash_chip *chip, void *data)
{
    const struct mtd_ecc_stats stats = {.corrected = (uint32_t)chip->corrected,
                                        .failed = (uint32_t)chip->failed};

    if (!chip->is_nand)
        return -ENOTTY;
    memcpy(data, &stats, sizeof(stats));
    return 0;
}

static int control(const char *path, unsigned command, void *argument, struct fuse_file_info *info,
                   unsigned flags, void *data)
{
    enum role role;
    struct flash_chip *chip = find(path, &role);
    struct erase_info_user small = {0};
    struct erase_info_user64 large = {0};
    __kernel_loff_t at = 0;

    (void)argument;
    (void)info;
    (void)flags;
    if (chip == NULL || role != ROLE_DEVICE)
        return -ENOTTY;
    switch (command) {
    case MEMGETINFO:
        return tell_geometry(chip, data);
    case ECCGETSTATS:
        return tell_corrections(chip, data);
    /* FUSE passes no data, and so no address, with a restricted ioctl that only returns
     * something. */
    case MEMISLOCKED:
        return flash_chip_is_locked(chip);
    case MEMERASE:
        memcpy(&small, data, sizeof(small));
        return erase(chip, small.start, small.length);
    case MEMERASE64:
        memcpy(&large, data, sizeof(large));
        return erase(chip, large.start, large.length);
    case MEMUNLOCK:
        memcpy(&small, data, sizeof(small));
        return flash_chip_unlock(chip, small.start, small.length);
    case MEMGETBADBLOCK:
        memcpy(&at, data, sizeof(at));
        return flash_chip_is_bad(chip, (uint64_t)at);
    case MEMSETBADBLOCK:
        memcpy(&at, data, sizeof(at));
        return flash_chip_mark_bad(chip, (uint64_t)at);
    default:
        return -ENOTTY;
    }
}

static bool read_number(struct span *rest, uint64_t *number)
{
    struct span part;

    (void)span_split(rest, ':', &part);
    return number_parse_size(part, UINT64_C(1) << 31, number) && *number > 0;
}

static bool add_chip(struct mount *mounted, const char *text)
{
    struct span rest = span_text(text);
    struct span kind;
    uint64_t size, block, page;

    return mounted->count < CHIPS && span_split(&rest, ':', &kind) && read_number(&rest, &size) &&
           read_number(&rest, &block) && read_number(&rest, &page) &&
           flash_chip_make(&mounted->chips[mounted->count++], span_is(kind, "nand"), size,
                           (uint32_t)block, (uint32_t)page);
}

int main(int count, char **words)
{
    static const struct fuse_operations operations = {
        .getattr = look,
        .open = open_file,
        .truncate = shorten,
        .read = read_file,
        .write = write_file,
        .ioctl = control,
    };
    static struct mount mounted;
    char *options[] = {words[0], count < 3 ? NULL : words[1], (char[]){"-f"}, (char[]){"-s"}, NULL};

    if (count < 3)
        return 2;
    for (int i = 2; i < count; i++)
        if (!add_chip(&mounted, words[i]))
            return 2;
    if (access("/dev/fuse", R_OK | W_OK) != 0) {
        perror("/dev/fuse");
        return CANNOT;
    }
    return fuse_main(4, options, &operations, &mounted) == 0 ? 0 : CANNOT;
}
