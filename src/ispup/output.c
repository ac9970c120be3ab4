/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/output.h"

#include "base/fd.h"
#include "ispup/packed_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Two at once for one place must not write into one file. */
static void name_side(struct output *output)
{
    (void)snprintf(output->side, sizeof(output->side), "%s.%ld.new", output->path, (long)getpid());
    (void)unlink(output->side);
}

/* Without a name where the file system has such files: then nothing is left behind by Ctrl-C. */
static int open_side(struct output *output)
{
    char folder[FILE_PATH_SIZE];
    int fd;

    file_folder(output->path, folder);
    fd = open(folder, O_RDWR | O_TMPFILE | O_CLOEXEC, 0644);
    if (fd != FD_NONE)
        return fd;
    name_side(output);
    return open(output->side, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
}

bool output_open(struct output *output, const char *path, struct error *err)
{
    struct output made = OUTPUT_NONE;

    if (!span_copy(span_text(path), made.path, sizeof(made.path)))
        return error_set(err, ERROR_INTERNAL, "path is too long: %s", path);
    made.fd = open_side(&made);
    if (made.fd == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot make %s", path);
    *output = made;
    return true;
}

void output_discard(struct output *output)
{
    fd_close(&output->fd);
    if (output->side[0] != '\0')
        (void)unlink(output->side);
    *output = OUTPUT_NONE;
}

/* `by_number`: the file that is open, which may have no name yet. */
static bool put_in_place(struct output *output, const char *by_number)
{
    if (output->side[0] == '\0') {
        name_side(output);
        if (linkat(AT_FDCWD, by_number, AT_FDCWD, output->side, AT_SYMLINK_FOLLOW) != 0)
            return false;
    }
    return rename(output->side, output->path) == 0;
}

bool output_finish(struct output *output, const struct image_policy *policy,
                   struct checked_image *image, struct error *err)
{
    char by_number[64];

    (void)snprintf(by_number, sizeof(by_number), "/proc/self/fd/%d", output->fd);
    if (fsync(output->fd) != 0)
        return error_system(err, ERROR_INTERNAL, "%s: syncing", output->path);
    if (!packed_file_verify(by_number, output->path, policy, image, err))
        return false;
    if (!put_in_place(output, by_number))
        return error_system(err, ERROR_INTERNAL, "cannot make %s", output->path);
    output->side[0] = '\0';
    return true;
}
