/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The run folder, which is in RAM and may vanish at any time: the lock of the current update, and
 * its progress for other processes.
 */
#ifndef CAMERA_RUN_FOLDER_H
#define CAMERA_RUN_FOLDER_H

#include "base/error.h"
#include "base/span.h"

#include <stdint.h>

/* Makes the folder (mode 0700) if it is missing. Its parent must exist. */
bool run_folder_make(const char *run, struct error *err) MUST_CHECK;

/* Makes the folder and takes the lock (flock on `lock` in it). The lock lasts while any process
 * holds the descriptor. ERROR_BUSY: "update in progress". Removes the
 * progress that a killed holder left. */
bool run_folder_lock(const char *run, int *lock, struct error *err) MUST_CHECK;

/* Whether a process holds the lock. */
bool run_folder_is_locked(const char *run);

/* Reads one of its files, of at most `limit` bytes; the caller frees `data` with memory_free. False
 * also for a link, a FIFO, or a file with a second name: the owner of the folder may have made it.
 */
bool run_folder_read(const char *run, const char *name, size_t limit, unsigned char **data,
                     size_t *size) MUST_CHECK;

/* Replaces one of its files by a new one, which only its owner can read. */
bool run_folder_write(const char *run, const char *name, struct span bytes,
                      struct error *err) MUST_CHECK;

enum run_folder_stage {
    RUN_FOLDER_RECEIVING,
    RUN_FOLDER_CHECKING,
    RUN_FOLDER_WRITING,
    RUN_FOLDER_RESTARTING
};

struct run_folder_progress {
    enum run_folder_stage stage;
    unsigned percent;
    uint64_t blocks_written, blocks_total;
};

/* Replaces the progress. A failure is ignored: it must not stop an update. */
void run_folder_write_progress(const char *run, const struct run_folder_progress *progress);

/* False: no progress, or an unreadable file. */
bool run_folder_read_progress(const char *run, struct run_folder_progress *progress);

/* Removes the progress: the update has ended. */
void run_folder_clear_progress(const char *run);

/* Notes lie in RAM, so they end with the boot. */
enum run_folder_note {
    RUN_FOLDER_INCOMPLETE, /* `recover` could not complete an update or a rollback at this boot */
    RUN_FOLDER_COMMITTED,  /* an update was committed in this boot */
};

/* Makes or removes the note. A failure is not reported. */
void run_folder_set_note(const char *run, enum run_folder_note note, bool is_set);
bool run_folder_has_note(const char *run, enum run_folder_note note);

#endif
