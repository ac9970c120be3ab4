/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fronts of `update` and `system` share: a request is read, its command found and its
 * sender authorised, before anything else happens.
 */
#ifndef UPDATE_FRONT_H
#define UPDATE_FRONT_H

#include "update/authorise.h"

struct front {
    struct camera camera; /* owned */
    struct request request;
    const struct command *command;
    struct grant grant;
    int out; /* borrowed: where the reply goes */
};

#define FRONT_NONE ((struct front){.camera = CAMERA_NONE})

/* The environment's credentials are overwritten, whatever came of them. Where the request cannot be
 * read, only its length is there, perhaps BODY_LENGTH_UNKNOWN. ERROR_REQUEST: "no
 * command", "X not found", "X is read-only", "X is write-only". */
bool front_open(struct front *front, const char *configuration, bool trusted,
                enum command_program program, char *const *environment,
                struct error *err) MUST_CHECK;
void front_close(struct front *front); /* for CLEANUP */

#endif
