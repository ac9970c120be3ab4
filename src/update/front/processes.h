/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The three processes of one update. The front calls this. It forks the installer (a session of its
 * own, the lock) and the worker (the body and one pipe, no other descriptor, no rights), and waits
 * for the outcome. If the front is killed, the reply is lost, but the update goes on.
 */
#ifndef UPDATE_FRONT_PROCESSES_H
#define UPDATE_FRONT_PROCESSES_H

#include "camera/camera.h"
#include "update/body.h"
#include "update/worker/worker.h"

#include <sys/types.h>

/* How long the worker may drain the body: longer than its own limit for that. */
enum { PROCESSES_PATIENCE_SECONDS = BODY_DRAIN_SECONDS + 5 };

struct processes {
    pid_t worker;
    int outcome; /* owned: the read end of the installer's pipe */
};

#define PROCESSES_NONE ((struct processes){.worker = 0, .outcome = -1})

/* Takes `lock`: the installer holds it from now on. The worker's pipe in `task` is set here. */
bool processes_start(const struct camera *camera, const struct worker_task *task, int *lock,
                     struct processes *processes, struct error *err) MUST_CHECK;

/* Waits for the installer's outcome, then for the worker, which may still drain a refused body;
 * after `patience` seconds the worker is killed. If another signal killed the worker, the log says
 * so, and also the error if that was the cause. True: OK. */
bool processes_wait(const struct camera *camera, struct processes *processes, unsigned patience,
                    struct error *err) MUST_CHECK;

/* Tells the installer that the reply has left. For CLEANUP. */
void processes_release(struct processes *processes);

/* The work of an installer that gets no upload. */
enum processes_work { PROCESSES_NOTHING, PROCESSES_SAVE, PROCESSES_CONFIRM, PROCESSES_ROLL_BACK };

struct processes_errand {
    enum processes_work work;
    bool restarts; /* the camera, after the work succeeded and `processes_release` was called */
};

/* Starts an installer without a worker and waits for its outcome. Takes `lock`. True: OK. */
bool processes_run(const struct camera *camera, const struct processes_errand *errand, int *lock,
                   struct processes *processes, struct error *err) MUST_CHECK;

#endif
