/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decides who sends the request, before a byte of the body is read (docs/protocol.md, "Who may send
 * stage 3"). Only this file makes a `struct grant`: it proves that the sender was authorised.
 */
#ifndef UPDATE_FRONT_AUTHORISE_H
#define UPDATE_FRONT_AUTHORISE_H

#include "camera/account.h"
#include "camera/camera.h"
#include "camera/ticket.h"
#include "protocol/command.h"
#include "protocol/query.h"
#include "protocol/request.h"

struct grant {
    char account[ACCOUNT_NAME_SIZE + 1];
    enum account_level level;
    char ticket[TICKET_TEXT_SIZE + 1]; /* for the reply to a question; empty: none */
};

/* There are four ways to authorise; the first one that the request uses decides. `command` NULL:
 * an unknown command; any valid account may learn that. ERROR_DENIED: "not authorized", "too many
 * wrong logins: ..."; ERROR_REQUEST: "missing USER/PWD". */
bool authorise(const struct camera *camera, const struct request *request,
               const struct command *command, const struct query *query, struct grant *grant,
               struct error *err) MUST_CHECK;

#endif
