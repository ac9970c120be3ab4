/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup rollout stop` and `retry`: what a person changes of a rollout that was planned. */
#include "ispup/rollout/verbs.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/memory.h"
#include "base/option.h"
#include "ispup/fleet/folder.h"
#include "ispup/rollout/ledger.h"
#include "ispup/rollout/progress.h"
#include "ispup/rollout/store_row.h"

#include <stdio.h>
#include <string.h>

enum { RETRY_WORDS = 4096 };

static bool stop(struct verb_call *call, struct error *err)
{
    CLEANUP(store_close) struct store store = STORE_NONE;
    struct option options[] = {{.limit = OPTION_VALUES}};

    if (!option_parse(call->count, call->words, options, COUNT_OF(options), err))
        return false;
    if (options[0].count != 1)
        return error_set(err, ERROR_USAGE, "needs the folder of a rollout");
    if (!store_open(&store, options[0].values[0], DATABASE_WRITE, err))
        return false;
    if (store_number(&store, "is-over", 0) != 0) {
        (void)printf("the rollout has ended\n");
        return database_end(&store.database, err);
    }
    if (!database_begin(&store.database, err))
        return false;
    if (!store_set_number(&store, "stop", 1, err) ||
        !store_event(&store, NULL, ledger_word(LEDGER_ASKED_STOP), "{}", err) ||
        !database_commit(&store.database, err))
        return false;
    (void)printf("no new upload begins; the next run goes on\n");
    return true;
}

const struct verb rollout_stop = {
    .name = "stop",
    .arguments = "DIR",
    .summary = "no new upload; those under way end, and the run with them",
    .help = "Exit status: 0 the run was told, 1 not possible, 64 a mistake in the command line.\n",
    .run = stop,
};

enum { WORDS, NOT_DONE, UNKNOWN, OPTION_COUNT };

struct wish {
    bool not_done, unknown;
    const char *const *words; /* cameras; `count` of them */
    size_t count;
};

static bool is_named(const struct wish *wish, const struct rollout_camera *camera)
{
    for (size_t i = 0; i < wish->count; i++)
        if (strcmp(wish->words[i], camera->word) == 0)
            return true;
    return false;
}

static bool is_wanted(const struct wish *wish, const struct rollout_camera *camera)
{
    if (camera->state != ROLLOUT_ENDED)
        return false;
    if (wish->count > 0 && !is_named(wish, camera))
        return false;
    if (camera->outcome.verdict == VERDICT_NOT_DONE)
        return wish->not_done || !wish->unknown;
    return camera->outcome.verdict == VERDICT_UNKNOWN && (wish->unknown || !wish->not_done);
}

/* A camera that is not in the rollout would be forgotten without a word. */
static bool check_words(const struct wish *wish, const struct rollout *rollout, struct error *err)
{
    for (size_t i = 0; i < wish->count; i++) {
        size_t at = 0;

        while (at < rollout->count && strcmp(rollout->cameras[at].word, wish->words[i]) != 0)
            at++;
        if (at == rollout->count)
            return error_set(err, ERROR_USAGE, "%s is not in this rollout", wish->words[i]);
    }
    return true;
}

static bool reopen(struct store *store, struct rollout *rollout,
                   const struct ledger_cameras *retried, struct error *err)
{
    rollout->is_over = false;
    rollout->is_stopped = false;
    if (rollout->begun_at != 0) /* the deadline of those that begin again */
        rollout->begun_at = clock_unix_seconds();
    return ledger_retried(store, rollout, retried, err);
}

static bool retry_all(struct store *store, struct rollout *rollout, const struct wish *wish,
                      struct error *err)
{
    CLEANUP(ledger_cameras_close) struct ledger_cameras retried = {.count = 0};

    if (!ledger_cameras_open(&retried, rollout, err))
        return false;
    for (size_t i = 0; i < rollout->count; i++) {
        struct rollout_camera *camera = &rollout->cameras[i];

        if (!is_wanted(wish, camera))
            continue;
        progress_retry(camera);
        retried.list[retried.count++] = camera;
    }
    if (retried.count > 0 && !reopen(store, rollout, &retried, err))
        return false;
    (void)printf("%zu camera%s begin%s again with the next run\n", retried.count,
                 retried.count == 1 ? "" : "s", retried.count == 1 ? "s" : "");
    return !rollout->is_over || database_end(&store->database, err);
}

static bool lock_folder(const char *folder, struct folder_lock *lock, struct error *err)
{
    enum folder_holder holder;

    if (!folder_check(folder, err) || !folder_lock(folder, lock, &holder, err))
        return false;
    if (holder == FOLDER_UPLOADS)
        return error_set(err, ERROR_INTERNAL,
                         "uploads of a run that was killed go on in %s: wait for their end, or let "
                         "ispup rollout run %s do it",
                         folder, folder);
    return holder == FOLDER_FREE ||
           error_set(err, ERROR_INTERNAL, "a run is under way in %s: ispup rollout stop %s first",
                     folder, folder);
}

static bool retry(struct verb_call *call, struct error *err)
{
    CLEANUP(store_close) struct store store = STORE_NONE;
    CLEANUP(rollout_close) struct rollout rollout = {.count = 0};
    const char *words[RETRY_WORDS];
    struct option options[OPTION_COUNT] = {
        [WORDS] = {.limit = RETRY_WORDS, .list = words},
        [NOT_DONE] = {.name = "not-done", .is_flag = true},
        [UNKNOWN] = {.name = "unknown", .is_flag = true},
    };
    CLEANUP(folder_unlock) struct folder_lock lock = {FD_NONE};
    struct wish wish;

    if (!option_parse(call->count, call->words, options, OPTION_COUNT, err))
        return false;
    if (options[WORDS].count == 0)
        return error_set(err, ERROR_USAGE, "needs the folder of a rollout");
    wish = (struct wish){.not_done = options[NOT_DONE].count > 0,
                         .unknown = options[UNKNOWN].count > 0,
                         .words = words + 1,
                         .count = options[WORDS].count - 1};
    return lock_folder(words[0], &lock, err) && store_open(&store, words[0], DATABASE_WRITE, err) &&
           store_row_load(&store, &rollout, err) && check_words(&wish, &rollout, err) &&
           retry_all(&store, &rollout, &wish, err);
}

const struct verb rollout_retry = {
    .name = "retry",
    .arguments = "DIR [--not-done] [--unknown] [CAMERA...]",
    .summary = "begin cameras again that are not done or unknown",
    .help = "  --not-done  only those that are not done\n"
            "  --unknown   only those that are unknown: the image is sent once more\n"
            "Without either: both. With cameras, as the list has them: only these.\n"
            "Exit status: 0 done, 1 not possible, 64 a mistake in the command line.\n",
    .run = retry,
};
