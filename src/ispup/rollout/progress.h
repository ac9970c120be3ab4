/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an answer of a camera means for its place in the rollout. Each function changes the camera
 * in memory and returns the kind of the event; the caller saves both (ledger.h). No clock, no I/O:
 * `now` is in seconds since 1970, `random` any number.
 */
#ifndef ISPUP_ROLLOUT_PROGRESS_H
#define ISPUP_ROLLOUT_PROGRESS_H

#include "ispup/rollout/ledger.h"

/* Codes of a rollout, besides those of `ispup push` (docs/push.md, "Codes"). */
#define PROGRESS_NO_IMAGE "no-image"             /* its platform has no image here */
#define PROGRESS_WITHOUT_RECORD "without-record" /* it does not answer ISP_STATUS */
#define PROGRESS_OTHER_CAMERA "other-camera"     /* another id than at first */
#define PROGRESS_SAME_ID "same-id"               /* two lines of the list show one id */
#define PROGRESS_RESTARTS "restarts"             /* it restarted twice after its update */
#define PROGRESS_SINCE_CHANGED "since-changed"   /* confirmed, but it does not run the image now */

/* It was asked what it is (ROLLOUT_ASK, or `plan`). */
enum ledger_kind progress_asked(const struct rollout *rollout, struct rollout_camera *camera,
                                const struct outcome *outcome, int64_t now, uint64_t random);

/* The image may be sent: it showed this before. False: nothing may be sent, and the camera has
 * ended. */
bool progress_may_send(const struct rollout *rollout, struct rollout_camera *camera,
                       const struct outcome *before, int64_t now);

/* The end of ROLLOUT_PUSH or ROLLOUT_RESUME. */
enum ledger_kind progress_pushed(const struct rollout *rollout, struct rollout_camera *camera,
                                 const struct outcome *outcome, int64_t now, uint64_t random);

/* The end of ROLLOUT_SOAK: `outcome` is of a check. */
enum ledger_kind progress_soaked(struct rollout_camera *camera, const struct outcome *outcome,
                                 int64_t now, uint64_t random);

/* Its process ended without an outcome. */
enum ledger_kind progress_died(struct rollout_camera *camera, int64_t now);

/* True: its time is over, it was asked in this run and was away, and it has ended. A camera that
 * waits for its wave is not late; nor is one that no one could ask since a clock jumped. */
bool progress_is_late(const struct rollout *rollout, struct rollout_camera *camera, int64_t now);

/* A person begins it again. */
void progress_retry(struct rollout_camera *camera);

#endif
