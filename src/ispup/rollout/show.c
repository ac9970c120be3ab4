/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/rollout/show.h"

#include "base/clock.h"
#include "ispup/fleet/duration.h"
#include "ispup/rollout/summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

static void print_time(FILE *out)
{
    time_t now = (time_t)clock_unix_seconds();
    struct tm at;
    char text[16] = "";

    if (localtime_r(&now, &at) != NULL)
        (void)strftime(text, sizeof(text), "%H:%M:%S", &at);
    (void)fprintf(out, "%s  ", text);
}

static void print_wait(const struct rollout_camera *camera, FILE *out)
{
    char text[DURATION_TEXT_SIZE];
    int64_t seconds = camera->next_at - clock_unix_seconds();

    duration_format(seconds > 0 ? (uint64_t)seconds : 0, text);
    (void)fprintf(out, "%s: waits, %s: %s; asked again in %s\n", camera->word, camera->code,
                  camera->outcome.why, text);
}

static void print_end(const struct rollout_camera *camera, FILE *out)
{
    const struct outcome *outcome = &camera->outcome;

    (void)fprintf(out, "%s: %s", camera->word, verdict_name(outcome->verdict, false));
    if (outcome->verdict == VERDICT_DONE)
        (void)fprintf(out, ", %s -> %s\n", outcome->before, outcome->after);
    else
        (void)fprintf(out, ", %s: %s\n", camera->code, outcome->why);
}

static void show_camera(const struct rollout_camera *camera, enum ledger_kind kind, FILE *out)
{
    if (kind == LEDGER_KNOWN || kind == LEDGER_SOAKED)
        return;
    print_time(out);
    if (kind == LEDGER_WAITS)
        print_wait(camera, out);
    else if (kind == LEDGER_SENDING)
        (void)fprintf(out, "%s: sending\n", camera->word);
    else if (kind == LEDGER_RESTARTED)
        (void)fprintf(out, "%s: restarted after its update, asked again in 5 min\n", camera->word);
    else if (kind == LEDGER_LEFT_OUT)
        (void)fprintf(out, "%s: left out, %s: %s\n", camera->word, camera->code,
                      camera->outcome.why);
    else
        print_end(camera, out);
}

static void show_wave(const struct run *run, FILE *out)
{
    const struct rollout *rollout = &run->rollout;

    if (rollout->wave == ROLLOUT_CANARY)
        (void)fprintf(out, "canary wave: %s of each platform\n",
                      rollout->policy.texts[POLICY_CANARY]);
    else
        (void)fprintf(
            out, "wave %zu of %zu: up to %" PRIu64 " cameras\n", rollout->wave,
            rollout->policy.wave_count,
            share_of(&rollout->policy.waves[rollout->wave - 1], rollout_planned(rollout)));
}

static void show_soak(const struct run *run, FILE *out)
{
    char text[DURATION_TEXT_SIZE];

    duration_format(run->rollout.policy.soak, text);
    (void)fprintf(out, "the wave's cameras have ended; they are asked again%s%s\n",
                  run->rollout.policy.soak == 0 ? "" : " in ",
                  run->rollout.policy.soak == 0 ? "" : text);
}

void show_change(struct run *run, const struct rollout_camera *camera, enum ledger_kind kind,
                 const char *text)
{
    FILE *out = run->outlet.file;

    board_clear(&run->board, out);
    if (camera != NULL)
        show_camera(camera, kind, out);
    else if (kind == LEDGER_STOPPED) {
        print_time(out);
        (void)fprintf(out, "stopped: %s\n", text);
    } else if (kind == LEDGER_WAVE || kind == LEDGER_BEGUN) {
        print_time(out);
        show_wave(run, out);
    } else if (kind == LEDGER_SOAK) {
        print_time(out);
        show_soak(run, out);
    }
    board_draw(&run->board, &run->rollout, out);
    (void)fflush(out);
}

/* A terminal that does not take the lines as they are needs no newer ones. */
void show_tick(struct run *run)
{
    if (outlet_awaits(&run->outlet) != FD_NONE)
        return;
    board_tick(&run->board, &run->rollout, clock_milliseconds(), run->outlet.file);
    (void)fflush(run->outlet.file);
}

static const char *reason(const struct run *run)
{
    static const char *const reasons[] = {
        [RUN_GOES_ON] = "",
        [RUN_OVER] = "the rollout has ended",
        [RUN_STOPPED] = ("stopped by the budget; look at the failures, then: ispup rollout run "
                         "DIR --budget M --because TEXT, or ispup rollout retry DIR"),
        [RUN_WINDOW] = "paused until the window opens: run it again then",
        [RUN_APPROVAL] = "paused after a wave (--approve): the next run begins the next wave",
        [RUN_ASKED] = "paused by ispup rollout stop: the next run goes on",
        [RUN_SIGNAL] = "paused by a signal: the next run goes on",
        [RUN_BROKEN] = "",
    };

    return reasons[run->end];
}

void show_end(struct run *run)
{
    FILE *out = run->outlet.file;
    struct summary summary;

    board_clear(&run->board, out);
    summary_of(&run->rollout, NULL, &summary);
    for (enum summary_part part = 0; part < SUMMARY_PARTS; part++)
        if (summary.counts[part] > 0)
            (void)fprintf(out, "%zu %s, ", summary.counts[part], summary_name(part));
    (void)fprintf(out, "%s\n", reason(run));
}
