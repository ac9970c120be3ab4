/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup rollout status`: reads only, also while a run writes. */
#include "ispup/rollout/verbs.h"

#include "base/memory.h"
#include "base/option.h"
#include "ispup/cli/json.h"
#include "ispup/rollout/store_row.h"
#include "ispup/rollout/summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { WORDS, JSON, OPTION_COUNT };
enum { FAILURES_SHOWN = 20 };

static void print_sums(const char *name, const struct summary *summary)
{
    (void)printf("%-20s", name);
    for (enum summary_part part = 0; part < SUMMARY_PARTS; part++)
        (void)printf(" %9zu", summary->counts[part]);
    (void)printf("\n");
}

static void print_table(const struct rollout *rollout)
{
    struct summary summary;

    (void)printf("%-20s", "");
    for (enum summary_part part = 0; part < SUMMARY_PARTS; part++)
        (void)printf(" %9s", summary_name(part));
    (void)printf("\n");
    for (size_t i = 0; i < rollout->count; i++) {
        const char *site = rollout->cameras[i].site;

        if (!summary_begins_site(rollout, i))
            continue;
        summary_of(rollout, site, &summary);
        print_sums(site, &summary);
    }
    summary_of(rollout, NULL, &summary);
    print_sums("all", &summary);
}

static bool needs_somebody(const struct rollout_camera *camera)
{
    enum summary_part part = summary_part_of(camera);

    return part == SUMMARY_NOT_DONE || part == SUMMARY_UNKNOWN || part == SUMMARY_AWAY;
}

static void print_failures(const struct rollout *rollout)
{
    size_t count = 0;

    for (size_t i = 0; i < rollout->count; i++) {
        const struct rollout_camera *camera = &rollout->cameras[i];

        if (!needs_somebody(camera) || count++ >= FAILURES_SHOWN)
            continue;
        (void)printf("%s: %s, %s: %s\n", camera->word, summary_name(summary_part_of(camera)),
                     camera->code, camera->outcome.why);
    }
    if (count > FAILURES_SHOWN)
        (void)printf("and %zu more: ispup rollout report\n", count - FAILURES_SHOWN);
}

static void print_text(const struct rollout *rollout)
{
    struct budget_tally tally;

    rollout_tally(rollout, &tally);
    summary_print_phase(rollout, stdout);
    (void)printf("; %zu of %zu planned cameras have ended; failures %zu, the budget allows %" PRIu64
                 "\n",
                 tally.ended, tally.planned, tally.failed,
                 budget_limit(&rollout->policy.budget, tally.planned));
    print_table(rollout);
    print_failures(rollout);
}

static void print_json(const struct rollout *rollout)
{
    struct budget_tally tally;
    struct summary summary;
    struct json json;

    rollout_tally(rollout, &tally);
    summary_of(rollout, NULL, &summary);
    json_begin(&json, stdout);
    json_text(&json, "phase", summary_phase(rollout));
    json_number(&json, "wave", rollout->wave);
    json_number(&json, "waves", rollout->policy.wave_count);
    json_number(&json, "planned", tally.planned);
    json_number(&json, "ended", tally.ended);
    json_number(&json, "failed", tally.failed);
    json_number(&json, "budget", budget_limit(&rollout->policy.budget, tally.planned));
    for (enum summary_part part = 0; part < SUMMARY_PARTS; part++)
        json_number(&json, summary_name(part), summary.counts[part]);
    json_number(&json, "soaked", summary.soaked);
    json_end(&json);
}

static bool run(struct verb_call *call, struct error *err)
{
    CLEANUP(store_close) struct store store = STORE_NONE;
    CLEANUP(rollout_close) struct rollout rollout = {.count = 0};
    struct option options[OPTION_COUNT] = {
        [WORDS] = {.limit = OPTION_VALUES},
        [JSON] = {.name = "json", .is_flag = true},
    };

    if (!option_parse(call->count, call->words, options, OPTION_COUNT, err))
        return false;
    if (options[WORDS].count != 1)
        return error_set(err, ERROR_USAGE, "needs the folder of a rollout");
    if (!store_open(&store, options[WORDS].values[0], DATABASE_READ, err) ||
        !store_row_load(&store, &rollout, err))
        return false;
    if (options[JSON].count > 0)
        print_json(&rollout);
    else
        print_text(&rollout);
    return true;
}

const struct verb rollout_status = {
    .name = "status",
    .arguments = "DIR [--json]",
    .summary = "show how far a rollout is; reads only",
    .help = "  --json  print one object\n"
            "Exit status: 0 shown, 1 not possible, 64 a mistake in the command line.\n",
    .run = run,
};
