/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/linux/flash_place.h"

#include "base/file.h"
#include "camera/linux/block_name.h"
#include "camera/linux/mtd_name.h"
#include "camera/linux/ubi_volume.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

enum { MTD_MAJOR = 90 };

static void set(struct flash_place *place, uint64_t device, uint64_t number)
{
    *place = (struct flash_place){.device = device, .number = number};
}

/* The path before the options. */
static bool path_of(struct span where, char path[FILE_PATH_SIZE])
{
    struct span part;

    (void)span_split(&where, ',', &part);
    return span_begins(part, "/") && span_copy(part, path, FILE_PATH_SIZE);
}

static bool locate_in_folder(const char *path, struct flash_place *place)
{
    char folder[FILE_PATH_SIZE];
    struct stat facts;

    file_folder(path, folder);
    if (stat(folder, &facts) != 0)
        return false;
    set(place, facts.st_dev, facts.st_ino);
    return span_copy(span_text(strrchr(path, '/') + 1), place->name, sizeof(place->name));
}

bool flash_place_of_file(struct span where, struct flash_place *place)
{
    char path[FILE_PATH_SIZE];
    struct stat facts;

    if (!path_of(where, path))
        return false;
    if (stat(path, &facts) != 0)
        return locate_in_folder(path, place);
    set(place, facts.st_dev, facts.st_ino);
    return true;
}

bool flash_place_of_mtd(struct span where, struct flash_place *place)
{
    char path[FILE_PATH_SIZE];
    struct error ignored = ERROR_EMPTY;
    struct stat facts;
    struct span name;

    (void)span_split(&where, ',', &name);
    if (!mtd_name_find(&mtd_places_machine, name, path, &ignored) || stat(path, &facts) != 0)
        return false;
    /* The kernel gives each partition two minor numbers; the odd one is read-only. */
    if (S_ISCHR(facts.st_mode) && major(facts.st_rdev) == MTD_MAJOR)
        set(place, MTD_MAJOR, minor(facts.st_rdev) / 2);
    else
        set(place, facts.st_dev, facts.st_ino);
    return true;
}

bool flash_place_of_ubi(struct span where, struct flash_place *place)
{
    struct error ignored = ERROR_EMPTY;
    struct ubi_volume volume;
    struct ubi_name name;

    if (!ubi_name_parse(where, &name, &ignored) ||
        !ubi_volume_find(&ubi_places_machine, &name, &volume, &ignored))
        return false;
    set(place, UINT64_MAX - 1 - volume.device, volume.number); /* the number of no file system */
    return true;
}

bool flash_place_of_block(struct span where, struct flash_place *place)
{
    char path[FILE_PATH_SIZE];
    struct error ignored = ERROR_EMPTY;
    struct stat facts;

    if (!block_name_find(&block_places_machine, where, path, &ignored) || stat(path, &facts) != 0 ||
        !S_ISBLK(facts.st_mode))
        return false;
    set(place, UINT64_MAX, facts.st_rdev); /* the number of no file system */
    return true;
}

bool flash_place_of_command(struct span where, struct flash_place *place)
{
    char path[FILE_PATH_SIZE];

    return path_of(where, path) && locate_in_folder(path, place);
}
