/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/settings.h"

#include "camera/tree.h"

#include <stdio.h>
#include <string.h>

enum { COMMAND_SECONDS = 120, PLACE_SIZE = FILE_PATH_SIZE };

/*
 * Four names beside SAVED: .new and .old are an update's, .save and .was those of SAVE, so that a
 * SAVE during a trial leaves the settings that the trial may go back to as they are.
 *
 * Every rename is synced before the next one, and every function begins with `settle`, after which
 * SAVED is missing only where there never was one. That leaves these states of an update:
 *
 *   .new  .old   what has happened                        activate         restore
 *   yes   no     prepared                                 goes on          removes .new
 *   yes   yes    prepared; .old is of an update before,   removes .old,    removes .old, then .new
 *                confirmed just as the power went         goes on
 *   no    yes    made current                             nothing to do    brings .old back
 *   no    no     made current, with none before           nothing to do    nothing to do
 *
 * An .old beside .new and SAVED is never needed any more: SAVED was not moved aside for this
 * update yet, so it is itself what a way back would lead to. It is removed before .new is, or a
 * second try would take it for the one to bring back.
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

struct settings settings_of(const struct configuration *configuration, struct store *store)
{
    return (struct settings){.store = store,
                             .live = configuration->live,
                             .saved = configuration->saved,
                             .save_command = &configuration->save_command};
}

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
        return error_set(err, ERROR_SETTINGS, "%s: no place for settings", saved);
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

/* Writes nothing where there is nothing. */
static bool drop(const struct places *places, const char *path, struct error *err)
{
    struct store *store = places->settings->store;
    bool there;

    if (!is_there(places, path, &there, err))
        return false;
    return !there || (store->operations->remove(store, path, err) && sync_names(places, err));
}

/* Brings SAVED back where a cut has left it aside. What was moved aside last is what counts: the
 * copy of a SAVE is whole once SAVED made way for it. */
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

/* Ends what a cut has left of a SAVE, or of the renames of an update. */
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

/* A whole, synced copy of the live settings at `place`. */
static bool copy_live(const struct places *places, const char *place, struct error *err)
{
    struct store *store = places->settings->store;
    const char *live = places->settings->live;
    enum store_kind kind;

    if (!kind_at(places, live, &kind, err))
        return false;
    if (kind == STORE_LINK)
        return error_set(err, ERROR_SETTINGS, "%s: is a link, name the file or folder itself",
                         live);
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

bool settings_prepare(const struct settings *settings, struct digest *digest, struct error *err)
{
    struct digest made = {{0}};
    struct places places;

    if (settings_are_ours(settings)) {
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
        return error_set(err, ERROR_SETTINGS, "%s: is not what was prepared", places->new);
    return true;
}

static bool activate(const struct places *places, const struct digest *digest, struct error *err)
{
    bool new, saved;

    if (!is_there(places, places->new, &new, err) || !is_there(places, places->saved, &saved, err))
        return false;
    if (!new && !saved)
        return error_set(err, ERROR_SETTINGS, "%s: nothing there, nor prepared", places->saved);
    /* Whoever renamed it may have ended before the sync. */
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
    /* One rename where it may take the place of what is there: no instant without SAVED. */
    if ((saved == STORE_FOLDER || made == STORE_FOLDER) && saved != STORE_NOTHING &&
        !move(places, places->saved, places->was, err))
        return false;
    return move(places, places->save, places->saved, err) && drop(places, places->was, err);
}

/* What a failure has left, half a copy on a full flash, goes at once, not at the next boot. */
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

    if (!settings_are_ours(settings))
        return !has_command(settings) || run_command(settings->save_command, err) || failed(err);
    return (begin(settings, &places, err) && save_or_leave(&places, err)) || failed(err);
}
