/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The camera's settings: live in RAM, saved where they must be after a reboot; a file or a folder.
 * Saved as a transaction: prepared beside the saved ones, then made current by two renames that can
 * be repeated from whatever power loss left (docs/flash.md, "Settings").
 */
#ifndef CAMERA_SETTINGS_H
#define CAMERA_SETTINGS_H

#include "camera/configuration.h"
#include "camera/store.h"
#include "image/digest.h"

struct settings {
    struct store *store;                        /* borrowed */
    const char *live, *saved;                   /* borrowed; empty: nothing to save here */
    const struct process_command *save_command; /* borrowed; count 0: none */
};

/* What lies beside SAVED under these endings is ours: it comes and goes with all that is in it. */
enum settings_side { SETTINGS_NEW, SETTINGS_OLD, SETTINGS_SAVE, SETTINGS_WAS, SETTINGS_SIDE_COUNT };
extern const char *const settings_endings[SETTINGS_SIDE_COUNT];

struct settings settings_of(const struct configuration *configuration, struct store *store);

/* Whether live and saved are configured, so that the transaction has something to do. */
bool settings_are_ours(const struct settings *settings);

/* Ends what a cut has left of a SAVE, or of an update's renames, so that SAVED is there wherever
 * there ever was one. Writes nothing where nothing was cut: for every boot, before anything reads
 * the saved settings. All the others begin with it. */
bool settings_recover(const struct settings *settings, struct error *err) MUST_CHECK;

/* Copies live to SAVED.new, synced, and digests it (names, kinds, modes, bytes). SAVED.old is left
 * as it is. With save_command runs that instead; with neither does nothing; `digest` is then all
 * zero. ERROR_SETTINGS. */
bool settings_prepare(const struct settings *settings, struct digest *digest,
                      struct error *err) MUST_CHECK;

/* Makes the prepared ones current, if they have this digest: SAVED to SAVED.old, SAVED.new to
 * SAVED. May be repeated after a cut anywhere in it. Without SAVED.new it is done already, whatever
 * SAVED holds: a SAVE on trial may have changed it since. */
bool settings_activate(const struct settings *settings, const struct digest *digest,
                       struct error *err) MUST_CHECK;

/* Back to what was saved before the update: SAVED.old, where there is one; or SAVED itself, where
 * activate had not begun. May be repeated after a cut anywhere in it. Nothing is left beside
 * SAVED. */
bool settings_restore(const struct settings *settings, struct error *err) MUST_CHECK;

/* Removes SAVED.new: an update that was refused. */
bool settings_forget_prepared(const struct settings *settings, struct error *err) MUST_CHECK;

/* Whether the settings from before the last update are still there: SAVED.old. */
bool settings_has_old(const struct settings *settings, bool *has, struct error *err) MUST_CHECK;

/* Removes SAVED.old: there is no image left that it belongs to. */
bool settings_forget_old(const struct settings *settings, struct error *err) MUST_CHECK;

/* SAVE: the live settings in the place of the saved ones. SAVED.new and SAVED.old are not touched,
 * so that it may be done while an image is on trial. */
bool settings_save(const struct settings *settings, struct error *err) MUST_CHECK;

#endif
