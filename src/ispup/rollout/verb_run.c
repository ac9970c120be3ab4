/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup rollout run`: the command line. run.c does the work. */
#include "ispup/rollout/verbs.h"

#include "base/fd.h"
#include "base/memory.h"
#include "base/option.h"
#include "base/utf8.h"
#include "ispup/fleet/folder.h"
#include "ispup/rollout/ledger.h"
#include "ispup/rollout/open.h"
#include "ispup/rollout/show.h"
#include "ispup/rollout/store_row.h"
#include "ispup/rollout/summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WORDS, PASSWORD_FD, CACERT, BUDGET, BECAUSE, OPTION_COUNT };
enum { WAIT_MILLISECONDS = 1000, BECAUSE_LIMIT = 1000 };

struct call {
    const char *folder, *budget, *because;
    uint64_t password_fd;
    bool has_password_fd;
    struct folder_lock lock; /* owned */
    struct run run;
};

static void call_close(struct call *call)
{
    struct run *run = &call->run;

    for (size_t i = 0; i < ROLLOUT_IMAGES; i++)
        image_file_close(&run->images[i]);
    hosts_close(&run->hosts);
    rates_close(&run->rates);
    rollout_close(&run->rollout);
    store_close(&run->store);
    outlet_close(&run->outlet);
    folder_unlock(&call->lock);
}

static bool take_options(const struct option *options, struct call *call, struct error *err)
{
    if (options[WORDS].count != 1)
        return error_set(err, ERROR_USAGE, "needs the folder of a rollout");
    call->folder = options[WORDS].values[0];
    call->budget = option_value(&options[BUDGET]);
    call->because = option_value(&options[BECAUSE]);
    call->run.cacert = option_value(&options[CACERT]);
    call->has_password_fd = options[PASSWORD_FD].count > 0;
    if ((call->budget == NULL) != (call->because == NULL))
        return error_set(err, ERROR_USAGE, "--budget and --because belong together");
    if (call->because != NULL &&
        (!utf8_is_one_line(span_text(call->because)) || strlen(call->because) > BECAUSE_LIMIT))
        return error_set(err, ERROR_USAGE, "--because is one line of at most %d bytes",
                         BECAUSE_LIMIT);
    return option_number(&options[PASSWORD_FD], 0, INT16_MAX, &call->password_fd, err);
}

static bool take_lock(struct call *call, enum folder_holder *holder, struct error *err)
{
    if (!folder_check(call->folder, err) || !folder_lock(call->folder, &call->lock, holder, err))
        return false;
    return *holder != FOLDER_RUN ||
           error_set(err, ERROR_INTERNAL, "another run is under way in %s", call->folder);
}

/* A stop from now on is one of this run, also while it waits, or asks for a password. */
static bool open_store(struct call *call, struct error *err)
{
    struct store *store = &call->run.store;

    return store_open(store, call->folder, DATABASE_WRITE, err) &&
           (store_number(store, "stop", 0) == 0 || store_set_number(store, "stop", 0, err));
}

static void wait_for_uploads(struct call *call)
{
    (void)fputs("ispup rollout run: uploads of a run that was killed go on: waiting for their "
                "end\n",
                stderr);
    while (!folder_lock_wait(&call->lock, WAIT_MILLISECONDS) && call->run.end == RUN_GOES_ON)
        if (store_number(&call->run.store, "stop", 0) != 0)
            call->run.end = RUN_ASKED;
}

static bool begin(struct call *call, struct error *err)
{
    enum folder_holder holder;

    if (!take_lock(call, &holder, err) || !open_store(call, err))
        return false;
    if (holder == FOLDER_UPLOADS)
        wait_for_uploads(call);
    return store_row_load(&call->run.store, &call->run.rollout, err);
}

/* A person takes the failures so far, those of the canary wave too. */
static bool raise_budget(struct call *call, struct error *err)
{
    CLEANUP(ledger_cameras_close) struct ledger_cameras taken = {.count = 0};
    struct rollout *rollout = &call->run.rollout;
    char same[32];

    if (!policy_take(&rollout->policy, POLICY_BUDGET, call->budget, err))
        return false;
    (void)snprintf(same, sizeof(same), "%" PRIu64,
                   budget_limit(&rollout->policy.budget, rollout_planned(rollout)));
    if (!policy_take(&rollout->policy, POLICY_BUDGET_SAME, same, err) ||
        !ledger_cameras_open(&taken, rollout, err))
        return false;
    for (size_t i = 0; i < rollout->count; i++) {
        struct rollout_camera *camera = &rollout->cameras[i];

        if (!camera->is_canary || camera->state != ROLLOUT_ENDED ||
            camera->outcome.verdict == VERDICT_DONE)
            continue;
        camera->is_canary = false;
        taken.list[taken.count++] = camera;
    }
    rollout->is_stopped = false;
    return ledger_budget(&call->run.store, rollout, call->because, &taken, err);
}

static bool may_run(struct call *call, struct error *err)
{
    if (call->budget != NULL)
        return raise_budget(call, err);
    if (!call->run.rollout.is_stopped)
        return true;
    return error_set(err, ERROR_INTERNAL,
                     "stopped by the budget: look at the failures (ispup rollout status %s), then "
                     "--budget M --because TEXT, or ispup rollout retry %s",
                     call->folder, call->folder);
}

static bool open_rest(struct call *call, struct error *err)
{
    struct run *run = &call->run;

    return hosts_check_authority(run->cacert, run->rollout.policy.is_insecure, err) &&
           open_images(&run->rollout, call->folder, run->images, err) &&
           open_hosts(&run->rollout, &run->hosts, err) &&
           hosts_authorise(&run->hosts, call->has_password_fd ? (int)call->password_fd : FD_NONE,
                           err) &&
           rates_open(&run->rates, &run->rollout, err);
}

static int exit_status(const struct run *run)
{
    struct summary summary;

    if (run->end == RUN_STOPPED)
        return ROLLOUT_EXIT_STOPPED;
    if (run->end != RUN_OVER)
        return ROLLOUT_EXIT_PAUSED;
    summary_of(&run->rollout, NULL, &summary);
    return summary_exit_status(&summary);
}

static bool work(struct call *call, struct error *err)
{
    struct run *run = &call->run;

    if (run->rollout.is_over)
        run->end = RUN_OVER;
    if (run->end == RUN_GOES_ON &&
        (!may_run(call, err) || !open_rest(call, err) || !run_cameras(run, err)))
        return false;
    show_end(run);
    /* It has ended all the same. */
    if (run->end == RUN_OVER && !database_end(&run->store.database, err))
        (void)fprintf(
            stderr,
            "ispup rollout run: note: %s: another program reads it; the next run makes it "
            "one file\n",
            err->text);
    return true;
}

static bool run(struct verb_call *verb, struct error *err)
{
    CLEANUP(call_close)
    struct call call = {
        .lock = {FD_NONE},
        .run = {
            .show = show_change, .tick = show_tick, .store = STORE_NONE, .outlet = OUTLET_NONE}};
    struct option options[OPTION_COUNT] = {
        [WORDS] = {.limit = OPTION_VALUES},
        [PASSWORD_FD] = {.name = "password-fd", .limit = 1},
        [CACERT] = {.name = "cacert", .limit = 1},
        [BUDGET] = {.name = "budget", .limit = 1},
        [BECAUSE] = {.name = "because", .limit = 1},
    };

    for (size_t i = 0; i < ROLLOUT_IMAGES; i++)
        call.run.images[i] = IMAGE_FILE_NONE;
    board_open(&call.run.board, STDOUT_FILENO);
    if (!outlet_open(&call.run.outlet, STDOUT_FILENO, err) ||
        !option_parse(verb->count, verb->words, options, OPTION_COUNT, err) ||
        !take_options(options, &call, err) || !begin(&call, err))
        return false;
    if (!work(&call, err)) {
        verb->status = call.run.end == RUN_BROKEN ? ROLLOUT_EXIT_PAUSED : VERB_FAILED;
        return false;
    }
    verb->is_unprinted = !outlet_finish(&call.run.outlet, call.run.jobs.interrupts > 1);
    verb->status = exit_status(&call.run);
    return true;
}

const struct verb rollout_run = {
    .name = "run",
    .arguments = "DIR [--password-fd N] [--cacert FILE] [--budget M --because TEXT]",
    .summary = "send the images; go on where an earlier run ended",
    .help =
        "  --password-fd N   read one password for all cameras from this file descriptor\n"
        "                    (default: ~/.netrc, else a prompt)\n"
        "  --cacert FILE     the certificate authority (CA) of the cameras (https://)\n"
        "  --budget M        go on after a stop, with this number of failures allowed\n"
        "  --because TEXT    why; it stands in the report\n"
        "Exit status: 0 all done or already, 1 ended, and some are not done, 2 ended, and some\n"
        "are unknown, 3 stopped by the budget, 4 paused (window, --approve, stop, signal, or\n"
        "rollout.db cannot be written), 64 a mistake in the command line. If it could not\n"
        "begin: 1.\n"
        "Ctrl-C begins no new upload and waits for those under way; a second Ctrl-C leaves\n"
        "them, and the next run asks for their outcome.\n",
    .unprinted = VERB_UNKNOWN,
    .run = run,
};
