/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/rollout/run.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/secret.h"
#include "ispup/rollout/progress.h"
#include "ispup/rollout/schedule.h"

#include <inttypes.h>
#include <stdio.h>

enum { MILLISECONDS = 1000 };

static struct run *run_of(struct jobs *jobs)
{
    return (struct run *)jobs;
}

static uint64_t any_number(void)
{
    struct error err = ERROR_EMPTY;
    uint64_t number = 0;

    if (!secret_random(&number, sizeof(number), &err))
        number = (uint64_t)clock_unix_seconds();
    return number;
}

/* The first reason stays. */
static void pause(struct run *run, enum run_end end)
{
    run->rollout.is_stopping = true;
    if (run->end == RUN_GOES_ON)
        run->end = end;
}

static void break_off(struct run *run)
{
    pause(run, RUN_BROKEN);
    run->end = RUN_BROKEN;
}

/* Without its database a run must not go on. Updates under way end by themselves, and the next run
 * asks for their outcome. */
static void save(struct run *run, const struct rollout_camera *camera, enum ledger_kind kind)
{
    if (run->end == RUN_BROKEN)
        return;
    if (!ledger_camera(&run->store, camera, kind, &run->failure)) {
        break_off(run);
        return;
    }
    run->show(run, camera, kind, NULL);
}

static void save_rollout(struct run *run, enum ledger_kind kind, const char *name,
                         const char *value)
{
    if (run->end == RUN_BROKEN)
        return;
    if (!ledger_rollout(&run->store, &run->rollout, kind, name, value, &run->failure)) {
        break_off(run);
        return;
    }
    run->show(run, NULL, kind, value);
}

/* Every decision of the run takes the time from here: the stored times follow the clock first. */
static int64_t now_of(struct run *run)
{
    int64_t now = clock_unix_seconds();
    int64_t by = timing_jump(&run->timing, now, (int64_t)clock_boot_seconds());

    if (by == 0 || run->end == RUN_BROKEN)
        return now;
    timing_move(&run->rollout, by);
    if (!ledger_clock(&run->store, &run->rollout, by, &run->failure))
        break_off(run);
    return now;
}

static void check_budget(struct run *run)
{
    static const char *const texts[] = {
        [BUDGET_EXCEEDED] = "more cameras failed than the budget allows",
        [BUDGET_SAME_EXCEEDED] = "too many cameras failed with the same code",
        [BUDGET_CANARY_FAILED] = "a camera of the canary wave failed",
    };
    struct budget_tally tally;
    enum budget_verdict verdict;

    rollout_tally(&run->rollout, &tally);
    verdict = budget_decide(&run->rollout.policy.budget, &tally);
    if (verdict == BUDGET_HOLDS || run->rollout.is_stopped || run->end == RUN_BROKEN)
        return;
    pause(run, RUN_STOPPED);
    run->end = RUN_STOPPED; /* after a signal too: the next run does not go on */
    run->rollout.is_stopped = true;
    save_rollout(run, LEDGER_STOPPED, "why", texts[verdict]);
}

static void note_end(struct run *run, struct rollout_camera *camera, enum ledger_kind kind)
{
    save(run, camera, kind);
    if (camera->state == ROLLOUT_ENDED)
        check_budget(run);
}

static bool next(struct jobs *self, size_t *job)
{
    struct run *run = run_of(self);
    int64_t now = now_of(run);
    struct rollout_camera *camera;
    enum rollout_work work;

    if (run->end == RUN_BROKEN ||
        !schedule_next(&run->rollout, schedule_may_upload(&run->rollout, now), now, job, &work))
        return false;
    camera = &run->rollout.cameras[*job];
    if (work == ROLLOUT_PUSH && schedule_is_canary(&run->rollout, camera))
        camera->is_canary = true;
    run->next_work = camera->work = work;
    run->next_known = camera->outcome;
    camera->is_told = false;
    camera->is_uploading = work == ROLLOUT_PUSH;
    camera->begun_ms = 0;
    rates_set(&run->rates, &run->rollout);
    return true;
}

static void run_job(struct jobs *self, size_t job, int records, int gate)
{
    struct run *run = run_of(self);
    const struct job_setting setting = {.rollout = &run->rollout,
                                        .images = run->images,
                                        .cacert = run->cacert,
                                        .rate = rates_of(&run->rates, job),
                                        .work = run->next_work,
                                        .known = &run->next_known};

    job_run(&setting, &run->hosts.targets[job], records, gate);
}

static void heed_stop(struct run *run)
{
    if (store_number(&run->store, "stop", 0) != 0)
        pause(run, RUN_ASKED);
}

/* The intent is on the disk before the camera gets the first byte. `ispup rollout stop` has said
 * already that no new upload begins. */
static void hear_ready(struct run *run, struct rollout_camera *camera, const struct outcome *before)
{
    run->jobs.answer = PUSH_LEAVE;
    heed_stop(run);
    if (run->rollout.is_stopping)
        return;
    if (!progress_may_send(&run->rollout, camera, before, now_of(run))) {
        note_end(run, camera, camera->is_exempt ? LEDGER_LEFT_OUT : LEDGER_ENDED);
        return;
    }
    save(run, camera, LEDGER_SENDING);
    camera->begun_ms = clock_milliseconds();
    if (run->end != RUN_BROKEN)
        run->jobs.answer = PUSH_GO;
}

static void hear_stage(struct run *run, struct rollout_camera *camera, enum event_stage stage)
{
    int64_t seconds = (int64_t)((clock_milliseconds() - camera->begun_ms) / MILLISECONDS);

    if (!camera->is_uploading || stage < STAGE_RESTARTING)
        return;
    camera->is_uploading = false;
    rates_set(&run->rates, &run->rollout);
    if (camera->begun_ms != 0 && seconds > run->rollout.longest)
        run->rollout.longest = seconds;
}

static void hear_outcome(struct run *run, struct rollout_camera *camera,
                         const struct outcome *outcome)
{
    int64_t now = now_of(run);

    camera->is_told = true;
    camera->was_asked = true;
    if (camera->work == ROLLOUT_ASK)
        note_end(run, camera, progress_asked(&run->rollout, camera, outcome, now, any_number()));
    else if (camera->work == ROLLOUT_SOAK)
        note_end(run, camera, progress_soaked(camera, outcome, now, any_number()));
    else if (camera->state != ROLLOUT_ENDED) /* else it was left when it was ready */
        note_end(run, camera, progress_pushed(&run->rollout, camera, outcome, now, any_number()));
}

static void told(struct jobs *self, size_t job, const void *record)
{
    struct run *run = run_of(self);
    struct rollout_camera *camera = &run->rollout.cameras[job];
    struct event event;

    if (!event_read(record, &event))
        return;
    if (event.kind == EVENT_READY)
        hear_ready(run, camera, &event.outcome);
    else if (event.kind == EVENT_OUTCOME)
        hear_outcome(run, camera, &event.outcome);
    else
        hear_stage(run, camera, event.stage);
}

static void ended(struct jobs *self, size_t job, int status)
{
    struct run *run = run_of(self);
    struct rollout_camera *camera = &run->rollout.cameras[job];

    (void)status; /* the camera's record tells what became of it */
    if (!camera->is_told)
        save(run, camera, progress_died(camera, now_of(run)));
    camera->work = ROLLOUT_NO_WORK;
    camera->is_uploading = false;
    rates_set(&run->rates, &run->rollout);
}

static void interrupted(struct jobs *self, unsigned times)
{
    (void)times;
    pause(run_of(self), RUN_SIGNAL);
}

static bool is_all_ended(const struct rollout *rollout)
{
    for (size_t i = 0; i < rollout->count; i++)
        if (rollout->cameras[i].state != ROLLOUT_ENDED)
            return false;
    return true;
}

static void begin_wave(struct run *run)
{
    char text[32];

    run->rollout.wave++;
    run->rollout.wave_end = 0;
    (void)snprintf(text, sizeof(text), "%zu", run->rollout.wave);
    save_rollout(run, LEDGER_WAVE, "begins", text);
    if (run->rollout.policy.approve)
        pause(run, RUN_APPROVAL);
}

static void end_rollout(struct run *run)
{
    run->rollout.is_over = true;
    save_rollout(run, LEDGER_OVER, NULL, NULL);
    pause(run, RUN_OVER);
}

static void turn_wave(struct run *run)
{
    struct rollout *rollout = &run->rollout;
    enum schedule_wave wave = schedule_wave(rollout);

    if (wave == SCHEDULE_WAVE_SOAK && rollout->wave_end == 0) {
        rollout->wave_end = now_of(run);
        save_rollout(run, LEDGER_SOAK, NULL, NULL);
    }
    if (wave != SCHEDULE_WAVE_OVER)
        return;
    if (rollout->wave < rollout->policy.wave_count)
        begin_wave(run);
    else if (is_all_ended(rollout))
        end_rollout(run);
}

static void end_late(struct run *run)
{
    int64_t now = now_of(run);

    for (size_t i = 0; i < run->rollout.count; i++)
        if (progress_is_late(&run->rollout, &run->rollout.cameras[i], now))
            note_end(run, &run->rollout.cameras[i], LEDGER_ENDED);
}

/* Once a second. */
static void read_stop(struct run *run)
{
    uint64_t now = clock_milliseconds();

    if (now - run->stop_read_at < MILLISECONDS)
        return;
    run->stop_read_at = now;
    heed_stop(run);
}

static void ticked(struct jobs *self)
{
    struct run *run = run_of(self);

    read_stop(run);
    end_late(run);
    if (!run->rollout.is_stopping)
        turn_wave(run);
    if (run->tick != NULL)
        run->tick(run);
}

/* Whether the window alone keeps a camera from being updated now. */
static bool waits_for_window(struct run *run)
{
    int64_t now = now_of(run);
    enum rollout_work work;
    size_t job;

    return !schedule_may_upload(&run->rollout, now) &&
           !schedule_next(&run->rollout, false, now, &job, &work) &&
           schedule_next(&run->rollout, true, now, &job, &work);
}

/* Asked while no process runs. */
static bool is_over(struct jobs *self)
{
    struct run *run = run_of(self);

    if (run->end == RUN_GOES_ON && waits_for_window(run))
        pause(run, RUN_WINDOW);
    return run->rollout.is_stopping;
}

/* Empty: the kernel does not tell it. */
static void read_boot_id(char text[ROLLOUT_BOOT_SIZE])
{
    CLEANUP(memory_free) unsigned char *data = NULL;
    struct error ignored = ERROR_EMPTY;
    size_t size;

    text[0] = '\0';
    if (file_read("/proc/sys/kernel/random/boot_id", ROLLOUT_BOOT_SIZE, &data, &size, &ignored))
        span_printable(span_trim(span_of(data, size), '\n'), text, ROLLOUT_BOOT_SIZE);
}

static void begin(struct run *run)
{
    struct rollout *rollout = &run->rollout;
    int64_t now = now_of(run);
    char boot_id[ROLLOUT_BOOT_SIZE];
    int64_t by;

    read_boot_id(boot_id);
    by = timing_resume(rollout, now, (int64_t)clock_boot_seconds(), boot_id);
    if (by != 0 && !ledger_clock(&run->store, rollout, by, &run->failure))
        break_off(run);
    if (rollout->begun_at == 0) {
        rollout->begun_at = now;
        rollout->wave = rollout->policy.canary == 0 ? 1 : ROLLOUT_CANARY;
    }
    /* A person who begins a run does not want to wait for hours. */
    for (size_t i = 0; i < rollout->count; i++)
        if (rollout->cameras[i].state == ROLLOUT_WAITING)
            rollout->cameras[i].next_at = 0;
    save_rollout(run, LEDGER_BEGUN, NULL, NULL);
}

bool run_cameras(struct run *run, struct error *err)
{
    bool could_begin;

    begin(run);
    check_budget(run); /* the run before may have been killed before it did */
    read_stop(run);    /* it may have been asked for while a person typed the password */
    run->jobs = (struct jobs){.count = run->rollout.count,
                              .limit = SCHEDULE_PROCESSES,
                              .record_size = sizeof(struct event),
                              .out = &run->outlet,
                              .run = run_job,
                              .told = told,
                              .ended = ended,
                              .interrupted = interrupted,
                              .ticked = ticked,
                              .next = next,
                              .is_over = is_over};
    could_begin = run->end == RUN_BROKEN || jobs_run(&run->jobs, err);
    if (run->end != RUN_OVER && run->end != RUN_BROKEN)
        save_rollout(run, LEDGER_PAUSED, NULL, NULL);
    if (run->end != RUN_BROKEN)
        return could_begin;
    *err = run->failure;
    return false;
}
