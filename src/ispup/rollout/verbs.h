/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs of `ispup rollout`, one file each. All take the folder first. */
#ifndef ISPUP_ROLLOUT_VERBS_H
#define ISPUP_ROLLOUT_VERBS_H

#include "base/verb.h"

extern const struct verb rollout_plan;
extern const struct verb rollout_run;
extern const struct verb rollout_status;
extern const struct verb rollout_stop;
extern const struct verb rollout_retry;
extern const struct verb rollout_report;

/* Exit statuses of `run`. */
enum { ROLLOUT_EXIT_STOPPED = 3, ROLLOUT_EXIT_PAUSED = 4 };

#endif
