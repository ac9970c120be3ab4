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

/* As many question marks: nothing else moves. */
void session_hide_password(struct session *session)
{
    const char *password = session->target->password.text;
    char shown[QUERY_PASSWORD_LIMIT + 8];
    struct span rest = http_body(session->reply);
    size_t at, size;

    (void)snprintf(shown, sizeof(shown), "PWD=%.*s", QUERY_PASSWORD_LIMIT, password);
    size = strlen(shown);
    while (span_find(rest, span_text(shown), &at)) {
        size_t begins = session->reply->size - rest.size + at;

        memset(session->reply->text + begins + strlen("PWD="), '?', size - strlen("PWD="));
        rest = span_from(rest, at + size);
    }
    explicit_bzero(shown, sizeof(shown));
}

bool session_get(struct session *session, const char *program, const char *command,
                 struct error *err)
{
    char target[HTTP_TARGET_SIZE];
    bool whole;

    session_target(session, program, command, target);
    whole = http_get(&session->peer, target, session->seconds, session->reply, err);
    explicit_bzero(target, sizeof(target));
    session_hide_password(session);
    return whole;
}
