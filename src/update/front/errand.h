/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands that change the camera without an upload: SAVE, REBOOT, SAVE_REBOOT, ROLLBACK,
 * CONFIRM. An installer carries each of them through: if the web server kills the front, only the
 * reply is lost.
 */
#ifndef UPDATE_FRONT_ERRAND_H
#define UPDATE_FRONT_ERRAND_H

#include "update/front/front.h"
#include "update/front/processes.h"

/* Takes the lock, starts the installer, waits for its end, then replies `OK`. The camera restarts
 * after processes_release, if the command says so. */
bool errand_answer(const struct front *front, struct processes *processes,
                   struct error *err) MUST_CHECK;

#endif
