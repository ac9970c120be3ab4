/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The installer: the only process that writes flash, journal and settings, and that restarts the
 * camera. It has a session of its own. From the commit on it completes the update, even if host,
 * web server or front have ended.
 */
#ifndef UPDATE_INSTALL_INSTALL_H
#define UPDATE_INSTALL_INSTALL_H

#include "camera/camera.h"
#include "protocol/command.h"
#include "update/frame.h"

struct install_task {
    const struct camera *camera; /* borrowed */
    struct frame_pipe frames;    /* its descriptor is owned; the worker sends */
    int front; /* owned: takes the outcome; a hang-up means that the reply has left */
    int lock;  /* owned: held until the outcome is known, or until the restart was started */
    enum command_family family;
    uint64_t length; /* of the upload */
};

/* The update itself: from an idle journal to a completed commit, or back to idle. `must_restart`,
 * on success and on failure: the next boot has to go on with a commit, or to start an ISP that
 * `hold` stopped. install_run adds lock, outcome and restart; the simulations of power cuts call
 * this. */
bool install_update(struct install_task *task, bool *must_restart, struct error *err) MUST_CHECK;

/* Installs, sends the outcome, and restarts the camera if install_update says so. Returns the exit
 * status. */
int install_run(struct install_task *task);

/* Restarts the camera after the process at the other end of the pipe `front` has gone. */
void install_restart(const struct camera *camera, int front);

#endif
