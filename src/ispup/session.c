/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/session.h"

#include "base/memory.h"

#include <stdio.h>
#include <string.h>

bool session_open(struct session *session, const struct target *target, const char *cacert,
                  bool is_insecure, struct error *err)
{
    void *memory = NULL;

    if (!memory_allocate(&memory, sizeof(struct http_reply), err))
        return false;
    *session = (struct session){.target = target,
                                .peer = {target->origin, cacert, is_insecure},
                                .reply = memory,
                                .seconds = SESSION_SECONDS};
    return true;
}

void session_close(struct session *session)
{
    memory_free(&session->reply);
}

void session_target(const struct session *session, const char *program, const char *command,
                    char text[HTTP_TARGET_SIZE])
{
    (void)snprintf(text, HTTP_TARGET_SIZE, "/cgi-bin/%s?USER=%s&PWD=%.*s&%s", program,
                   session->target->user, QUERY_PASSWORD_LIMIT, session->target->password.text,
                   command);
}

bool session_get(struct session *session, const char *program, const char *command,
                 struct error *err)
{
    char target[HTTP_TARGET_SIZE];
    bool whole;

    session_target(session, program, command, target);
    whole = http_get(&session->peer, target, session->seconds, session->reply, err);
    explicit_bzero(target, sizeof(target));
    return whole;
}
