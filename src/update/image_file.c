/* SPDX-License-Identifier: Apache-2.0 */
#include "update/image_file.h"

#include "base/fd.h"

#include <fcntl.h>
#include <sys/stat.h>

bool image_file_open(struct image_file *file, const char *path, struct error *err)
{
    struct stat facts;

    *file = IMAGE_FILE_NONE;
    file->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (file->fd == FD_NONE || fstat(file->fd, &facts) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", path);
    return body_open(&file->body, file->fd, (uint64_t)facts.st_size, BODY_STALL_SECONDS, err) &&
           image_reader_open(&file->reader, &file->body.source, err);
}

void image_file_close(struct image_file *file)
{
    image_reader_close(&file->reader);
    body_close(&file->body);
    fd_close(&file->fd);
}
