/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The front: one request to `/cgi-bin/update`, from its environment to its reply. Also the same way
 * of an update with a file in the place of the body, for the camera's shell.
 */
#ifndef UPDATE_UPDATE_H
#define UPDATE_UPDATE_H

#include "camera/camera.h"

/* Answers one request: the body is read from `in`, the reply printed to `out`. Returns the status
 * to exit with: 0 where a reply was printed, whatever it says. */
int update_answer(const char *configuration, bool trusted, char *const *environment, int in,
                  int out);

/* Installs an image's file. True: OK, committed and durable; the camera restarts then. */
bool update_file(const struct camera *camera, const char *path, struct error *err) MUST_CHECK;

#endif
