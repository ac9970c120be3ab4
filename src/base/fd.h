/* SPDX-License-Identifier: Apache-2.0 */
/* File descriptors: complete reads and writes, waiting, and closing on every path. */
#ifndef BASE_FD_H
#define BASE_FD_H

#include "base/error.h"
#include "base/span.h"

#include <stdint.h>

enum { FD_NONE = -1 };

/* For CLEANUP. Accepts FD_NONE, and sets `*fd` to FD_NONE. */
void fd_close(int *fd);

/* Gives the descriptor to the caller, who then owns it, and sets `*fd` to FD_NONE. */
int fd_take(int *fd);

/* Closes every open descriptor from `first` to `last`, both included. Works on any kernel and
 * without /proc. */
void fd_close_between(int first, int last);

/* Closes every descriptor above standard error, except those in `kept`. */
void fd_close_all_but(const int *kept, size_t count);

/* Opens /dev/null as each of descriptors 0 to 2 that is closed: a file that is opened later must
 * not become one of them. Every main calls it first. A standard output that was closed stays
 * without a reader: writing to it fails. */
void fd_fill_standard(void);

/* Opens /dev/null for reading and writing; FD_NONE if it cannot be opened. Stays open across exec.
 */
int fd_open_null(void);

/* Reads until there are `capacity` bytes or the input ends. `got` is the number of bytes read. */
bool fd_read(int fd, void *data, size_t capacity, size_t *got, struct error *err) MUST_CHECK;

/* One read: waits for the first byte, then takes what is available. `got` is 0 at the end. */
bool fd_read_some(int fd, void *data, size_t capacity, size_t *got, struct error *err) MUST_CHECK;

/* The same as fd_read from position `at`; does not move the file's offset. */
bool fd_read_at(int fd, uint64_t at, void *data, size_t capacity, size_t *got,
                struct error *err) MUST_CHECK;

/* Writes all bytes. Fails with EPIPE in errno if the reader has closed; the program must ignore
 * SIGPIPE. fd_write_at writes at position `at` and does not move the file's offset. */
bool fd_write(int fd, struct span bytes, struct error *err) MUST_CHECK;
bool fd_write_at(int fd, uint64_t at, struct span bytes, struct error *err) MUST_CHECK;

/* Syncs and closes; fails if one of them fails. Always closes and sets `*fd` to FD_NONE. */
bool fd_commit(int *fd, struct error *err) MUST_CHECK;

/* Waits until `fd` can be read or has ended, at most `milliseconds` (-1: no limit). False if the
 * time ran out. */
bool fd_wait(int fd, int milliseconds);

/* Waits until the reading end of the pipe that `fd` writes to is closed, at most `milliseconds`.
 * False if the time ran out. */
bool fd_wait_hangup(int fd, int milliseconds);

#endif
