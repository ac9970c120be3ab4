/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The camera's settings, a file or a folder: `live` in RAM, `saved` in flash for the next boot.
 * They are saved in a transaction: a copy is prepared beside the saved ones, then made current by
 * two renames. After a power cut the renames can be repeated from any state (docs/flash.md,
 * "Settings").
 */
#ifndef CAMERA_SETTINGS_H
#define CAMERA_SETTINGS_H

#include "base/file.h"
#include "base/process.h"
#include "camera/store.h"
#include "image/digest.h"

struct settings {
    struct store *store;                        /* borrowed */
    const char *live, *saved;                   /* borrowed; empty: not configured */
    const struct process_command *save_command; /* borrowed; count 0: none */
};

/* The files and folders beside SAVED with these endings are ours: they may be replaced and removed.
 */
enum settings_side { SETTINGS_NEW, SETTINGS_OLD, SETTINGS_SAVE, SETTINGS_WAS, SETTINGS_SIDE_COUNT };
extern const char *const settings_endings[SETTINGS_SIDE_COUNT];

/* Whether live and saved are configured: then the transaction saves them. */
bool settings_are_ours(const struct settings *settings);

/* Completes a SAVE or an update's renames after a power cut, so that SAVED exists if it ever did.
 * Called at every boot before anything reads the saved settings; writes nothing if nothing was
 * interrupted. All other functions here begin with it. */
bool settings_recover(const struct settings *settings, struct error *err) MUST_CHECK;

/* Finds what would refuse a SAVE or an update: SAVED that cannot be renamed, a mount inside live or
 * the saved settings, an entry of live that cannot be copied. Writes nothing. `is_sure` is false if
 * only a rename of SAVED tells whether it can be renamed. */
bool settings_look(const struct settings *settings, bool *is_sure, struct error *err) MUST_CHECK;

/* The same, and if it is not sure renames SAVED to SAVED.was and back (settings_recover completes
 * that after a power cut). For an update, before the first byte of flash. */
bool settings_check(const struct settings *settings, struct error *err) MUST_CHECK;

/* Copies live to SAVED.new, synced, and digests it (names, kinds, modes, bytes). SAVED.old does not
 * change. With save_command runs that instead; with neither does nothing. In both cases `digest` is
 * all zero. ERROR_SETTINGS. */
bool settings_prepare(const struct settings *settings, struct digest *digest,
                      struct error *err) MUST_CHECK;

/* Makes the prepared settings current if they have this digest: SAVED to SAVED.old, SAVED.new to
 * SAVED. May be repeated after a power cut at any point. A missing SAVED.new means that this is
 * already done. SAVED is not compared then: a SAVE during the trial may have changed it. */
bool settings_activate(const struct settings *settings, const struct digest *digest,
                       struct error *err) MUST_CHECK;

/* Restores the settings that were saved before the update: SAVED.old if it exists, or SAVED itself
 * if settings_activate had not begun. May be repeated after a power cut at any point. No other file
 * remains beside SAVED. */
bool settings_restore(const struct settings *settings, struct error *err) MUST_CHECK;

/* Removes SAVED.new, after a refused update. */
bool settings_forget_prepared(const struct settings *settings, struct error *err) MUST_CHECK;

/* Whether SAVED.old exists: the settings from before the last update. */
bool settings_has_old(const struct settings *settings, bool *has, struct error *err) MUST_CHECK;

/* Removes SAVED.old, when there is no image left that it belongs to. */
bool settings_forget_old(const struct settings *settings, struct error *err) MUST_CHECK;

/* SAVE: replaces the saved settings with the live ones. SAVED.new and SAVED.old do not change, so a
 * SAVE is allowed during a trial. */
bool settings_save(const struct settings *settings, struct error *err) MUST_CHECK;

#endif
