/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/cli/outlet.h"

#include "base/fd.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { ENOUGH = 256 * 1024, HASTE_MILLISECONDS = 1000 };

static bool is_ready(int fd, int milliseconds)
{
    struct pollfd room = {.fd = fd, .events = POLLOUT};
    int ready;

    do
        ready = poll(&room, 1, milliseconds);
    while (ready < 0 && errno == EINTR);
    return ready > 0;
}

static int fd_of(const struct outlet *outlet)
{
    return outlet->own_fd == FD_NONE ? outlet->fd : outlet->own_fd;
}

static bool make_room(struct outlet *outlet, size_t size)
{
    struct error err = ERROR_EMPTY;
    size_t capacity = 2 * (outlet->size + size);
    void *memory = NULL;

    if (size <= outlet->capacity - outlet->size)
        return true;
    if (!memory_allocate(&memory, capacity, &err))
        return false;
    if (outlet->size > 0)
        memcpy(memory, outlet->kept, outlet->size);
    memory_free(&outlet->kept);
    outlet->kept = memory;
    outlet->capacity = capacity;
    return true;
}

/* Of libc's stream: takes all of it, even if that is then lost, because a stream does not try
 * again. */
static ssize_t take(void *cookie, const char *text, size_t size)
{
    struct outlet *outlet = cookie;

    if (outlet->has_failed || !make_room(outlet, size)) {
        outlet->has_failed = true;
        return (ssize_t)size;
    }
    memcpy(outlet->kept + outlet->size, text, size);
    outlet->size += size;
    outlet_go_on(outlet);
    return (ssize_t)size;
}

/* A terminal may have room for less than a piece, and its descriptor is shared with the shell:
 * O_NONBLOCK needs an opened file of our own. */
static int open_terminal(int fd)
{
    char path[32];

    if (!isatty(fd))
        return FD_NONE;
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

bool outlet_open(struct outlet *outlet, int fd, struct error *err)
{
    static const cookie_io_functions_t functions = {.write = take};

    *outlet = (struct outlet){.fd = fd, .own_fd = open_terminal(fd)};
    outlet->file = fopencookie(outlet, "w", functions);
    if (outlet->file != NULL)
        return true;
    outlet_close(outlet);
    return error_set(err, ERROR_INTERNAL, "internal error: no memory");
}

void outlet_close(struct outlet *outlet)
{
    if (outlet->file != NULL)
        (void)fclose(outlet->file);
    fd_close(&outlet->own_fd);
    memory_free(&outlet->kept);
    *outlet = OUTLET_NONE;
}

int outlet_awaits(const struct outlet *outlet)
{
    return outlet->size > 0 ? fd_of(outlet) : FD_NONE;
}

bool outlet_is_full(const struct outlet *outlet)
{
    return outlet->size > ENOUGH;
}

/* A pipe that is ready takes PIPE_BUF bytes without blocking. */
void outlet_go_on(struct outlet *outlet)
{
    size_t at = 0;

    while (at < outlet->size && is_ready(fd_of(outlet), 0)) {
        size_t left = outlet->size - at;
        ssize_t written =
            write(fd_of(outlet), outlet->kept + at, left < PIPE_BUF ? left : PIPE_BUF);

        if (written >= 0) {
            at += (size_t)written;
        } else if (errno == EAGAIN) {
            break;
        } else if (errno != EINTR) {
            outlet->has_failed = true;
            at = outlet->size;
        }
    }
    outlet->size -= at;
    if (at > 0 && outlet->size > 0)
        memmove(outlet->kept, outlet->kept + at, outlet->size);
}

bool outlet_finish(struct outlet *outlet, bool is_hasty)
{
    (void)fflush(outlet->file);
    while (outlet->size > 0 && is_ready(fd_of(outlet), is_hasty ? HASTE_MILLISECONDS : -1))
        outlet_go_on(outlet);
    return outlet->size == 0 && !outlet->has_failed;
}

void outlet_tell(const char *line)
{
    if (is_ready(STDERR_FILENO, 0))
        (void)fputs(line, stderr);
}
