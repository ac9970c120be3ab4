/* SPDX-License-Identifier: Apache-2.0 */
/* The formats of `ispup rollout report`. */
#ifndef ISPUP_ROLLOUT_REPORT_H
#define ISPUP_ROLLOUT_REPORT_H

#include "ispup/rollout/rollout.h"
#include "ispup/rollout/store.h"

#include <stdio.h>

/* RFC 4180, a line for each camera. A field that a spreadsheet would take for a formula gets a `'`
 * in front, unless `is_raw`. */
void report_csv(const struct rollout *rollout, bool is_raw, FILE *out);

/* When the waves began, for the plot. */
struct report_waves {
    int64_t begins[POLICY_WAVES]; /* seconds since 1970; of wave 1 and later */
    size_t count;
    bool has_canary; /* there is a wave before the first one */
};

void report_plot(const struct rollout *rollout, const struct report_waves *waves, FILE *out);

/* One page without script: sums, a plot, a table. Every value is escaped. */
bool report_html(struct store *store, const struct rollout *rollout, FILE *out,
                 struct error *err) MUST_CHECK;

#endif
