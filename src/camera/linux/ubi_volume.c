/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/linux/ubi_volume.h"

#include "base/number.h"
#include "camera/linux/sysfs.h"

#include <stdio.h>

enum { DEVICES = 32, VOLUMES = 128, NAME_SIZE = 32 };

const struct ubi_places ubi_places_machine = {.classes = "/sys/class/ubi", .devices = "/dev"};

bool ubi_name_parse(struct span where, struct ubi_name *name, struct error *err)
{
    struct span device;

    if (!span_skip(&where, "ubi") || !span_split(&where, ':', &device) ||
        !number_parse(device, DEVICES - 1, &name->device) || where.size == 0)
        return error_set(err, ERROR_CONFIGURATION,
                         "must be ubi:ubiN:VOLUME, a name or a number, such as ubi:ubi0:isp-a");
    if (span_has(where, ','))
        return error_set(err, ERROR_CONFIGURATION, "unknown option, a UBI volume has none");
    name->volume = where;
    return true;
}

/* The folder of a volume in sysfs, and its name in /dev. */
static void name_of(uint64_t device, uint64_t number, char name[NAME_SIZE])
{
    (void)snprintf(name, NAME_SIZE, "ubi%llu_%llu", (unsigned long long)device,
                   (unsigned long long)number);
}

/* The name of a volume is unique on its device. A name of digits alone cannot be told from a
 * number, so it is taken as one. */
static bool find_number(const struct ubi_places *places, const struct ubi_name *name,
                        uint64_t *number)
{
    bool is_number = number_parse(name->volume, VOLUMES - 1, number);
    char folder[NAME_SIZE], text[SYSFS_VALUE_SIZE];

    for (uint64_t i = is_number ? *number : 0; i < VOLUMES; i++) {
        struct span found;

        name_of(name->device, i, folder);
        found = sysfs_read(places->classes, folder, "name", text);
        if (is_number)
            return found.size > 0;
        *number = i;
        if (span_same(found, name->volume))
            return true;
    }
    return false;
}

/* A device that is not attached has no folder. */
static bool check_device(const struct ubi_places *places, const struct ubi_name *name,
                         struct error *err)
{
    char folder[NAME_SIZE];

    (void)snprintf(folder, sizeof(folder), "ubi%llu", (unsigned long long)name->device);
    return sysfs_has(places->classes, folder, "total_eraseblocks") ||
           error_set(err, ERROR_CONFIGURATION,
                     "no UBI device %s: attach its mtd partition (ubiattach), or load the driver",
                     folder);
}

bool ubi_volume_find(const struct ubi_places *places, const struct ubi_name *name,
                     struct ubi_volume *volume, struct error *err)
{
    char text[NAME_SIZE];
    int length;

    if (!check_device(places, name, err))
        return false;
    volume->device = name->device;
    if (!find_number(places, name, &volume->number))
        return error_set(err, ERROR_CONFIGURATION,
                         "the device has no such volume: correct it, or make it (ubimkvol)");
    name_of(volume->device, volume->number, text);
    length = snprintf(volume->path, sizeof(volume->path), "%s/%s", places->devices, text);
    return length < (int)sizeof(volume->path) ||
           error_set(err, ERROR_CONFIGURATION, "path longer than %d bytes", FILE_PATH_SIZE - 1);
}

/* An update that was cut leaves its marker; bytes that fail their checksum are corrupted. */
static const char *damage_of(const struct ubi_places *places, const char *folder)
{
    uint64_t has_marker, is_corrupted;

    if (!sysfs_number(places->classes, folder, "upd_marker", &has_marker) || has_marker != 0)
        return "its last update was not finished, so it holds no image";
    if (!sysfs_number(places->classes, folder, "corrupted", &is_corrupted) || is_corrupted != 0)
        return "the kernel finds it corrupted";
    return NULL;
}

/* Kernels before 4.2 do not tell whether the device is read-only: then the update finds out. */
static bool is_read_only(const struct ubi_places *places, uint64_t device)
{
    char folder[NAME_SIZE];
    uint64_t is_set;

    (void)snprintf(folder, sizeof(folder), "ubi%llu", (unsigned long long)device);
    return sysfs_number(places->classes, folder, "ro_mode", &is_set) && is_set != 0;
}

bool ubi_volume_look(const struct ubi_places *places, bool for_writing, struct ubi_volume *volume,
                     struct error *err)
{
    char folder[NAME_SIZE];
    uint64_t blocks, block, length;

    name_of(volume->device, volume->number, folder);
    if (!sysfs_number(places->classes, folder, "reserved_ebs", &blocks) ||
        !sysfs_number(places->classes, folder, "usable_eb_size", &block) ||
        !sysfs_number(places->classes, folder, "data_bytes", &length) || block == 0 ||
        block > UINT32_MAX || blocks > UINT32_MAX || length > blocks * block)
        return error_set(err, ERROR_CONFIGURATION, "%s/%s does not tell its size", places->classes,
                         folder);
    if (for_writing && is_read_only(places, volume->device))
        return error_set(err, ERROR_FLASH,
                         "the UBI device is read-only: see the kernel's log for the reason");
    volume->block = (uint32_t)block;
    volume->room = blocks * block;
    volume->damage = damage_of(places, folder);
    volume->length = volume->damage == NULL ? length : 0;
    return true;
}
