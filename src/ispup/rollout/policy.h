/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a rollout proceeds. `ispup rollout plan` takes it from the command line and stores it; it
 * stays the same until the rollout has ended. docs/rollout.md, "The policy".
 */
#ifndef ISPUP_ROLLOUT_POLICY_H
#define ISPUP_ROLLOUT_POLICY_H

#include "base/error.h"
#include "ispup/fleet/window.h"
#include "ispup/rollout/budget.h"
#include "ispup/rollout/share.h"

#include <stdbool.h>

enum {
    POLICY_WAVES = 16,
    POLICY_TEXT_SIZE = 256,
    /* Bytes a second. A slower upload would count as stalled, for the camera and for --stall. */
    POLICY_RATE_LEAST = 4096,
};

enum policy_item {
    POLICY_CANARY,
    POLICY_WAVE_LIST,
    POLICY_SOAK,
    POLICY_BUDGET,
    POLICY_BUDGET_SAME,
    POLICY_APPROVE,
    POLICY_JOBS,
    POLICY_SITE_JOBS,
    POLICY_RATE,
    POLICY_SITE_RATE,
    POLICY_WINDOW,
    POLICY_TRIES,
    POLICY_DEADLINE,
    POLICY_WAIT,
    POLICY_STALL,
    POLICY_WITHOUT_RECORD,
    POLICY_ALLOW_OLDER,
    POLICY_INSECURE,
    POLICY_ITEMS,
};

struct policy {
    char texts[POLICY_ITEMS][POLICY_TEXT_SIZE]; /* as they were given, for the database */
    uint64_t canary;                  /* cameras of each platform before the first wave; 0: none */
    struct share waves[POLICY_WAVES]; /* cumulative; `wave_count` of them */
    size_t wave_count;
    uint64_t soak; /* seconds from the end of a wave until its cameras are asked again */
    struct budget budget;
    bool approve;             /* stop after each wave until the next `run` */
    uint64_t jobs, site_jobs; /* uploads at a time, in all and in one site */
    uint64_t rate, site_rate; /* bytes a second; 0: no limit */
    bool has_window;
    struct window window;
    uint64_t tries;       /* of a camera that answers, but does not take an upload */
    uint64_t deadline;    /* seconds from the beginning of the first `run` */
    uint64_t wait, stall; /* seconds, as of `ispup push` */
    bool without_record;  /* cameras that do not answer ISP_STATUS may take part */
    bool allow_older;
    bool is_insecure;
};

/* The option's name without `--`, which is also its name in the plan. */
const char *policy_name(enum policy_item item);

/* Whether it is a flag, stored as `yes` or `no`. */
bool policy_is_flag(enum policy_item item);

/* The text that stands for it if it is not given. */
const char *policy_default(enum policy_item item);

/* Sets one item. ERROR_USAGE. */
bool policy_take(struct policy *policy, enum policy_item item, const char *text,
                 struct error *err) MUST_CHECK;

/* Every item has its default. */
void policy_reset(struct policy *policy);

#endif
