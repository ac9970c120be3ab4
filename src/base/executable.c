/* SPDX-License-Identifier: Apache-2.0 */
#include "base/executable.h"

#include "base/fd.h"
#include "base/span.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The kernel reads as much of a script's first line. */
enum { FIRST_LINE_SIZE = 256 };

static bool is_runnable(const char *path)
{
    struct stat facts;

    if (stat(path, &facts) == 0 && !S_ISREG(facts.st_mode))
        errno = EACCES;
    else if (access(path, X_OK) == 0)
        return true;
    return false;
}

static bool is_text(struct span bytes)
{
    for (size_t i = 0; i < bytes.size; i++)
        if (!byte_is_printable(bytes.data[i]) && memchr("\t\r\n", bytes.data[i], 3) == NULL)
            return false;
    return true;
}

/* `first` begins after the `#!`. */
static bool check_interpreter(const char *path, struct span first, enum error_kind kind,
                              struct error *err)
{
    char interpreter[FIRST_LINE_SIZE + 1];
    struct span line;
    size_t size = 0;

    (void)span_split(&first, '\n', &line);
    while (line.size > 0 && memchr(" \t", line.data[0], 2) != NULL)
        line = span_from(line, 1);
    if (span_has(line, '\r'))
        return error_set(err, kind, "%s: cannot be run: its lines end with CR LF, not with LF",
                         path);
    while (size < line.size && memchr(" \t", line.data[size], 2) == NULL)
        size++;
    if (size == 0 || !span_copy(span_first(line, size), interpreter, sizeof(interpreter)))
        return error_set(err, kind, "%s: cannot be run: its #! names no interpreter", path);
    return is_runnable(interpreter) ||
           error_system(err, kind, "%s: cannot be run: its interpreter %s", path, interpreter);
}

bool executable_check(const char *path, enum error_kind kind, struct error *err)
{
    CLEANUP(fd_close) int fd = FD_NONE;
    unsigned char data[FIRST_LINE_SIZE];
    struct error ignored = ERROR_EMPTY;
    struct span first;
    size_t size;

    if (!is_runnable(path))
        return error_system(err, kind, "%s: cannot be run", path);
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    /* A program may be run by a user who may not read it. */
    if (fd == FD_NONE || !fd_read(fd, data, sizeof(data), &size, &ignored))
        return true;
    first = span_of(data, size);
    if (span_skip(&first, "#!"))
        return check_interpreter(path, first, kind, err);
    return !is_text(first) ||
           error_set(err, kind, "%s: cannot be run: neither a program nor a script with #!", path);
}
