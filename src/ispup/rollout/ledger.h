/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The changes of a rollout. Each is one transaction, with its event, and is on the disk when the
 * function returns. If it fails, the rollout in memory is ahead of the database: end the run.
 */
#ifndef ISPUP_ROLLOUT_LEDGER_H
#define ISPUP_ROLLOUT_LEDGER_H

#include "ispup/rollout/store.h"

enum ledger_kind {
    LEDGER_PLANNED,    /* the rollout was planned */
    LEDGER_BEGUN,      /* a run begins */
    LEDGER_PAUSED,     /* a run ends before the rollout does */
    LEDGER_WAVE,       /* a wave begins */
    LEDGER_SOAK,       /* all cameras of a wave have ended */
    LEDGER_STOPPED,    /* the budget is exceeded */
    LEDGER_RAISED,     /* a person raised the budget */
    LEDGER_ASKED_STOP, /* a person asked for a stop */
    LEDGER_OVER,       /* the rollout has ended */
    LEDGER_LEFT_OUT,   /* a camera: it takes no part */
    LEDGER_KNOWN,      /* its id and platform are known */
    LEDGER_WAITS,      /* it could not be updated, and is asked again */
    LEDGER_SENDING,    /* the first byte of the image may be sent now */
    LEDGER_ENDED,
    LEDGER_SOAKED,    /* it was asked again, and the image runs */
    LEDGER_RESTARTED, /* it was asked again, and has restarted meanwhile */
    LEDGER_RETRIED,   /* a person begins it again */
    LEDGER_CLOCK,     /* the clock of this machine was set */
    LEDGER_KINDS,
};

/* The word that stands in the event. */
const char *ledger_word(enum ledger_kind kind);

/* Makes the tables, and saves the plan: the policy and the digests of the images are in its event,
 * and each camera that takes no part has one. */
bool ledger_planned(struct store *store, const struct rollout *rollout,
                    struct error *err) MUST_CHECK;

/* Saves the camera with its event. */
bool ledger_camera(struct store *store, const struct rollout_camera *camera, enum ledger_kind kind,
                   struct error *err) MUST_CHECK;

/* Saves wave, times and the like with an event. `name` and `value` are a member of the event, or
 * NULL. */
bool ledger_rollout(struct store *store, const struct rollout *rollout, enum ledger_kind kind,
                    const char *name, const char *value, struct error *err) MUST_CHECK;

/* Saves all times after timing_move. */
bool ledger_clock(struct store *store, const struct rollout *rollout, int64_t seconds,
                  struct error *err) MUST_CHECK;

/* Cameras that a person changes together. */
struct ledger_cameras {
    const struct rollout_camera **list; /* owned */
    size_t count;
};

/* Has room for all cameras of the rollout; ledger_cameras_close releases it. */
bool ledger_cameras_open(struct ledger_cameras *cameras, const struct rollout *rollout,
                         struct error *err) MUST_CHECK;
void ledger_cameras_close(struct ledger_cameras *cameras);

/* Saves the cameras that begin again, with the rollout. */
bool ledger_retried(struct store *store, const struct rollout *rollout,
                    const struct ledger_cameras *cameras, struct error *err) MUST_CHECK;

/* Saves a budget that a person raised, and why: well-formed UTF-8; with the cameras whose failure
 * that person takes. */
bool ledger_budget(struct store *store, const struct rollout *rollout, const char *because,
                   const struct ledger_cameras *cameras, struct error *err) MUST_CHECK;

#endif
