/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/linux/mtd_name.h"

#include "base/memory.h"
#include "base/number.h"

#include <stdio.h>
#include <string.h>

enum { LIST_LIMIT = 65536, DEVICES = 4096 };

const struct mtd_places mtd_places_machine = {.list = "/proc/mtd", .devices = "/dev"};

/* `mtd3: 00100000 00010000 "isp-a"`: the name ends at the last quote of the line, because the
 * kernel escapes no quote in a name. */
static bool read_line(struct span line, uint64_t *number, struct span *name)
{
    struct span digits;

    if (!span_skip(&line, "mtd") || !span_split(&line, ':', &digits) ||
        !number_parse(digits, DEVICES, number) || !span_split(&line, '"', &digits) ||
        line.size == 0 || line.data[line.size - 1] != '"')
        return false;
    *name = span_first(line, line.size - 1);
    return true;
}

static bool find_in(struct span list, struct span wanted, uint64_t *number, struct error *err)
{
    unsigned count = 0;
    struct span line;

    for (bool more = true; more;) {
        struct span name;
        uint64_t found;

        more = span_split(&list, '\n', &line);
        if (!read_line(line, &found, &name) || !span_same(name, wanted))
            continue;
        *number = found;
        count++;
    }
    if (count == 0)
        return error_set(err, ERROR_CONFIGURATION,
                         "no mtd partition has this name: correct it, or load the flash's driver");
    if (count > 1)
        return error_set(
            err, ERROR_CONFIGURATION,
            "%u mtd partitions have this name: name the device, such as mtd:/dev/mtd%llu", count,
            (unsigned long long)*number);
    return true;
}

bool mtd_name_find(const struct mtd_places *places, struct span where, char path[FILE_PATH_SIZE],
                   struct error *err)
{
    CLEANUP(memory_free) unsigned char *list = NULL;
    uint64_t number = 0;
    size_t size;
    int length;

    if (span_begins(where, "/"))
        return span_copy(where, path, FILE_PATH_SIZE) ||
               error_set(err, ERROR_CONFIGURATION, "path longer than %d bytes", FILE_PATH_SIZE - 1);
    if (!file_read(places->list, LIST_LIMIT, &list, &size, err))
        return error_prefix(err, "no mtd partitions here");
    if (!find_in(span_of(list, size), where, &number, err))
        return false;
    length =
        snprintf(path, FILE_PATH_SIZE, "%s/mtd%llu", places->devices, (unsigned long long)number);
    return (length > 0 && length < FILE_PATH_SIZE) ||
           error_set(err, ERROR_CONFIGURATION, "path longer than %d bytes", FILE_PATH_SIZE - 1);
}
