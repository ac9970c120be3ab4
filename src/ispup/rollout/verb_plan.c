/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup rollout plan`: asks the cameras, and writes a new rollout. No image is sent. */
#include "ispup/rollout/verbs.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/memory.h"
#include "base/option.h"
#include "ispup/fleet/camera_list.h"
#include "ispup/fleet/folder.h"
#include "ispup/remote/jobs.h"
#include "ispup/rollout/job.h"
#include "ispup/rollout/ledger.h"
#include "ispup/rollout/open.h"
#include "ispup/rollout/progress.h"
#include "ispup/rollout/sequence.h"
#include "ispup/rollout/store_row.h"

#include <inttypes.h>
#include <string.h>

enum {
    WORDS,
    CAMERAS,
    IMAGE,
    KEYS,
    CACERT,
    PASSWORD_FD,
    OFFLINE,
    OPTIONS_BEFORE_POLICY,
    OPTION_COUNT = OPTIONS_BEFORE_POLICY + POLICY_ITEMS,
};

enum { QUESTIONS_AT_ONCE = 32 };

struct plan {
    struct jobs jobs; /* first: its address is the plan's */
    const char *folder, *list_path, *keys, *cacert;
    bool is_offline;
    uint64_t password_fd;
    bool has_password_fd;
    struct camera_list list; /* owned, like all below */
    struct rollout rollout;
    struct image_file images[ROLLOUT_IMAGES];
    struct hosts hosts;
};

static void plan_close(struct plan *plan)
{
    camera_list_close(&plan->list);
    hosts_close(&plan->hosts);
    for (size_t i = 0; i < ROLLOUT_IMAGES; i++)
        image_file_close(&plan->images[i]);
    rollout_close(&plan->rollout);
}

static bool take_policy(const struct option *options, struct policy *policy, struct error *err)
{
    policy_reset(policy);
    for (enum policy_item item = 0; item < POLICY_ITEMS; item++) {
        const struct option *option = &options[OPTIONS_BEFORE_POLICY + item];

        if (option->count == 0)
            continue;
        if (!policy_take(policy, item, policy_is_flag(item) ? "yes" : option->values[0], err))
            return false;
    }
    return true;
}

static bool take_options(const struct option *options, struct plan *plan, struct error *err)
{
    if (options[WORDS].count != 1)
        return error_set(err, ERROR_USAGE, "needs one new folder");
    plan->folder = options[WORDS].values[0];
    plan->list_path = option_value(&options[CAMERAS]);
    plan->keys = option_value(&options[KEYS]);
    plan->cacert = option_value(&options[CACERT]);
    plan->is_offline = options[OFFLINE].count > 0;
    plan->has_password_fd = options[PASSWORD_FD].count > 0;
    return option_need(&options[CAMERAS], "--cameras FILE", err) &&
           option_need(&options[IMAGE], "--image FILE", err) &&
           option_number(&options[PASSWORD_FD], 0, INT16_MAX, &plan->password_fd, err) &&
           take_policy(options, &plan->rollout.policy, err) &&
           hosts_check_authority(plan->cacert, plan->rollout.policy.is_insecure, err);
}

static bool take_images(struct plan *plan, const struct option *option, struct error *err)
{
    for (size_t i = 0; i < option->count; i++)
        if (!image_file_open(&plan->images[i], option->list[i], true, plan->keys, err) ||
            !open_note_image(&plan->rollout, &plan->images[i], err))
            return false;
    return true;
}

/* The list's other columns, as one JSON object. */
static bool take_extra(const struct camera_list *list, size_t at, char **extra, struct error *err)
{
    size_t size = 0;
    FILE *file = open_memstream(extra, &size);
    struct json json;
    bool is_whole;

    if (file == NULL)
        return error_system(err, ERROR_INTERNAL, "no memory");
    json_begin(&json, file);
    for (size_t i = 0; i < list->column_count; i++)
        if (i != list->known[CAMERA_COLUMN_CAMERA] && i != list->known[CAMERA_COLUMN_SITE] &&
            i != list->known[CAMERA_COLUMN_GROUP] && i != list->known[CAMERA_COLUMN_ORDER])
            json_utf8(&json, camera_list_name(list, i), camera_list_value(list, at, i));
    json_end(&json);
    is_whole = ferror(file) == 0;
    if (fclose(file) != 0 || !is_whole)
        return error_set(err, ERROR_INTERNAL, "no memory");
    /* json_end writes one line. */
    (*extra)[strcspn(*extra, "\n")] = '\0';
    return true;
}

static bool take_name(const struct camera_list *list, size_t at, enum camera_column column,
                      char name[ROLLOUT_NAME_SIZE], struct error *err)
{
    const char *value = camera_list_known(list, at, column);

    if (span_copy(span_text(value), name, ROLLOUT_NAME_SIZE))
        return true;
    return error_set(err, ERROR_CONFIGURATION, "line %zu: site and group have at most %d bytes",
                     list->lines[at], ROLLOUT_NAME_SIZE - 1);
}

static bool take_camera(struct plan *plan, size_t at, struct error *err)
{
    struct rollout_camera *camera = &plan->rollout.cameras[at];
    const struct camera_list *list = &plan->list;

    camera->number = at + 1;
    camera->position = camera_list_order(list, at);
    if (!span_copy(span_text(camera_list_known(list, at, CAMERA_COLUMN_CAMERA)), camera->word,
                   ROLLOUT_WORD_SIZE))
        return error_set(err, ERROR_CONFIGURATION, "line %zu: too long an address",
                         list->lines[at]);
    return take_name(list, at, CAMERA_COLUMN_SITE, camera->site, err) &&
           take_name(list, at, CAMERA_COLUMN_GROUP, camera->group, err) &&
           take_extra(list, at, &camera->extra, err);
}

static bool take_cameras(struct plan *plan, struct error *err)
{
    if (!camera_list_read(plan->list_path, &plan->list, err) ||
        !rollout_allocate(&plan->rollout, plan->list.count, err))
        return false;
    for (size_t i = 0; i < plan->rollout.count; i++)
        if (!take_camera(plan, i, err))
            return false;
    if (!open_hosts(&plan->rollout, &plan->hosts, err))
        return false;
    if (plan->is_offline)
        return hosts_check_users(&plan->hosts, err);
    return hosts_authorise(&plan->hosts, plan->has_password_fd ? (int)plan->password_fd : FD_NONE,
                           err);
}

static void run_job(struct jobs *self, size_t job, int records, int gate)
{
    struct plan *plan = (struct plan *)self;
    const struct outcome nothing = {.time = 0};
    const struct job_setting setting = {.rollout = &plan->rollout,
                                        .images = plan->images,
                                        .cacert = plan->cacert,
                                        .work = ROLLOUT_ASK,
                                        .known = &nothing};

    job_run(&setting, &plan->hosts.targets[job], records, gate);
}

static void told(struct jobs *self, size_t job, const void *record)
{
    struct plan *plan = (struct plan *)self;
    struct rollout_camera *camera = &plan->rollout.cameras[job];
    struct event event;

    if (!event_read(record, &event) || event.kind != EVENT_OUTCOME)
        return;
    (void)progress_asked(&plan->rollout, camera, &event.outcome, clock_unix_seconds(), 0);
    /* The run asks it again at once. */
    camera->next_at = 0;
    camera->waits = 0;
    camera->is_away = false;
}

static bool ask_all(struct plan *plan, struct error *err)
{
    plan->jobs = (struct jobs){.count = plan->rollout.count,
                               .limit = QUESTIONS_AT_ONCE,
                               .record_size = sizeof(struct event),
                               .run = run_job,
                               .told = told};
    (void)fflush(stdout);
    if (!jobs_run(&plan->jobs, err))
        return false;
    if (plan->jobs.interrupts > 0)
        return error_set(err, ERROR_INTERNAL, "interrupted: nothing was planned");
    return true;
}

static bool write_plan(struct plan *plan, struct error *err)
{
    CLEANUP(store_close) struct store store = STORE_NONE;

    for (size_t i = 0; i < plan->rollout.image_count; i++)
        if (!open_copy_image(&plan->images[i], plan->folder, err))
            return false;
    return store_open(&store, plan->folder, DATABASE_CREATE, err) &&
           ledger_planned(&store, &plan->rollout, err);
}

static void print_policy(const struct policy *policy)
{
    (void)printf("policy:\n");
    for (enum policy_item item = 0; item < POLICY_ITEMS; item++)
        (void)printf("  %-15s %s\n", policy_name(item),
                     policy->texts[item][0] == '\0' ? "-" : policy->texts[item]);
}

/* By code, those that take no part and those that are asked again. */
static void print_camera(const struct rollout_camera *camera)
{
    if (camera->state == ROLLOUT_ENDED)
        (void)printf("  %s: left out, %s: %s\n", camera->word, camera->code, camera->outcome.why);
    else if (camera->outcome.reason != REASON_FREE && camera->outcome.reason != REASON_RUNS_IMAGE)
        (void)printf("  %s: %s: %s\n", camera->word, camera->code, camera->outcome.why);
}

/* The exit status is the one of `ispup push --check`: 2 if one cannot be told, else 1 if one would
 * be refused. */
static int print_plan(const struct plan *plan)
{
    const struct rollout *rollout = &plan->rollout;
    size_t refused = 0, untold = 0;

    for (size_t i = 0; i < rollout->count; i++) {
        const struct rollout_camera *camera = &rollout->cameras[i];

        if (plan->is_offline)
            continue;
        print_camera(camera);
        untold += camera->outcome.verdict == VERDICT_UNKNOWN;
        refused += camera->outcome.verdict == VERDICT_NOT_DONE;
    }
    print_policy(&rollout->policy);
    (void)printf("planned: %zu of %zu cameras, %zu image%s; next: ispup rollout run %s\n",
                 rollout_planned(rollout), rollout->count, rollout->image_count,
                 rollout->image_count == 1 ? "" : "s", plan->folder);
    return untold > 0 ? VERB_UNKNOWN : refused > 0 ? VERB_FAILED : VERB_DONE;
}

/* Those after the last wave would wait in vain. */
static bool check_waves(const struct plan *plan, struct error *err)
{
    const struct policy *policy = &plan->rollout.policy;
    size_t count = plan->rollout.count;

    if (share_of(&policy->waves[policy->wave_count - 1], count) >= count)
        return true;
    return error_set(err, ERROR_USAGE,
                     "--waves %s leaves out some of the %zu cameras: end it with 100%%",
                     policy->texts[POLICY_WAVE_LIST], count);
}

/* No upload begins that could not end inside. */
static bool check_window(const struct policy *policy, struct error *err)
{
    if (!policy->has_window || window_seconds(&policy->window) > policy->wait)
        return true;
    return error_set(err, ERROR_USAGE, "--window %s is not longer than --wait %s",
                     policy->texts[POLICY_WINDOW], policy->texts[POLICY_WAIT]);
}

static bool make(struct plan *plan, const struct option *options, struct error *err)
{
    return take_options(options, plan, err) && check_window(&plan->rollout.policy, err) &&
           take_images(plan, &options[IMAGE], err) && take_cameras(plan, err) &&
           check_waves(plan, err) && folder_make(plan->folder, err) &&
           (plan->is_offline || ask_all(plan, err));
}

static bool run(struct verb_call *call, struct error *err)
{
    CLEANUP(plan_close) struct plan plan = {.list = CAMERA_LIST_NONE};
    const char *images[ROLLOUT_IMAGES];
    struct option options[OPTION_COUNT] = {
        [WORDS] = {.limit = OPTION_VALUES},
        [CAMERAS] = {.name = "cameras", .limit = 1},
        [IMAGE] = {.name = "image", .limit = ROLLOUT_IMAGES, .list = images},
        [KEYS] = {.name = "keys", .limit = 1},
        [CACERT] = {.name = "cacert", .limit = 1},
        [PASSWORD_FD] = {.name = "password-fd", .limit = 1},
        [OFFLINE] = {.name = "offline", .is_flag = true},
    };

    for (size_t i = 0; i < ROLLOUT_IMAGES; i++)
        plan.images[i] = IMAGE_FILE_NONE;
    for (enum policy_item item = 0; item < POLICY_ITEMS; item++)
        options[OPTIONS_BEFORE_POLICY + item] =
            (struct option){.name = policy_name(item), .is_flag = policy_is_flag(item), .limit = 1};
    options[OPTIONS_BEFORE_POLICY + POLICY_JOBS].letter = 'j';
    if (!option_parse(call->count, call->words, options, OPTION_COUNT, err) ||
        !make(&plan, options, err))
        return false;
    sequence_cameras(&plan.rollout);
    if (!write_plan(&plan, err))
        return false;
    call->status = print_plan(&plan);
    return true;
}

const struct verb rollout_plan = {
    .name = "plan",
    .arguments = "DIR --cameras FILE --image FILE [--image FILE...] [OPTION...]",
    .summary = "ask the cameras, and write the plan to the new folder DIR; no image is sent",
    .help =
        "  --cameras FILE     list of cameras (CSV: camera, site, group, order; - is stdin)\n"
        "  --image FILE       an image; one for each platform, so it may be given often\n"
        "  --offline          do not ask the cameras now\n"
        "  --keys FOLDER      public keys (*.pem): one of them must have signed each image\n"
        "  --password-fd N    read one password for all cameras from this file descriptor\n"
        "  --cacert FILE      the certificate authority (CA) of the cameras (https://)\n"
        "  --insecure         do not check certificates\n"
        "The policy, which stays as it is until the rollout has ended:\n"
        "  --canary N         cameras of each platform that are updated first (1)\n"
        "  --waves LIST       growing shares of all cameras (5%,25%,100%)\n"
        "  --soak TIME        from the end of a wave until its cameras are asked again (10m)\n"
        "  --budget N|N%      more failures than this stop the rollout (2%, at least 1)\n"
        "  --budget-same N    more failures with one code stop it (half of that, at least 3)\n"
        "  --approve          stop after each wave until the next run\n"
        "  -j, --jobs N       uploads at a time (16)\n"
        "  --per-site N       uploads at a time in one site (4)\n"
        "  --rate RATE        bytes a second, shared by all uploads under way (no limit)\n"
        "  --site-rate RATE   the same for the uploads of one site (no limit)\n"
        "  --window TIMES     hours for uploads, such as 22:00-05:00 (always)\n"
        "  --tries N          of a camera that answers, and does not take an upload (5)\n"
        "  --deadline TIME    for cameras that do not answer (7d)\n"
        "  --wait TIME        for restart and trial of a camera (300s)\n"
        "  --stall TIME       give up an upload that moves less than 1 KiB/s (60s)\n"
        "  --without-record   take cameras that do not answer ISP_STATUS\n"
        "  --allow-older      also update cameras that run something newer\n"
        "Exit status: 0 planned, 1 planned, and some cameras would refuse, 2 planned, and some\n"
        "could not be asked, 64 a mistake in the command line. If nothing was planned: 1.\n",
    .unprinted = VERB_FAILED,
    .run = run,
};
