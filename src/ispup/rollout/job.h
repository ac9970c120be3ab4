/* SPDX-License-Identifier: Apache-2.0 */
/* What a process of a rollout does for one camera: always one run of push/, with other options. */
#ifndef ISPUP_ROLLOUT_JOB_H
#define ISPUP_ROLLOUT_JOB_H

#include "ispup/push/push.h"
#include "ispup/rollout/rollout.h"

struct job_setting {
    const struct rollout *rollout;   /* borrowed, like all below */
    const struct image_file *images; /* one for each of the rollout's */
    const char *cacert;              /* or NULL */
    const _Atomic uint32_t *rate;    /* bytes a second, which the caller may change; or NULL */
    enum rollout_work work;
    const struct outcome *known; /* what is known of the camera */
};

/* Sends events to `events`, of which the last one is the outcome. Before the first byte of an image
 * it sends EVENT_READY, and waits for the answer (push/report.h). */
void job_run(const struct job_setting *setting, const struct target *target, int events, int gate);

#endif
