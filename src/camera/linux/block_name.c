/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/linux/block_name.h"

#include "base/memory.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

enum { EVENT_LIMIT = 8192, ID_SIZE = 64 };

const struct block_places block_places_machine = {.classes = "/sys/class/block",
                                                  .numbers = "/sys/dev/block",
                                                  .devices = "/dev",
                                                  .mounts = "/proc/self/mountinfo",
                                                  .swaps = "/proc/swaps"};

/* What a partition is found by. */
struct wanted {
    const char *key; /* of the kernel's uevent file: `PARTNAME=` */
    bool (*is_same)(struct span one, struct span other);
    struct span value; /* borrowed */
};

static bool is_id(struct span text)
{
    for (size_t i = 0; i < text.size; i++)
        if (!byte_is_digit(text.data[i]) && !byte_is_letter(text.data[i]) && text.data[i] != '-')
            return false;
    return text.size > 0 && text.size < ID_SIZE;
}

bool block_name_check(struct span where, struct error *err)
{
    struct span name = where;

    if (span_has(where, ','))
        return error_set(err, ERROR_CONFIGURATION, "unknown option, a block device has none");
    if (span_begins(where, "/") || (span_skip(&name, "PARTLABEL=") && name.size > 0) ||
        (span_skip(&name, "PARTUUID=") && is_id(name)))
        return true;
    return error_set(err, ERROR_CONFIGURATION,
                     "must be block:PATH, block:PARTLABEL=NAME or block:PARTUUID=ID, such as "
                     "block:PARTLABEL=isp-a");
}

/* The value of a line of a uevent file; empty if it has no such line. */
static struct span value_of(struct span event, const char *key)
{
    struct span line;

    for (bool more = true; more;) {
        more = span_split(&event, '\n', &line);
        if (span_skip(&line, key))
            return line;
    }
    return SPAN_EMPTY;
}

/* Whether the device of this folder is wanted. Its path, then. */
static bool is_wanted(const struct block_places *places, const char *folder,
                      const struct wanted *wanted, char path[FILE_PATH_SIZE])
{
    CLEANUP(memory_free) unsigned char *event = NULL;
    char name[FILE_PATH_SIZE];
    struct error ignored = ERROR_EMPTY;
    struct span device;
    size_t size;

    if (snprintf(name, sizeof(name), "%s/%s/uevent", places->classes, folder) >=
            (int)sizeof(name) ||
        !file_read(name, EVENT_LIMIT, &event, &size, &ignored) ||
        !wanted->is_same(value_of(span_of(event, size), wanted->key), wanted->value))
        return false;
    device = value_of(span_of(event, size), "DEVNAME=");
    return device.size > 0 && snprintf(path, FILE_PATH_SIZE, "%s/%.*s", places->devices,
                                       (int)device.size, device.data) < FILE_PATH_SIZE;
}

static unsigned count_wanted(const struct block_places *places, const struct wanted *wanted,
                             char path[FILE_PATH_SIZE])
{
    DIR *list = opendir(places->classes);
    struct dirent *entry;
    unsigned count = 0;

    while (list != NULL && (entry = readdir(list)) != NULL)
        if (entry->d_name[0] != '.' && is_wanted(places, entry->d_name, wanted, path))
            count++;
    if (list != NULL)
        (void)closedir(list);
    return count;
}

static bool find_one(const struct block_places *places, const struct wanted *wanted,
                     char path[FILE_PATH_SIZE], struct error *err)
{
    unsigned count = count_wanted(places, wanted, path);

    if (count > 1)
        return error_set(err, ERROR_CONFIGURATION,
                         "%u partitions have this name: name the device, such as block:%s", count,
                         path);
    return count == 1 || error_set(err, ERROR_CONFIGURATION,
                                   "no partition has this name: correct it, or load the driver");
}

/* Kernels before 6.10 tell the id to udev alone, which makes a link for it. */
static bool find_link(const struct block_places *places, struct span id, char path[FILE_PATH_SIZE])
{
    char text[ID_SIZE];

    if (!span_copy(id, text, sizeof(text)))
        return false;
    for (char *at = text; *at != '\0'; at++)
        *at = (char)(byte_is_upper((unsigned char)*at) ? *at | 0x20 : *at);
    return snprintf(path, FILE_PATH_SIZE, "%s/disk/by-partuuid/%s", places->devices, text) <
               FILE_PATH_SIZE &&
           access(path, F_OK) == 0;
}

bool block_name_find(const struct block_places *places, struct span where,
                     char path[FILE_PATH_SIZE], struct error *err)
{
    struct wanted wanted = {.value = where};

    if (!block_name_check(where, err))
        return false;
    if (span_begins(where, "/"))
        return span_copy(where, path, FILE_PATH_SIZE) ||
               error_set(err, ERROR_CONFIGURATION, "path longer than %d bytes", FILE_PATH_SIZE - 1);
    if (span_skip(&wanted.value, "PARTUUID=")) {
        wanted.key = "PARTUUID=";
        wanted.is_same = span_same_letters;
        return find_link(places, wanted.value, path) || find_one(places, &wanted, path, err);
    }
    wanted.key = "PARTNAME=";
    wanted.is_same = span_same;
    return span_skip(&wanted.value, "PARTLABEL=") && find_one(places, &wanted, path, err);
}
