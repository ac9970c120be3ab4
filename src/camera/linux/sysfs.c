/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/linux/sysfs.h"

#include "base/fd.h"
#include "base/file.h"
#include "base/number.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static bool path_of(const char *folder, const char *device, const char *name,
                    char path[FILE_PATH_SIZE])
{
    return snprintf(path, FILE_PATH_SIZE, "%s/%s/%s", folder, device, name) < FILE_PATH_SIZE;
}

struct span sysfs_read(const char *folder, const char *device, const char *name,
                       char text[SYSFS_VALUE_SIZE])
{
    CLEANUP(fd_close) int fd = FD_NONE;
    char path[FILE_PATH_SIZE];
    struct error ignored = ERROR_EMPTY;
    struct span line, rest;
    size_t size = 0;

    if (!path_of(folder, device, name, path))
        return SPAN_EMPTY;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == FD_NONE || !fd_read(fd, text, SYSFS_VALUE_SIZE, &size, &ignored))
        return SPAN_EMPTY;
    rest = span_of(text, size);
    (void)span_split(&rest, '\n', &line);
    return line;
}

bool sysfs_number(const char *folder, const char *device, const char *name, uint64_t *number)
{
    char text[SYSFS_VALUE_SIZE];

    return number_parse(sysfs_read(folder, device, name, text), UINT64_MAX, number);
}

bool sysfs_has(const char *folder, const char *device, const char *name)
{
    char path[FILE_PATH_SIZE];

    return path_of(folder, device, name, path) && access(path, F_OK) == 0;
}
