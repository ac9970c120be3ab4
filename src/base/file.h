/* SPDX-License-Identifier: Apache-2.0 */
/* Small files: read whole up to a limit; replaced by a side file that is synced and renamed. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/error.h"
#include "base/span.h"

enum { FILE_PATH_SIZE = 1024 };

/* Reads a regular file of at most `limit` bytes. The caller owns `data` and frees it with
 * memory_free; `size` is the number of bytes. ERROR_INTERNAL: "cannot open PATH: ..." or "PATH:
 * ...". */
bool file_read(const char *path, size_t limit, unsigned char **data, size_t *size,
               struct error *err) MUST_CHECK;

/* The same for an open descriptor of any kind, to its end; the text does not name it. */
bool file_read_open(int fd, size_t limit, unsigned char **data, size_t *size,
                    struct error *err) MUST_CHECK;

/*
 * A file that root makes gets the owner of its folder. Otherwise, if all files of a camera belong
 * to the web server's user, that user could not open what root's commands and boot scripts make. If
 * the caller is not root, no owner is changed.
 */
void file_give(int fd, const char *like); /* gives the open file the owner of the path `like` */
void file_folder(const char *path, char folder[FILE_PATH_SIZE]); /* the folder of `path` */
int file_make(const char *path, int flags, unsigned mode);       /* open(2), must be new (O_EXCL) */
int file_open_or_make(const char *path, int flags, unsigned mode); /* file_open_plain, may exist */

/* Opens a regular file that has this name alone, to write it in place. With O_NOFOLLOW in `flags`
 * the owner of the folder cannot lead root to a file elsewhere, not by a hard link either (EMLINK).
 * FD_NONE, errno. */
int file_open_plain(const char *path, int flags);

/* Gives the open file the owner, group and mode of the file at `path`, as far as this user may. If
 * the group cannot be kept, its rights are not kept either. No-op if there is no such file. */
void file_take_after(int fd, const char *path);

/* Replaces the contents of `path` atomically: writes `PATH.new`, syncs it, renames it, syncs the
 * folder. Keeps owner, group and mode of the old file; `mode` is for a new one. */
bool file_replace(const char *path, struct span bytes, unsigned mode, struct error *err) MUST_CHECK;

/* Writes FOLDER/NAME to `path`; fails if it does not fit. */
bool file_path(const char *folder, const char *name, char path[FILE_PATH_SIZE],
               struct error *err) MUST_CHECK;

#endif
