/* SPDX-License-Identifier: Apache-2.0 */
/* Small files, whole: read with a limit; replaced by a side file that is synced and renamed. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/error.h"
#include "base/span.h"

enum { FILE_PATH_SIZE = 1024 };

/* Reads all of a regular file of at most `limit` bytes into memory that the caller owns and frees
 * (memory_free); `size` is its size. Fails with ERROR_INTERNAL and "cannot open PATH: ...". */
bool file_read(const char *path, size_t limit, unsigned char **data, size_t *size,
               struct error *err) MUST_CHECK;

/*
 * What root makes in the folder of another user is that user's: a camera whose files are all a web
 * server's stays so when root's commands and boot scripts have run. For everybody else these change
 * no owner.
 */
void file_give(int fd, const char *like); /* the file that was just made, to the owner of `like` */
void file_folder(const char *path, char folder[FILE_PATH_SIZE]);   /* where `path` lies */
int file_make(const char *path, int flags, unsigned mode);         /* open(2) with O_EXCL */
int file_open_or_make(const char *path, int flags, unsigned mode); /* and without */

/* Puts `bytes` in the place of the file: side file `PATH.new`, synced, renamed, folder synced.
 * Keeps the owner of the one that was there. */
bool file_replace(const char *path, struct span bytes, unsigned mode, struct error *err) MUST_CHECK;

/* FOLDER/NAME into `path`; fails where it does not fit. */
bool file_path(const char *folder, const char *name, char path[FILE_PATH_SIZE],
               struct error *err) MUST_CHECK;

#endif
