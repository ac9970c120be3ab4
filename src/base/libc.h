/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What differs between C libraries. Meson asks for each function by name, never by version: it
 * compiles libc/NAME.c, or libc/NAME_missing.c if the C library lacks the function. libc/types.c
 * has functions with a parameter whose type differs.
 */
#ifndef BASE_LIBC_H
#define BASE_LIBC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

/* Attributes of a file, as statx(2) tells them. Headers before Linux 5.8 lack some of the names. */
enum {
    LIBC_IMMUTABLE = 0x10,
    LIBC_APPEND = 0x20,
    LIBC_MOUNT_ROOT = 0x2000,
};

struct libc_attributes {
    uint64_t known, set; /* bits: which the file system knows, and which of these are set */
};

/* Closes the descriptors from `first` to `last`. False: C library or kernel (before 5.9) cannot. */
bool libc_close_range(int first, int last);

/* getrandom(2), at most 256 bytes. False: see errno; ENOSYS if C library or kernel (before 3.17)
 * lacks it; EAGAIN if it had to wait for entropy and `waits` is false. */
bool libc_getrandom(void *bytes, size_t size, bool waits);

/* Gives heap memory that was freed back to the kernel, if the C library can. */
void libc_malloc_trim(void);

/* statx(2) of an open file. False: C library or kernel (before 4.11) lacks it, or it failed. */
bool libc_statx(int fd, struct libc_attributes *attributes);

/* ioctl(2), setrlimit(2) and getrlimit(2). */
int libc_ioctl(int fd, unsigned long request, void *argument);
int libc_setrlimit(int resource, const struct rlimit *limit);
int libc_getrlimit(int resource, struct rlimit *limit);

#endif
