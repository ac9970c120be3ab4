/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fd.h"

#include "base/libc.h"
#include "base/number.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

void fd_close(int *fd)
{
    /* Never repeated after EINTR: Linux has closed it, and its number may be in use again. */
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

/* The highest open descriptor, or a number above it. In a container the limit may be 2^30: counting
 * to it takes minutes. */
static int highest_open(void)
{
    DIR *folder = opendir("/proc/self/fd");
    const struct dirent *entry;
    struct rlimit limit = {0};
    uint64_t number;
    int highest = FD_NONE;

    while (folder != NULL && (entry = readdir(folder)) != NULL)
        if (number_parse(span_text(entry->d_name), INT_MAX, &number) && (int)number > highest)
            highest = (int)number;
    if (folder != NULL)
        (void)closedir(folder);
    if (highest == FD_NONE && getrlimit(RLIMIT_NOFILE, &limit) == 0)
        highest = limit.rlim_cur < INT_MAX ? (int)limit.rlim_cur : INT_MAX;
    return highest;
}

void fd_close_between(int first, int last)
{
    int highest;

    if (first > last || libc_close_range(first, last))
        return;
    highest = highest_open();
    for (int fd = first; fd <= last && fd <= highest; fd++)
        (void)close(fd);
}

/* The smallest of `kept` that is at least `from`; FD_NONE if there is none. */
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

void fd_fill_standard(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            /* open gives the lowest free number: this one. */
            (void)open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_RDWR);
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
    int cause = errno; /* close changes errno; the sync's error is the first cause */

    if (close(taken) == 0 && synced)
        return true;
    errno = synced ? errno : cause;
    return error_system(err, ERROR_INTERNAL, "syncing");
}

static bool wait_for(int fd, short events, int milliseconds)
{
    struct pollfd waited = {.fd = fd, .events = events};
    int ready;

    /* A signal starts the time again, so the wait may take longer than `milliseconds`. */
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
    /* poll reports POLLERR and POLLHUP even if no event is asked for. */
    return wait_for(fd, 0, milliseconds);
}
