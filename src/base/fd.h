/* SPDX-License-Identifier: Apache-2.0 */
/* File descriptors: whole reads and writes, and a close that happens on every path. */
#ifndef BASE_FD_H
#define BASE_FD_H

#include "base/error.h"
#include "base/span.h"

#include <stdint.h>

enum { FD_NONE = -1 };

/* For CLEANUP. Accepts FD_NONE, leaves it behind. */
void fd_close(int *fd);

/* Gives the descriptor to the caller and leaves FD_NONE behind. */
int fd_take(int *fd);

/* Closes all descriptors from `first` to `last`, both included, that are open: on any kernel, and
 * where there is no /proc. */
void fd_close_between(int first, int last);

/* Closes all above the standard streams but these. */
void fd_close_all_but(const int *kept, size_t count);

/* What takes everything and gives nothing: /dev/null, for reading and writing; FD_NONE where even
 * that cannot be opened. Stays open across exec. */
int fd_open_null(void);

/* Reads until `capacity` bytes are there or the end comes; `got` says how many. */
bool fd_read(int fd, void *data, size_t capacity, size_t *got, struct error *err) MUST_CHECK;

/* One read of what is there, waiting for the first byte; `got` 0: the end. */
bool fd_read_some(int fd, void *data, size_t capacity, size_t *got, struct error *err) MUST_CHECK;

/* The same as fd_read from a position, without moving. */
bool fd_read_at(int fd, uint64_t at, void *data, size_t capacity, size_t *got,
                struct error *err) MUST_CHECK;

/* Writes all of it. A reader that has gone is an error (SIGPIPE must be ignored), EPIPE in errno.
 */
bool fd_write(int fd, struct span bytes, struct error *err) MUST_CHECK;
bool fd_write_at(int fd, uint64_t at, struct span bytes, struct error *err) MUST_CHECK;

/* Syncs, closes, and says whether both worked. Leaves FD_NONE behind in any case. */
bool fd_commit(int *fd, struct error *err) MUST_CHECK;

/* Waits until `fd` can be read (or has ended), at most `milliseconds` (-1: for ever). False: not
 * within that time. */
bool fd_wait(int fd, int milliseconds);

/* Waits until the other end of the pipe that `fd` writes to is closed, at most `milliseconds`. */
bool fd_wait_hangup(int fd, int milliseconds);

#endif
