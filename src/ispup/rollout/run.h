/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `ispup rollout run`: begins a process for each camera whose turn it is, and saves what becomes of
 * it, until the rollout has ended or is paused.
 */
#ifndef ISPUP_ROLLOUT_RUN_H
#define ISPUP_ROLLOUT_RUN_H

#include "ispup/cli/outlet.h"
#include "ispup/fleet/hosts.h"
#include "ispup/remote/jobs.h"
#include "ispup/rollout/board.h"
#include "ispup/rollout/job.h"
#include "ispup/rollout/ledger.h"
#include "ispup/rollout/rates.h"
#include "ispup/rollout/timing.h"

/* Why a run ends. */
enum run_end {
    RUN_GOES_ON,
    RUN_OVER,     /* the rollout has ended */
    RUN_STOPPED,  /* the budget is exceeded */
    RUN_WINDOW,   /* uploads may begin only later */
    RUN_APPROVAL, /* a wave is over, and --approve was given */
    RUN_ASKED,    /* `ispup rollout stop` */
    RUN_SIGNAL,
    RUN_BROKEN, /* nothing can be saved: `failure` */
};

struct run {
    struct jobs jobs;       /* first: its address is the run's */
    struct rollout rollout; /* owned, like all down to `hosts` */
    struct store store;
    struct image_file images[ROLLOUT_IMAGES]; /* one for each of the rollout's */
    struct hosts hosts;                       /* its targets are those of the cameras */
    const char *cacert;                       /* borrowed, or NULL */
    enum run_end end;
    struct error failure;
    uint64_t stop_read_at; /* milliseconds */
    struct timing timing;
    /* For the process that begins next, which does not have the cameras. */
    enum rollout_work next_work;
    struct outcome next_known;
    struct rates rates;   /* owned */
    struct outlet outlet; /* owned: standard output */
    struct board board;
    /* Shows a change of a camera; of the rollout, if `camera` is NULL. `text` may be NULL. */
    void (*show)(struct run *run, const struct rollout_camera *camera, enum ledger_kind kind,
                 const char *text);
    void (*tick)(struct run *run); /* may be NULL */
};

/* Runs it. The rollout, store, images and hosts are open. False: `err`; nothing was begun, or
 * nothing more could be saved. */
bool run_cameras(struct run *run, struct error *err) MUST_CHECK;

#endif
