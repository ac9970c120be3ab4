/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup rollout report`: every camera or every event, for people and for other programs. */
#include "ispup/rollout/report.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/option.h"
#include "ispup/evidence/signature_line.h"
#include "ispup/fleet/csv_print.h"
#include "ispup/rollout/store_row.h"
#include "ispup/rollout/summary.h"
#include "ispup/rollout/verbs.h"

#include <inttypes.h>
#include <string.h>

enum { WORDS, FORMAT, RAW, KEY, OPTION_COUNT };

void report_csv(const struct rollout *rollout, bool is_raw, FILE *out)
{
    (void)fputs("camera,site,group,outcome,code,why,id,platform,before,after,update,boot_before,"
                "boot_after,image_sha256,file_sha256,time,seconds,sends,tries,columns\r\n",
                out);
    for (size_t i = 0; i < rollout->count; i++) {
        const struct rollout_camera *camera = &rollout->cameras[i];
        const struct outcome *outcome = &camera->outcome;
        const char *const texts[] = {
            camera->word,         camera->site,
            camera->group,        summary_name(summary_part_of(camera)),
            camera->code,         outcome->why,
            outcome->id,          outcome->platform,
            outcome->before,      outcome->after,
            outcome->update,      outcome->boot_before,
            outcome->boot_after,  outcome->image_sha256,
            outcome->file_sha256,
        };
        char time[TIMESTAMP_SIZE + 1] = "";

        if (camera->state == ROLLOUT_ENDED)
            timestamp_format((uint64_t)outcome->time, time);
        for (size_t k = 0; k < COUNT_OF(texts); k++)
            csv_print(texts[k], is_raw, ",", out);
        (void)fprintf(out, "%s,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",", time, outcome->seconds,
                      camera->sends, camera->tries);
        csv_print(camera->extra == NULL ? "{}" : camera->extra, true, "\r\n", out);
    }
}

/* What is printed of the events. */
struct events {
    FILE *out;                  /* borrowed */
    struct signature_line line; /* of those so far */
};

static bool print_event(void *context, const struct chain_event *event, struct error *err)
{
    struct events *events = context;

    (void)err;
    chain_print(event, events->out);
    events->line.events++;
    memcpy(events->line.hash, event->hash, sizeof(event->hash));
    return true;
}

static bool print_events(struct store *store, const struct signing_key *key, FILE *out,
                         struct error *err)
{
    struct events events = {.out = out};

    if (!store_events(store, print_event, &events, err))
        return false;
    if (key == NULL)
        return true;
    timestamp_format((uint64_t)clock_unix_seconds(), events.line.at);
    signature_line_sign(&events.line, key);
    signature_line_print(&events.line, out);
    return true;
}

/* `key` is NULL, or signs. */
static bool print(struct store *store, const struct rollout *rollout, const struct option *options,
                  const struct signing_key *key, struct error *err)
{
    struct span format = span_text(option_value(&options[FORMAT]));

    if (span_is(format, "csv"))
        report_csv(rollout, options[RAW].count > 0, stdout);
    else if (span_is(format, "jsonl"))
        return print_events(store, key, stdout, err);
    else if (span_is(format, "html"))
        return report_html(store, rollout, stdout, err);
    else
        return error_set(err, ERROR_USAGE, "--format is csv, jsonl or html");
    return true;
}

/* Only the events have a chain that a signature can hold. */
static bool take_key(const struct option *options, struct signing_key *key, struct error *err)
{
    if (options[KEY].count == 0)
        return true;
    if (!span_is(span_text(option_value(&options[FORMAT])), "jsonl"))
        return error_set(err, ERROR_USAGE, "--key signs the events: it needs --format jsonl");
    return signing_key_read(option_value(&options[KEY]), KEY_FOR_REPORTS, key, err);
}

static bool run(struct verb_call *call, struct error *err)
{
    CLEANUP(signing_key_wipe) struct signing_key key = {.secret = {0}};
    CLEANUP(store_close) struct store store = STORE_NONE;
    CLEANUP(rollout_close) struct rollout rollout = {.count = 0};
    struct option options[OPTION_COUNT] = {
        [WORDS] = {.limit = OPTION_VALUES},
        [FORMAT] = {.name = "format", .limit = 1},
        [RAW] = {.name = "raw", .is_flag = true},
        [KEY] = {.name = "key", .limit = 1},
    };

    if (!option_parse(call->count, call->words, options, OPTION_COUNT, err))
        return false;
    if (options[WORDS].count != 1)
        return error_set(err, ERROR_USAGE, "needs the folder of a rollout");
    return option_need(&options[FORMAT], "--format csv, jsonl or html", err) &&
           take_key(options, &key, err) &&
           store_open(&store, options[WORDS].values[0], DATABASE_READ, err) &&
           store_row_load(&store, &rollout, err) &&
           print(&store, &rollout, options, options[KEY].count > 0 ? &key : NULL, err);
}

const struct verb rollout_report = {
    .name = "report",
    .arguments = "DIR --format csv|jsonl|html [--raw] [--key FILE]",
    .summary = "print all cameras (csv, html) or all events (jsonl)",
    .help = "  --raw       do not protect a spreadsheet from fields that begin with = + - @ (csv)\n"
            "  --key FILE  sign the events with this private key of ispup keygen for reports\n"
            "              (jsonl)\n"
            "jsonl checks that no event was changed or removed since it was written.\n"
            "Exit status: 0 printed, 1 not possible, 64 a mistake in the command line.\n",
    .run = run,
};
