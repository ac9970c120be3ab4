/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files in the work folder that hold a component's bytes: staged ones of one-bank components,
 * retired single images, copies of what an update will overwrite. Synced, and read back.
 */
#ifndef UPDATE_SPOOL_H
#define UPDATE_SPOOL_H

#include "camera/bank.h"
#include "camera/camera.h"

struct intake;

/* A new file with all that the intake's component has. */
bool spool_bytes(struct store *store, const char *path, struct intake *intake, uint64_t *size,
                 struct digest *digest, struct error *err) MUST_CHECK;

/* Whether the file holds just these bytes. */
bool spool_check(struct store *store, const char *path, const struct journal_content *content,
                 struct error *err) MUST_CHECK;

/* A new file with the bank's first `size` bytes, whose digest must be `expected`; else none. */
bool spool_bank(struct store *store, const char *path, struct flash *flash, uint64_t size,
                const struct digest *expected, struct error *err) MUST_CHECK;

/* Makes sure that a bank has room for `size` bytes: asked before the record that announces them. */
bool spool_reserve_bank(const struct camera *camera, const char *bank, uint64_t size,
                        struct error *err) MUST_CHECK;

/* How a bank is written, and what it came to. */
struct spool_writing {
    const char *bank;        /* as the configuration has it */
    bool skip_same;          /* bank_begin's */
    uint64_t written, total; /* blocks */
};

/* The whole file into a bank, by blocks or as its device wants it; fails where its size or digest
 * is not the content's, before or after. A device that cannot be read is believed. */
bool spool_write_bank(const struct camera *camera, const char *path,
                      const struct journal_content *content, struct spool_writing *writing,
                      struct error *err) MUST_CHECK;

/* Where the record's update puts the bytes of a component that it does not write at once. */
bool spool_staged_path(const struct camera *camera, const struct journal_record *record,
                       enum component which, char path[FILE_PATH_SIZE],
                       struct error *err) MUST_CHECK;

/* Whether there is a whole copy of what a bank holds or held. */
bool spool_check_copy(const struct camera *camera, enum component which,
                      const struct journal_content *content, struct error *err) MUST_CHECK;

/* ERROR_ROOM: "work folder: needs N bytes, has M" */
bool spool_has_room(const struct camera *camera, uint64_t bytes, struct error *err) MUST_CHECK;

/* Removes every `staged-`, `single-` and `old-` file that the record does not name. Failures are
 * logged: they cost room, nothing else. */
void spool_clean(const struct camera *camera, const struct journal_record *record);

#endif
