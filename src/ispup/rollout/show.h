/* SPDX-License-Identifier: Apache-2.0 */
/* What a person sees while a rollout runs: a line for each change that matters, and on a terminal a
 * few lines below them that are drawn again. */
#ifndef ISPUP_ROLLOUT_SHOW_H
#define ISPUP_ROLLOUT_SHOW_H

#include "ispup/rollout/run.h"

void show_change(struct run *run, const struct rollout_camera *camera, enum ledger_kind kind,
                 const char *text);

/* The sums, and why the run ends. */
void show_end(struct run *run);

/* While it waits: draws the lines again. */
void show_tick(struct run *run);

#endif
