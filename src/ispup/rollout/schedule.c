/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/rollout/schedule.h"

#include "ispup/rollout/rates.h"

#include <string.h>

struct load {
    size_t processes, questions, uploads, resends;
    const struct rollout_camera *end; /* of the share of this wave */
};

/* The first camera, by position, that a later wave takes. Those before it that are outside take no
 * place: they may be found only after the plan. */
static const struct rollout_camera *end_of_share(const struct rollout *rollout)
{
    uint64_t left;
    size_t i = 0;

    if (rollout->wave == ROLLOUT_CANARY)
        return rollout->cameras;
    left = share_of(&rollout->policy.waves[rollout->wave - 1], rollout_planned(rollout));
    for (; i < rollout->count && left > 0; i++)
        left -= !rollout->cameras[i].is_outside;
    return &rollout->cameras[i];
}

static void measure(const struct rollout *rollout, struct load *load)
{
    *load = (struct load){.end = end_of_share(rollout)};
    for (size_t i = 0; i < rollout->count; i++) {
        const struct rollout_camera *camera = &rollout->cameras[i];

        load->processes += camera->work != ROLLOUT_NO_WORK;
        load->questions += camera->work == ROLLOUT_ASK || camera->work == ROLLOUT_SOAK;
        load->uploads += camera->is_uploading;
        load->resends += camera->is_uploading && camera->is_resend;
    }
}

static bool is_idle(const struct rollout_camera *camera, int64_t now)
{
    return camera->work == ROLLOUT_NO_WORK && camera->next_at <= now;
}

static bool is_waiting(const struct rollout_camera *camera)
{
    return camera->state == ROLLOUT_WAITING && !camera->is_outside;
}

/* Counts in its platform's canary: it is done, or under way. */
static bool holds_canary_place(const struct rollout_camera *camera)
{
    if (!camera->is_canary)
        return false;
    if (camera->state == ROLLOUT_ENDED)
        return camera->outcome.verdict == VERDICT_DONE;
    return camera->state == ROLLOUT_SENDING || camera->work == ROLLOUT_PUSH;
}

static size_t canaries_of(const struct rollout *rollout, const char *platform, bool only_ended)
{
    size_t count = 0;

    for (size_t i = 0; i < rollout->count; i++) {
        const struct rollout_camera *camera = &rollout->cameras[i];

        count += holds_canary_place(camera) && strcmp(camera->outcome.platform, platform) == 0 &&
                 (!only_ended || camera->state == ROLLOUT_ENDED);
    }
    return count;
}

bool schedule_is_canary(const struct rollout *rollout, const struct rollout_camera *camera)
{
    return canaries_of(rollout, camera->outcome.platform, false) < rollout->policy.canary;
}

/* Whether the camera may be updated in this wave or an earlier one; `end` is end_of_share. A
 * platform of which all were away in the canary wave has its canaries later. */
static bool is_due(const struct rollout *rollout, const struct rollout_camera *camera,
                   const struct rollout_camera *end)
{
    if (rollout->wave == ROLLOUT_CANARY)
        return schedule_is_canary(rollout, camera);
    if (rollout->policy.canary == 0)
        return camera < end;
    return camera < end &&
           (schedule_is_canary(rollout, camera) ||
            canaries_of(rollout, camera->outcome.platform, true) >= rollout->policy.canary);
}

/* While an upload is repeated that broke off, half the places are used: the line may be too slow
 * for all of them. */
static uint64_t places(uint64_t limit, uint64_t rate, bool is_halved)
{
    uint64_t most = rates_places(limit, rate);

    return is_halved && most > 1 ? most / 2 : most;
}

static void measure_site(const struct rollout *rollout, const char *site, struct load *load)
{
    *load = (struct load){.uploads = 0};
    for (size_t i = 0; i < rollout->count; i++) {
        const struct rollout_camera *camera = &rollout->cameras[i];

        if (!camera->is_uploading || strcmp(camera->site, site) != 0)
            continue;
        load->uploads++;
        load->resends += camera->is_resend;
    }
}

static bool has_place(const struct rollout *rollout, const struct rollout_camera *camera,
                      const struct load *load)
{
    const struct policy *policy = &rollout->policy;
    struct load in_site;

    if (load->uploads >= places(policy->jobs, policy->rate, camera->is_resend || load->resends > 0))
        return false;
    if (camera->site[0] == '\0')
        return true;
    measure_site(rollout, camera->site, &in_site);
    return in_site.uploads <
           places(policy->site_jobs, policy->site_rate, camera->is_resend || in_site.resends > 0);
}

/* A camera that came late is asked a whole soak after its own end. */
static int64_t soak_at(const struct rollout *rollout, const struct rollout_camera *camera)
{
    int64_t from =
        camera->outcome.time > rollout->wave_end ? camera->outcome.time : rollout->wave_end;
    int64_t due = from + (int64_t)rollout->policy.soak;

    return camera->next_at > due ? camera->next_at : due;
}

static bool needs_soak(const struct rollout_camera *camera)
{
    return camera->state == ROLLOUT_ENDED && camera->outcome.verdict == VERDICT_DONE &&
           !camera->is_soaked;
}

static enum rollout_work question_for(const struct rollout *rollout,
                                      const struct rollout_camera *camera, int64_t now)
{
    if (camera->work != ROLLOUT_NO_WORK)
        return ROLLOUT_NO_WORK;
    if (is_waiting(camera) && camera->outcome.platform[0] == '\0' && camera->next_at <= now)
        return ROLLOUT_ASK;
    if (rollout->wave_end != 0 && needs_soak(camera) && soak_at(rollout, camera) <= now)
        return ROLLOUT_SOAK;
    return ROLLOUT_NO_WORK;
}

static bool is_candidate(const struct rollout *rollout, const struct rollout_camera *camera,
                         const struct load *load, int64_t now)
{
    return is_idle(camera, now) && is_waiting(camera) && camera->outcome.platform[0] != '\0' &&
           is_due(rollout, camera, load->end) && has_place(rollout, camera, load);
}

static enum rollout_work work_for(const struct rollout *rollout,
                                  const struct rollout_camera *camera, const struct load *load,
                                  bool may_upload, int64_t now)
{
    enum rollout_work question;

    if (camera->state == ROLLOUT_SENDING && is_idle(camera, now))
        return ROLLOUT_RESUME;
    if (rollout->is_stopping)
        return ROLLOUT_NO_WORK;
    question = question_for(rollout, camera, now);
    if (question != ROLLOUT_NO_WORK)
        return load->questions < SCHEDULE_QUESTIONS ? question : ROLLOUT_NO_WORK;
    if (may_upload && is_candidate(rollout, camera, load, now))
        return ROLLOUT_PUSH;
    return ROLLOUT_NO_WORK;
}

/* An upload that once took very long must not close the window for ever. */
static int64_t expected(const struct policy *policy, int64_t longest)
{
    int64_t most = ((int64_t)window_seconds(&policy->window) - (int64_t)policy->wait) / 2;

    return longest < most ? longest : most;
}

bool schedule_may_upload(const struct rollout *rollout, int64_t now)
{
    const struct policy *policy = &rollout->policy;
    int64_t left;

    return !policy->has_window ||
           (window_is_open(&policy->window, now, &left) &&
            left >= expected(policy, rollout->longest) + (int64_t)policy->wait);
}

bool schedule_next(const struct rollout *rollout, bool may_upload, int64_t now, size_t *camera,
                   enum rollout_work *work)
{
    struct load load;

    measure(rollout, &load);
    if (load.processes >= SCHEDULE_PROCESSES)
        return false;
    for (size_t i = 0; i < rollout->count; i++) {
        *work = work_for(rollout, &rollout->cameras[i], &load, may_upload, now);
        *camera = i;
        if (*work != ROLLOUT_NO_WORK)
            return true;
    }
    return false;
}

/* Whether the wave has to wait for it. A camera that is away holds no wave but the canary, which
 * needs so many done. */
static bool holds_wave(const struct rollout *rollout, const struct rollout_camera *camera,
                       const struct rollout_camera *end)
{
    if (camera->work == ROLLOUT_PUSH || camera->state == ROLLOUT_SENDING)
        return true;
    if (!is_waiting(camera))
        return false;
    if (rollout->wave == ROLLOUT_CANARY)
        return camera->outcome.platform[0] == '\0' ? !camera->is_away
                                                   : is_due(rollout, camera, end);
    return !camera->is_away && camera < end;
}

/* A later wave asks those that are away; after the last one there is none. */
static bool soaks(const struct rollout *rollout, const struct rollout_camera *camera)
{
    return needs_soak(camera) && (rollout->wave == ROLLOUT_CANARY ||
                                  rollout->wave == rollout->policy.wave_count || !camera->is_away);
}

enum schedule_wave schedule_wave(const struct rollout *rollout)
{
    const struct rollout_camera *end = end_of_share(rollout);
    bool has_soak = false;

    for (size_t i = 0; i < rollout->count; i++) {
        if (holds_wave(rollout, &rollout->cameras[i], end))
            return SCHEDULE_WAVE_OPEN;
        has_soak = has_soak || soaks(rollout, &rollout->cameras[i]);
    }
    return has_soak ? SCHEDULE_WAVE_SOAK : SCHEDULE_WAVE_OVER;
}
