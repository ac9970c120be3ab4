/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The run folder: in RAM, may vanish at any time. The lock of the one update under way, and its
 * progress for whoever asks.
 */
#ifndef CAMERA_RUN_H
#define CAMERA_RUN_H

#include "base/error.h"

#include <stdint.h>

/* Makes the folder (mode 0700) where it is not there; its own folder must be there. */
bool run_make(const char *run, struct error *err) MUST_CHECK;

/* Makes the folder. Takes the lock (flock on `lock` in it), which lives as long as any process
 * holds `lock` open. ERROR_BUSY, "update in progress". */
bool run_lock(const char *run, int *lock, struct error *err) MUST_CHECK;

/* Whether somebody holds it now. */
bool run_is_locked(const char *run);

enum run_stage { RUN_RECEIVING, RUN_CHECKING, RUN_WRITING, RUN_RESTARTING };

struct run_progress {
    enum run_stage stage;
    unsigned percent;
    uint64_t blocks_written, blocks_total;
};

/* Replaces the progress; a failure does not matter to an update and is not told. */
void run_tell(const char *run, const struct run_progress *progress);

/* False where there is none, or what is there is not ours to read. */
bool run_ask(const char *run, struct run_progress *progress);

/* No update is under way any more. */
void run_forget(const char *run);

#endif
