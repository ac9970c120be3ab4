/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The installer: the one process that touches flash, journal, settings and restart. It lives in a
 * session of its own and carries an update through from its commit on, whether host, web server and
 * front are still there or not.
 */
#ifndef UPDATE_INSTALL_H
#define UPDATE_INSTALL_H

#include "camera/camera.h"
#include "protocol/command.h"
#include "update/record.h"

struct install_task {
    const struct camera *camera; /* borrowed */
    struct record_pipe records;  /* its descriptor is owned: what the worker sends */
    int front; /* owned: where the outcome goes; its hang-up says that the reply left */
    int lock;  /* owned: held until the restart was started */
    enum command_family family;
    uint64_t length; /* of the upload */
};

/* From the camera at rest to a finished commit, or back to rest. `must_restart`: something was
 * committed, which the next boot goes on with, or the ISP was held for it, whether this says true
 * or not. The simulations of power cuts call this; the process, with lock, outcome and restart
 * around it, is install_run. */
bool install_update(struct install_task *task, bool *must_restart, struct error *err) MUST_CHECK;

/* Installs, tells the outcome, restarts the camera where something was committed. Returns the
 * status to exit with. */
int install_run(struct install_task *task);

#endif
