/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/rollout/summary.h"

#include <string.h>

enum summary_part summary_part_of(const struct rollout_camera *camera)
{
    if (camera->is_outside)
        return SUMMARY_OUTSIDE;
    if (camera->state == ROLLOUT_SENDING)
        return SUMMARY_SENDING;
    if (camera->state == ROLLOUT_WAITING)
        return camera->is_away ? SUMMARY_AWAY : SUMMARY_WAITING;
    switch (camera->outcome.verdict) {
    case VERDICT_DONE:
        return SUMMARY_DONE;
    case VERDICT_ALREADY:
        return SUMMARY_ALREADY;
    case VERDICT_NOT_DONE:
        return SUMMARY_NOT_DONE;
    default:
        return SUMMARY_UNKNOWN;
    }
}

const char *summary_name(enum summary_part part)
{
    static const char *const names[SUMMARY_PARTS] = {
        [SUMMARY_DONE] = "done",         [SUMMARY_ALREADY] = "already",
        [SUMMARY_NOT_DONE] = "not done", [SUMMARY_UNKNOWN] = "unknown",
        [SUMMARY_SENDING] = "under way", [SUMMARY_AWAY] = "away",
        [SUMMARY_WAITING] = "waiting",   [SUMMARY_OUTSIDE] = "no image",
    };

    return names[part];
}

void summary_of(const struct rollout *rollout, const char *site, struct summary *summary)
{
    *summary = (struct summary){.soaked = 0};
    for (size_t i = 0; i < rollout->count; i++) {
        const struct rollout_camera *camera = &rollout->cameras[i];

        if (site != NULL && strcmp(camera->site, site) != 0)
            continue;
        summary->counts[summary_part_of(camera)]++;
        summary->soaked += camera->is_soaked;
    }
}

bool summary_begins_site(const struct rollout *rollout, size_t camera)
{
    const char *site = rollout->cameras[camera].site;

    for (size_t i = 0; i < camera; i++)
        if (strcmp(rollout->cameras[i].site, site) == 0)
            return false;
    return site[0] != '\0';
}

int summary_exit_status(const struct summary *summary)
{
    if (summary->counts[SUMMARY_UNKNOWN] > 0)
        return 2;
    return summary->counts[SUMMARY_NOT_DONE] > 0 ? 1 : 0;
}

const char *summary_phase(const struct rollout *rollout)
{
    if (rollout->is_over)
        return "ended";
    if (rollout->is_stopped)
        return "stopped by the budget";
    if (rollout->begun_at == 0)
        return "planned";
    return rollout->wave == ROLLOUT_CANARY ? "canary wave" : "wave";
}

void summary_print_phase(const struct rollout *rollout, FILE *out)
{
    const char *phase = summary_phase(rollout);

    (void)fputs(phase, out);
    if (strcmp(phase, "wave") == 0)
        (void)fprintf(out, " %zu of %zu", rollout->wave, rollout->policy.wave_count);
}
