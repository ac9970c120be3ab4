/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who asks, settled before a byte of the body is read (docs/protocol.md, "Who may send stage 3").
 * `struct grant` is made here alone: who has one was authorised.
 */
#ifndef UPDATE_AUTHORISE_H
#define UPDATE_AUTHORISE_H

#include "camera/account.h"
#include "camera/camera.h"
#include "protocol/command.h"
#include "protocol/query.h"
#include "protocol/request.h"

struct grant {
    char account[ACCOUNT_NAME_SIZE + 1];
    enum account_level level;
};

/* The first of the three ways that is present decides. `command` NULL: one that we do not have; any
 * valid account may hear that. ERROR_DENIED: "not authorized", "too many wrong logins: ...";
 * ERROR_REQUEST: "missing USER/PWD". */
bool authorise(const struct camera *camera, const struct request *request,
               const struct command *command, const struct query *query, struct grant *grant,
               struct error *err) MUST_CHECK;

#endif
