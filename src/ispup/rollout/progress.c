/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/rollout/progress.h"

#include "ispup/fleet/delay.h"
#include "ispup/push/retry.h"

#include <stdio.h>
#include <string.h>

enum { RESTART_SECONDS = 300, DIED_SECONDS = 5, SENDS_MOST = 2 };

/* A camera that is away is asked again after 1 minute, doubling up to 6 hours. */
static const struct delay away = {.first = 60, .most = 6 * 3600, .jitter_percent = 25};

static const char no_record[] = "it does not answer ISP_STATUS: --without-record lets it take part";

static void set_code(struct rollout_camera *camera, const char *code, const char *why)
{
    (void)snprintf(camera->code, sizeof(camera->code), "%s", code);
    (void)snprintf(camera->outcome.why, sizeof(camera->outcome.why), "%s", why);
}

static enum ledger_kind end(struct rollout_camera *camera, enum verdict verdict, int64_t now)
{
    camera->state = ROLLOUT_ENDED;
    camera->is_away = false;
    camera->next_at = 0;
    camera->outcome.verdict = verdict;
    camera->outcome.time = now;
    return LEDGER_ENDED;
}

static enum ledger_kind wait(struct rollout_camera *camera, int64_t now, uint64_t random)
{
    camera->state = ROLLOUT_WAITING;
    camera->is_away = true;
    camera->next_at = now + (int64_t)delay_next(&away, camera->waits++, random);
    return LEDGER_WAITS;
}

/* Keeps the pinned id, and what a camera that did not answer cannot tell. */
static void keep(struct rollout_camera *camera, const struct outcome *outcome)
{
    struct outcome before = camera->outcome;

    camera->outcome = *outcome;
    if (before.id[0] != '\0')
        memcpy(camera->outcome.id, before.id, sizeof(before.id));
    if (outcome->platform[0] == '\0')
        memcpy(camera->outcome.platform, before.platform, sizeof(before.platform));
    set_code(camera, verdict_code(outcome->reason), outcome->why);
}

static bool has_record(const struct outcome *outcome)
{
    return outcome->boot_before[0] != '\0';
}

/* It takes no part, for the reason that is set: its end is none of a failed update. */
static enum ledger_kind exempt(struct rollout_camera *camera, int64_t now)
{
    camera->is_exempt = true;
    (void)end(camera, VERDICT_NOT_DONE, now);
    return LEDGER_LEFT_OUT;
}

static enum ledger_kind leave_out(struct rollout_camera *camera, const char *code, const char *why,
                                  int64_t now)
{
    set_code(camera, code, why);
    return exempt(camera, now);
}

/* Another line has this id: one of the two addresses is wrong, or leads to the same camera. */
static bool has_same_id(const struct rollout *rollout, const struct rollout_camera *camera,
                        const char *id)
{
    for (size_t i = 0; i < rollout->count && id[0] != '\0'; i++)
        if (&rollout->cameras[i] != camera && strcmp(rollout->cameras[i].outcome.id, id) == 0)
            return true;
    return false;
}

static enum ledger_kind end_unsent(const struct rollout *rollout, struct rollout_camera *camera,
                                   int64_t now, uint64_t random)
{
    const struct outcome *outcome = &camera->outcome;

    if (outcome->reason == REASON_INTERRUPTED)
        return LEDGER_WAITS; /* the run itself left it: its turn comes with the next run */
    if (outcome->verdict != VERDICT_NOT_DONE || retry_of(outcome->reason) == RETRY_NEVER) {
        if (outcome->reason == REASON_OLDER)
            return exempt(camera, now);
        return end(camera, outcome->verdict, now);
    }
    if (retry_of(outcome->reason) == RETRY_COUNTED && ++camera->tries >= rollout->policy.tries)
        return end(camera, VERDICT_NOT_DONE, now);
    return wait(camera, now, random);
}

enum ledger_kind progress_asked(const struct rollout *rollout, struct rollout_camera *camera,
                                const struct outcome *outcome, int64_t now, uint64_t random)
{
    bool is_twin = has_same_id(rollout, camera, outcome->id);

    keep(camera, outcome);
    /* A plan only notes what it sees: the run decides. */
    if (outcome->platform[0] == '\0' && rollout->begun_at != 0 &&
        outcome->verdict == VERDICT_NOT_DONE)
        return end_unsent(rollout, camera, now, random);
    if (outcome->platform[0] == '\0')
        return wait(camera, now, random);
    camera->waits = 0;
    camera->is_away = false;
    camera->next_at = 0;
    if (is_twin)
        return leave_out(camera, PROGRESS_SAME_ID, "another line of the list has the same id", now);
    if (rollout_image_for(rollout, outcome->platform) == NULL) {
        camera->is_outside = true;
        return leave_out(camera, PROGRESS_NO_IMAGE, "no image for its platform", now);
    }
    if (!has_record(outcome) && !rollout->policy.without_record)
        return leave_out(camera, PROGRESS_WITHOUT_RECORD, no_record, now);
    if (outcome->reason == REASON_OLDER)
        return exempt(camera, now);
    return LEDGER_KNOWN;
}

bool progress_may_send(const struct rollout *rollout, struct rollout_camera *camera,
                       const struct outcome *before, int64_t now)
{
    const char *pinned = camera->outcome.id;

    if (pinned[0] != '\0' && strcmp(pinned, before->id) != 0) {
        set_code(camera, PROGRESS_OTHER_CAMERA, "it shows another id than at first");
        (void)end(camera, VERDICT_NOT_DONE, now);
        return false;
    }
    if (!has_record(before) && !rollout->policy.without_record) {
        (void)leave_out(camera, PROGRESS_WITHOUT_RECORD, no_record, now);
        return false;
    }
    if (pinned[0] == '\0' && has_same_id(rollout, camera, before->id)) {
        (void)leave_out(camera, PROGRESS_SAME_ID, "another line of the list has the same id", now);
        return false;
    }
    keep(camera, before);
    camera->code[0] = '\0';
    camera->state = ROLLOUT_SENDING;
    camera->is_away = false;
    camera->next_at = 0;
    camera->waits = 0;
    camera->begun_at = now;
    camera->sends++;
    return true;
}

/* Nothing of it was committed. */
static bool may_send_again(const struct rollout_camera *camera, const struct outcome *outcome)
{
    return outcome->verdict == VERDICT_NOT_DONE && outcome->is_cut && camera->sends < SENDS_MOST;
}

/* An earlier run ended before the image arrived, and the camera's record proves it. */
static enum ledger_kind begin_again(const struct rollout *rollout, struct rollout_camera *camera,
                                    int64_t now)
{
    if (++camera->tries >= rollout->policy.tries)
        return end(camera, VERDICT_NOT_DONE, now);
    camera->state = ROLLOUT_WAITING;
    camera->next_at = now;
    return LEDGER_WAITS;
}

enum ledger_kind progress_pushed(const struct rollout *rollout, struct rollout_camera *camera,
                                 const struct outcome *outcome, int64_t now, uint64_t random)
{
    bool was_sent = camera->state == ROLLOUT_SENDING;

    keep(camera, outcome);
    if (!was_sent)
        return end_unsent(rollout, camera, now, random);
    if (outcome->verdict == VERDICT_NOT_DONE && outcome->reason == REASON_NO_TRACE)
        return begin_again(rollout, camera, now);
    if (may_send_again(camera, outcome)) {
        camera->is_resend = true;
        return wait(camera, now, random);
    }
    return end(camera, outcome->verdict, now);
}

static enum ledger_kind note_restart(struct rollout_camera *camera, const struct outcome *outcome,
                                     int64_t now)
{
    if (camera->was_restarted) {
        set_code(camera, PROGRESS_RESTARTS, "it restarted twice after its update was confirmed");
        return end(camera, VERDICT_NOT_DONE, now);
    }
    camera->was_restarted = true;
    memcpy(camera->outcome.boot_after, outcome->boot_before, sizeof(outcome->boot_before));
    camera->next_at = now + RESTART_SECONDS;
    return LEDGER_RESTARTED;
}

static bool is_other_camera(const struct rollout_camera *camera, const struct outcome *outcome)
{
    return camera->outcome.id[0] != '\0' && outcome->id[0] != '\0' &&
           strcmp(camera->outcome.id, outcome->id) != 0;
}

enum ledger_kind progress_soaked(struct rollout_camera *camera, const struct outcome *outcome,
                                 int64_t now, uint64_t random)
{
    bool runs_image = outcome->verdict == VERDICT_ALREADY;

    if (is_other_camera(camera, outcome)) {
        set_code(camera, PROGRESS_OTHER_CAMERA,
                 "after its wave another camera answers at its address");
        return end(camera, VERDICT_UNKNOWN, now);
    }
    if (!runs_image && outcome->reason != REASON_FREE && outcome->reason != REASON_OLDER) {
        camera->is_away = true;
        camera->next_at = now + (int64_t)delay_next(&away, camera->waits++, random);
        return LEDGER_WAITS;
    }
    camera->is_away = false;
    camera->next_at = 0;
    if (!runs_image) {
        set_code(camera, PROGRESS_SINCE_CHANGED,
                 "it was confirmed, and does not run the image any more");
        return end(camera, VERDICT_NOT_DONE, now);
    }
    if (has_record(outcome) && strcmp(outcome->boot_before, camera->outcome.boot_after) != 0)
        return note_restart(camera, outcome, now);
    camera->is_soaked = true;
    return LEDGER_SOAKED;
}

enum ledger_kind progress_died(struct rollout_camera *camera, int64_t now)
{
    if (camera->state == ROLLOUT_WAITING) {
        set_code(camera, "died", "the process of this camera ended early");
        return wait(camera, now, (uint64_t)now);
    }
    set_code(camera, "died", "its process ended early, the camera is asked for its outcome");
    camera->next_at = now + DIED_SECONDS;
    return LEDGER_WAITS;
}

/* What ends outside the budget: it could not be reached, or had no time for an update. If it
 * answered and took none, or an upload to it broke off, the update failed. */
static bool was_kept_away(const struct rollout_camera *camera)
{
    return retry_of(camera->outcome.reason) == RETRY_LATER && !camera->is_resend;
}

bool progress_is_late(const struct rollout *rollout, struct rollout_camera *camera, int64_t now)
{
    if (rollout->begun_at == 0 || now < rollout->begun_at + (int64_t)rollout->policy.deadline ||
        camera->work != ROLLOUT_NO_WORK || !camera->is_away || !camera->was_asked)
        return false;
    if (camera->state == ROLLOUT_WAITING) {
        camera->is_exempt = was_kept_away(camera);
        (void)end(camera, VERDICT_NOT_DONE, now);
        return true;
    }
    if (camera->state != ROLLOUT_ENDED || camera->outcome.verdict != VERDICT_DONE ||
        camera->is_soaked)
        return false;
    set_code(camera, "silent", "it was confirmed, and did not answer after that");
    (void)end(camera, VERDICT_UNKNOWN, now);
    return true;
}

void progress_retry(struct rollout_camera *camera)
{
    /* The person has looked at what is there now. */
    if (strcmp(camera->code, PROGRESS_OTHER_CAMERA) == 0 ||
        strcmp(camera->code, PROGRESS_SAME_ID) == 0)
        camera->outcome.id[0] = '\0';
    camera->state = ROLLOUT_WAITING;
    camera->outcome.verdict = VERDICT_WAIT;
    camera->outcome.platform[0] = '\0'; /* it is asked again: it may still take no part */
    camera->is_exempt = false;
    camera->is_outside = false;
    camera->is_away = false;
    camera->is_soaked = false;
    camera->was_restarted = false;
    camera->is_resend = false;
    camera->tries = 0;
    camera->waits = 0;
    camera->next_at = 0;
}
