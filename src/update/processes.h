/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The three processes of one update. The front, which calls this, forks the worker (body and one
 * pipe, nothing else, no rights) and the installer (a session of its own, the lock), and hears how
 * it ended. Killing the front loses the reply, never the update.
 */
#ifndef UPDATE_PROCESSES_H
#define UPDATE_PROCESSES_H

#include "camera/camera.h"
#include "update/body.h"
#include "update/worker.h"

#include <sys/types.h>

/* How long a worker may still drop what a host sends: longer than it takes for that by itself. */
enum { PROCESSES_PATIENCE_SECONDS = BODY_DRAIN_SECONDS + 5 };

struct processes {
    pid_t worker;
    int outcome; /* owned: where the installer tells how it ended */
};

#define PROCESSES_NONE ((struct processes){.worker = 0, .outcome = -1})

/* `lock` is taken: the installer holds it from now on. `task` says all but the worker's pipe. */
bool processes_start(const struct camera *camera, const struct worker_task *task, int *lock,
                     struct processes *processes, struct error *err) MUST_CHECK;

/* Waits for the installer's word, then for the worker, which may still have to drop the rest of a
 * refused body; after `patience` seconds it is ended. A worker that another signal ended is logged,
 * and told where it is the reason. True: OK. */
bool processes_wait(const struct camera *camera, struct processes *processes, unsigned patience,
                    struct error *err) MUST_CHECK;

/* Lets the installer go on: the reply has left. For CLEANUP. */
void processes_release(struct processes *processes);

/* A process of its own that restarts the camera when `processes_release` was called: for REBOOT.
 * `lock` is taken. */
bool processes_restart(const struct camera *camera, int *lock, struct processes *processes,
                       struct error *err) MUST_CHECK;

#endif
