/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

void fd_close(int *fd)
{
    if (*fd != FD_NONE)
        (void)close(*fd);
    *fd = FD_NONE;
}

int fd_take(int *fd)
{
    int taken = *fd;

    *fd = FD_NONE;
    return taken;
}

void fd_close_between(int first, int last)
{
    struct rlimit limit = {0};

    if (first > last || close_range((unsigned)first, (unsigned)last, 0) == 0)
        return;
    /* Kernels before 5.9 have no such call; none that is open has a number past the limit. */
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur <= (rlim_t)last)
        last = (int)limit.rlim_cur - 1;
    for (int fd = first; fd <= last; fd++)
        (void)close(fd);
}

/* The least of them that is `from` or above; FD_NONE without one. */
static int next_of(const int *kept, size_t count, int from)
{
    int next = FD_NONE;

    for (size_t i = 0; i < count; i++)
        if (kept[i] >= from && (next == FD_NONE || kept[i] < next))
            next = kept[i];
    return next;
}

void fd_close_all_but(const int *kept, size_t count)
{
    int from = STDERR_FILENO + 1, next;

    while ((next = next_of(kept, count, from)) != FD_NONE) {
        fd_close_between(from, next - 1);
        from = next + 1;
    }
    fd_close_between(from, INT_MAX);
}

int fd_open_null(void)
{
    return open("/dev/null", O_RDWR);
}

bool fd_read(int fd, void *data, size_t capacity, size_t *got, struct error *err)
{
    size_t size = 0;

    while (size < capacity) {
        ssize_t count = read(fd, (unsigned char *)data + size, capacity - size);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return error_system(err, ERROR_INTERNAL, "reading");
        if (count == 0)
            break;
        size += (size_t)count;
    }
    *got = size;
    return true;
}

bool fd_read_some(int fd, void *data, size_t capacity, size_t *got, struct error *err)
{
    ssize_t count;

    do
        count = read(fd, data, capacity);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return error_system(err, ERROR_INTERNAL, "reading");
    *got = (size_t)count;
    return true;
}

bool fd_read_at(int fd, uint64_t at, void *data, size_t capacity, size_t *got, struct error *err)
{
    size_t size = 0;

    while (size < capacity) {
        ssize_t count =
            pread(fd, (unsigned char *)data + size, capacity - size, (off_t)(at + size));

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return error_system(err, ERROR_INTERNAL, "reading");
        if (count == 0)
            break;
        size += (size_t)count;
    }
    *got = size;
    return true;
}

bool fd_write(int fd, struct span bytes, struct error *err)
{
    while (bytes.size > 0) {
        ssize_t count = write(fd, bytes.data, bytes.size);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return error_system(err, ERROR_INTERNAL, "writing");
        bytes = span_from(bytes, (size_t)count);
    }
    return true;
}

bool fd_write_at(int fd, uint64_t at, struct span bytes, struct error *err)
{
    while (bytes.size > 0) {
        ssize_t count = pwrite(fd, bytes.data, bytes.size, (off_t)at);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return error_system(err, ERROR_INTERNAL, "writing");
        at += (uint64_t)count;
        bytes = span_from(bytes, (size_t)count);
    }
    return true;
}

bool fd_commit(int *fd, struct error *err)
{
    int taken = fd_take(fd);
    bool synced = fsync(taken) == 0;
    int cause = errno;

    if (close(taken) == 0 && synced)
        return true;
    errno = synced ? errno : cause;
    return error_system(err, ERROR_INTERNAL, "syncing");
}

static bool wait_for(int fd, short events, int milliseconds)
{
    struct pollfd waited = {.fd = fd, .events = events};
    int ready;

    do
        ready = poll(&waited, 1, milliseconds);
    while (ready < 0 && errno == EINTR);
    return ready > 0;
}

bool fd_wait(int fd, int milliseconds)
{
    return wait_for(fd, POLLIN, milliseconds);
}

bool fd_wait_hangup(int fd, int milliseconds)
{
    return wait_for(fd, 0, milliseconds);
}
