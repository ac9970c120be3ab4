/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `update` and `system` have in common: read the request, find its command and authorise its
 * sender, before anything else happens.
 */
#ifndef UPDATE_FRONT_FRONT_H
#define UPDATE_FRONT_FRONT_H

#include "update/front/authorise.h"

struct front {
    struct camera camera; /* owned */
    struct request request;
    const struct command *command;
    struct grant grant;
    int out; /* borrowed: the reply is written to it */
};

#define FRONT_NONE ((struct front){.camera = CAMERA_NONE})

/* Overwrites the credentials in the environment, on success and on failure. If the request cannot
 * be read, only its length is set, perhaps to BODY_LENGTH_UNKNOWN. ERROR_REQUEST: "no command",
 * "X not found", "X is read-only", "X is write-only". */
bool front_open(struct front *front, const char *configuration, bool trusted,
                enum command_program program, char *const *environment,
                struct error *err) MUST_CHECK;
void front_close(struct front *front); /* for CLEANUP */

#endif
