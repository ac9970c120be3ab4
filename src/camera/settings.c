/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/settings.h"

#include "camera/tree.h"

#include <stdio.h>
#include <string.h>

enum { COMMAND_SECONDS = 120, PLACE_SIZE = FILE_PATH_SIZE };

/*
 * There are four names beside SAVED. An update uses .new and .old, SAVE uses .save and .was, so
 * that a SAVE during a trial keeps the settings that a rollback of the trial restores.
 *
 * Every rename is synced before the next one. Every function begins with `settle`: after it, SAVED
 * is missing only if it never existed. That leaves these states of an update:
 *
 *   .new  .old   state                                    activate         restore
 *   yes   no     prepared                                 continues        removes .new
 *   yes   yes    prepared; .old belongs to the previous   removes .old,    removes .old, then .new
 *                update, confirmed just before the cut    continues
 *   no    yes    made current                             nothing to do    brings .old back
 *   no    no     made current; there was none before      nothing to do    nothing to do
 *
 * If .new, .old and SAVED all exist, .old is obsolete: this update has not moved SAVED aside yet,
 * so SAVED itself holds the settings to go back to. Remove .old before .new: otherwise a second try
 * of `restore` would bring .old back.
 */
struct places {
    const struct settings *settings;
    const char *saved;
    char folder[PLACE_SIZE];
    char new[PLACE_SIZE], old[PLACE_SIZE], save[PLACE_SIZE], was[PLACE_SIZE];
};

const char *const settings_endings[SETTINGS_SIDE_COUNT] = {
    [SETTINGS_NEW] = ".new",
    [SETTINGS_OLD] = ".old",
    [SETTINGS_SAVE] = ".save",
    [SETTINGS_WAS] = ".was",
};

bool settings_are_ours(const struct settings *settings)
{
    return settings->live[0] != '\0' && settings->saved[0] != '\0';
}

static bool failed(struct error *err)
{
    err->kind = ERROR_SETTINGS;
    return error_prefix(err, "settings");
}

static bool beside(const char *saved, enum settings_side side, char place[PLACE_SIZE])
{
    int size = snprintf(place, PLACE_SIZE, "%s%s", saved, settings_endings[side]);

    return size > 0 && size < PLACE_SIZE;
}

static bool find_places(const struct settings *settings, struct places *places, struct error *err)
{
    const char *saved = settings->saved;
    const char *slash = strrchr(saved, '/');

    places->settings = settings;
    places->saved = saved;
    if (slash == NULL || slash[1] == '\0' || !beside(saved, SETTINGS_NEW, places->new) ||
        !beside(saved, SETTINGS_OLD, places->old) || !beside(saved, SETTINGS_SAVE, places->save) ||
        !beside(saved, SETTINGS_WAS, places->was))
        return error_set(err, ERROR_SETTINGS, "%s: is no usable path for settings", saved);
    (void)snprintf(places->folder, sizeof(places->folder), "%.*s",
                   slash == saved ? 1 : (int)(slash - saved), saved);
    return true;
}

static bool kind_at(const struct places *places, const char *path, enum store_kind *kind,
                    struct error *err)
{
    struct store *store = places->settings->store;
    struct store_entry entry;

    if (!store->operations->look(store, path, &entry, err))
        return false;
    *kind = entry.kind;
    return true;
}

static bool is_there(const struct places *places, const char *path, bool *there, struct error *err)
{
    enum store_kind kind;

    if (!kind_at(places, path, &kind, err))
        return false;
    *there = kind != STORE_NOTHING;
    return true;
}

static bool sync_names(const struct places *places, struct error *err)
{
    struct store *store = places->settings->store;

    return store->operations->sync(store, places->folder, err);
}

static bool move(const struct places *places, const char *from, const char *to, struct error *err)
{
    struct store *store = places->settings->store;

    return store->operations->rename(store, from, to, err) && sync_names(places, err);
}

/* Writes nothing if the path does not exist. */
static bool drop(const struct places *places, const char *path, struct error *err)
{
    struct store *store = places->settings->store;
    bool there;

    if (!is_there(places, path, &there, err))
        return false;
    return !there || (store->operations->remove(store, path, err) && sync_names(places, err));
}

/* Restores SAVED after a power cut that left it renamed. If .was exists, a SAVE was interrupted,
 * and the copy in .save is complete if it exists: SAVED is renamed to .was only after the copy.
 * Otherwise an update was interrupted, and .old is the former SAVED. */
static bool bring_back(const struct places *places, struct error *err)
{
    bool was, save, old;

    if (!is_there(places, places->was, &was, err) || !is_there(places, places->save, &save, err) ||
        !is_there(places, places->old, &old, err))
        return false;
    if (was)
        return move(places, save ? places->save : places->was, places->saved, err);
    return !old || move(places, places->old, places->saved, err);
}

/* Completes a SAVE or an update's renames after a power cut. */
static bool settle(const struct places *places, struct error *err)
{
    bool saved;

    if (!is_there(places, places->saved, &saved, err) || (!saved && !bring_back(places, err)))
        return false;
    return drop(places, places->save, err) && drop(places, places->was, err);
}

static bool begin(const struct settings *settings, struct places *places, struct error *err)
{
    return find_places(settings, places, err) && settle(places, err);
}

/* Nothing that may be moved or removed has a mount or an immutable file in it. */
static bool check_saved(const struct places *places, bool *is_sure, struct error *err)
{
    const char *const all[] = {places->saved, places->new, places->old, places->save, places->was};
    struct store *store = places->settings->store;

    if (!store->operations->can_rename(store, places->saved, is_sure, err))
        return false;
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (!tree_check_removable(store, all[i], err))
            return false;
    return true;
}

/* Found before anything depends on it, for example on overlayfs (a folder of its lower layer). */
static bool try_rename(const struct places *places, struct error *err)
{
    bool saved;

    if (!settle(places, err) || !is_there(places, places->saved, &saved, err))
        return false;
    return !saved || (move(places, places->saved, places->was, err) &&
                      move(places, places->was, places->saved, err));
}

static bool is_no_link(const struct places *places, const char *path, struct error *err)
{
    enum store_kind kind;

    if (!kind_at(places, path, &kind, err))
        return false;
    return kind != STORE_LINK ||
           error_set(err, ERROR_SETTINGS, "%s: is a link, name the file or folder itself", path);
}

/* Makes a complete, synced copy of the live settings at `place`. */
static bool copy_live(const struct places *places, const char *place, struct error *err)
{
    struct store *store = places->settings->store;
    const char *live = places->settings->live;

    return drop(places, place, err) && tree_copy(store, live, place, err) &&
           sync_names(places, err);
}

static bool run_command(const struct process_command *command, struct error *err)
{
    struct process_outcome outcome;

    if (!process_run(command, NULL, -1, COMMAND_SECONDS, &outcome, err))
        return false;
    if (outcome.status != 0)
        return error_set(err, ERROR_SETTINGS, "%s ended with status %d: %s", command->arguments[0],
                         outcome.status, outcome.last_line);
    return true;
}

static bool has_command(const struct settings *settings)
{
    return settings->save_command != NULL && settings->save_command->count > 0;
}

bool settings_recover(const struct settings *settings, struct error *err)
{
    struct places places;

    if (!settings_are_ours(settings) || begin(settings, &places, err))
        return true;
    return failed(err);
}

static bool look(const struct places *places, bool *is_sure, struct error *err)
{
    const struct settings *settings = places->settings;

    return is_no_link(places, settings->live, err) && is_no_link(places, places->saved, err) &&
           check_saved(places, is_sure, err) && tree_check(settings->store, settings->live, err);
}

bool settings_look(const struct settings *settings, bool *is_sure, struct error *err)
{
    struct places places;

    *is_sure = true;
    if (!settings_are_ours(settings))
        return true;
    return (find_places(settings, &places, err) && look(&places, is_sure, err)) || failed(err);
}

bool settings_check(const struct settings *settings, struct error *err)
{
    struct places places;
    bool is_sure;

    if (!settings_look(settings, &is_sure, err))
        return false;
    return is_sure || (find_places(settings, &places, err) && try_rename(&places, err)) ||
           failed(err);
}

bool settings_prepare(const struct settings *settings, struct digest *digest, struct error *err)
{
    struct digest made = {{0}};
    struct places places;

    if (settings_are_ours(settings)) {
        if (!settings_check(settings, err))
            return false;
        if (!begin(settings, &places, err) || !copy_live(&places, places.new, err) ||
            !tree_digest(settings->store, places.new, &made, err))
            return failed(err);
    } else if (has_command(settings) && !run_command(settings->save_command, err)) {
        return failed(err);
    }
    *digest = made;
    return true;
}

static bool is_prepared(const struct places *places, const struct digest *digest, struct error *err)
{
    struct digest found;

    if (!tree_digest(places->settings->store, places->new, &found, err))
        return false;
    if (!digest_same(&found, digest))
        return error_set(err, ERROR_SETTINGS, "%s: differs from what was prepared", places->new);
    return true;
}

static bool activate(const struct places *places, const struct digest *digest, struct error *err)
{
    bool new, saved;

    if (!is_there(places, places->new, &new, err) || !is_there(places, places->saved, &saved, err))
        return false;
    if (!new && !saved)
        return error_set(err, ERROR_SETTINGS, "%s: missing, and nothing is prepared",
                         places->saved);
    /* The process that renamed it may have ended before the sync. */
    if (!new)
        return sync_names(places, err);
    if (!is_prepared(places, digest, err))
        return false;
    if (saved &&
        (!drop(places, places->old, err) || !move(places, places->saved, places->old, err)))
        return false;
    return move(places, places->new, places->saved, err);
}

bool settings_activate(const struct settings *settings, const struct digest *digest,
                       struct error *err)
{
    struct places places;

    if (!settings_are_ours(settings))
        return true;
    return (begin(settings, &places, err) && activate(&places, digest, err)) || failed(err);
}

static bool restore(const struct places *places, struct error *err)
{
    bool new, old;

    if (!is_there(places, places->new, &new, err) || !is_there(places, places->old, &old, err))
        return false;
    if (!new && !old)
        return sync_names(places, err);
    if (!new && (!move(places, places->saved, places->new, err) ||
                 !move(places, places->old, places->saved, err)))
        return false;
    return drop(places, places->old, err) && drop(places, places->new, err);
}

bool settings_restore(const struct settings *settings, struct error *err)
{
    struct places places;

    if (!settings_are_ours(settings))
        return true;
    return (begin(settings, &places, err) && restore(&places, err)) || failed(err);
}

bool settings_forget_prepared(const struct settings *settings, struct error *err)
{
    struct places places;

    if (!settings_are_ours(settings))
        return true;
    return (begin(settings, &places, err) && drop(&places, places.new, err)) || failed(err);
}

bool settings_forget_old(const struct settings *settings, struct error *err)
{
    struct places places;

    if (!settings_are_ours(settings))
        return true;
    return (begin(settings, &places, err) && drop(&places, places.old, err)) || failed(err);
}

bool settings_has_old(const struct settings *settings, bool *has, struct error *err)
{
    struct places places;

    *has = false;
    if (!settings_are_ours(settings))
        return true;
    return (begin(settings, &places, err) && is_there(&places, places.old, has, err)) ||
           failed(err);
}

static bool save(const struct places *places, struct error *err)
{
    enum store_kind saved, made;

    if (!copy_live(places, places->save, err) || !kind_at(places, places->saved, &saved, err) ||
        !kind_at(places, places->save, &made, err))
        return false;
    /* A rename can replace a file, but not a folder: a folder is first renamed to .was. */
    if ((saved == STORE_FOLDER || made == STORE_FOLDER) && saved != STORE_NOTHING &&
        !move(places, places->saved, places->was, err))
        return false;
    return move(places, places->save, places->saved, err) && drop(places, places->was, err);
}

/* Removes a partial copy at once: on a full flash it must not stay until the next boot. */
static bool save_or_leave(const struct places *places, struct error *err)
{
    struct error ignored = ERROR_EMPTY;

    if (save(places, err))
        return true;
    (void)!settle(places, &ignored);
    return false;
}

bool settings_save(const struct settings *settings, struct error *err)
{
    struct places places;
    bool is_sure; /* ignored: if a rename below fails, SAVED stays */

    if (!settings_are_ours(settings))
        return !has_command(settings) || run_command(settings->save_command, err) || failed(err);
    return (find_places(settings, &places, err) && look(&places, &is_sure, err) &&
            settle(&places, err) && save_or_leave(&places, err)) ||
           failed(err);
}
