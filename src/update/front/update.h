/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The front: one request to `/cgi-bin/update`, from its environment to its reply. Also the same
 * update with a file as the body, for the camera's shell.
 */
#ifndef UPDATE_FRONT_UPDATE_H
#define UPDATE_FRONT_UPDATE_H

#include "camera/camera.h"

/* Answers one request: reads the body from `in`, prints the reply to `out`. Returns the exit
 * status: 0 if a reply was printed, also an `ERROR:`. */
int update_answer(const char *configuration, bool trusted, char *const *environment, int in,
                  int out);

/* Installs an image file. True: OK, committed and durable; then the camera restarts. */
bool update_file(const struct camera *camera, const char *path, struct error *err) MUST_CHECK;

#endif
