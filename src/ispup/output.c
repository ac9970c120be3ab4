/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/output.h"

#include "base/fd.h"
#include "ispup/packed_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool output_open(struct output *output, const char *path, struct error *err)
{
    struct output made = OUTPUT_NONE;

    if (!span_copy(span_text(path), made.path, sizeof(made.path)))
        return error_set(err, ERROR_INTERNAL, "path is too long: %s", path);
    /* Two at once for one place must not write into one file. */
    (void)snprintf(made.side, sizeof(made.side), "%s.%ld.new", path, (long)getpid());
    (void)unlink(made.side);
    made.fd = open(made.side, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
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

bool output_finish(struct output *output, const struct image_policy *policy,
                   struct checked_image *image, struct error *err)
{
    if (!fd_commit(&output->fd, err))
        return error_prefix(err, "%s", output->path);
    if (!packed_file_verify(output->side, output->path, policy, image, err))
        return false;
    if (rename(output->side, output->path) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot make %s", output->path);
    output->side[0] = '\0';
    return true;
}
