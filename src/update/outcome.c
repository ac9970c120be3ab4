/* SPDX-License-Identifier: Apache-2.0 */
#include "update/outcome.h"

#include "base/fd.h"

#include <string.h>

void outcome_tell(int fd, const struct error *cause)
{
    unsigned char bytes[1 + ERROR_TEXT_SIZE] = {ERROR_NONE};
    struct error ignored = ERROR_EMPTY;
    size_t size = 0;

    if (cause != NULL) {
        bytes[0] = (unsigned char)cause->kind;
        size = strlen(cause->text);
        memcpy(bytes + 1, cause->text, size);
    }
    if (!fd_write(fd, span_of(bytes, 1 + size), &ignored))
        return;
}

bool outcome_hear(int fd, struct error *cause)
{
    unsigned char bytes[1 + ERROR_TEXT_SIZE];
    char text[ERROR_TEXT_SIZE];
    size_t size = 0;

    /* The message is shorter than PIPE_BUF, so one read gets all of it. */
    if (!fd_wait(fd, -1) || !fd_read(fd, bytes, 1, &size, cause) || size == 0)
        return error_set(cause, ERROR_INTERNAL,
                         "internal error: the installer ended without a word: see ISP_STATUS");
    if (bytes[0] == ERROR_NONE)
        return true;
    if (!fd_read_some(fd, bytes + 1, sizeof(bytes) - 1, &size, cause))
        return false;
    span_printable(span_of(bytes + 1, size), text, sizeof(text));
    return error_set(cause, (enum error_kind)bytes[0], "%s", text);
}
