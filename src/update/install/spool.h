/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files in the work folder that hold a component's bytes: staged files of one-bank components,
 * single images, copies of what an update overwrites. Each is synced and read back.
 */
#ifndef UPDATE_INSTALL_SPOOL_H
#define UPDATE_INSTALL_SPOOL_H

#include "camera/camera.h"

/* The source of a file's bytes: the upload, or a bank. */
struct spool_input {
    /* Fills `data` with what is there, at most `capacity` bytes; `got` 0: the end. */
    bool (*read)(struct spool_input *input, void *data, size_t capacity, size_t *got,
                 struct error *err);
};

/* Makes a new file with all bytes of the input. */
bool spool_bytes(struct store *store, const char *path, struct spool_input *input, uint64_t *size,
                 struct digest *digest, struct error *err) MUST_CHECK;

/* Fails unless the file has the content's size and digest. */
bool spool_check(struct store *store, const char *path, const struct journal_content *content,
                 struct error *err) MUST_CHECK;

/* Fails unless the work folder has a whole copy of this content. */
bool spool_check_copy(const struct camera *camera, enum component which,
                      const struct journal_content *content, struct error *err) MUST_CHECK;

#endif
