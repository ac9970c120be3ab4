/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/remote/session.h"

#include "base/memory.h"
#include "protocol/answer.h"

#include <stdio.h>
#include <string.h>

bool session_open(struct session *session, const struct target *target, const char *cacert,
                  bool is_insecure, struct error *err)
{
    void *memory = NULL;

    if (!memory_reserve(&memory, sizeof(struct http_reply), err))
        return false;
    *session = (struct session){.target = target,
                                .peer = {.origin = target->origin,
                                         .cacert = cacert,
                                         .zone = target->zone,
                                         .is_insecure = is_insecure},
                                .reply = memory,
                                .seconds = SESSION_SECONDS};
    return true;
}

void session_close(struct session *session)
{
    memory_free(&session->reply);
}

void session_field(const struct session *session, char text[SESSION_FIELD_SIZE])
{
    static const char name[] = "X-ISP-Account: ";
    char account[QUERY_USER_LIMIT + QUERY_PASSWORD_LIMIT + 2];

    text[0] = '\0';
    if (session->uses_query)
        return;
    (void)snprintf(account, sizeof(account), "%s:%.*s", session->target->user, QUERY_PASSWORD_LIMIT,
                   session->target->password.text);
    memcpy(text, name, sizeof(name));
    base64_format(span_text(account), text + strlen(name));
    memory_wipe(account, sizeof(account));
}

void session_target(const struct session *session, const char *program, const char *command,
                    char text[HTTP_TARGET_SIZE])
{
    if (session->uses_query)
        (void)snprintf(text, HTTP_TARGET_SIZE, "/cgi-bin/%s?USER=%s&PWD=%.*s&%s", program,
                       session->target->user, QUERY_PASSWORD_LIMIT, session->target->password.text,
                       command);
    else
        (void)snprintf(text, HTTP_TARGET_SIZE, "/cgi-bin/%s?%s", program, command);
}

/* With question marks of the same length, so that the rest keeps its place. `shown` begins with
 * `skip` bytes that stay. */
static void hide(struct http_reply *reply, const char *shown, size_t skip)
{
    struct span rest = http_body(reply);
    size_t at, size = strlen(shown);

    while (span_find(rest, span_text(shown), &at)) {
        size_t begins = reply->size - rest.size + at;

        memset(reply->text + begins + skip, '?', size - skip);
        rest = span_from(rest, at + size);
    }
}

void session_hide_password(struct session *session)
{
    char shown[QUERY_PASSWORD_LIMIT + 8], field[SESSION_FIELD_SIZE];

    (void)snprintf(shown, sizeof(shown), "PWD=%.*s", QUERY_PASSWORD_LIMIT,
                   session->target->password.text);
    hide(session->reply, shown, strlen("PWD="));
    memory_wipe(shown, sizeof(shown));
    session_field(session, field);
    if (field[0] != '\0')
        hide(session->reply, field + strlen("X-ISP-Account: "), 0);
    memory_wipe(field, sizeof(field));
}

static bool get(struct session *session, const char *program, const char *command,
                struct error *err)
{
    char target[HTTP_TARGET_SIZE], field[SESSION_FIELD_SIZE];
    bool whole;

    session_target(session, program, command, target);
    session_field(session, field);
    whole = http_get(&session->peer, target, field[0] == '\0' ? NULL : field, session->seconds,
                     session->reply, err);
    memory_wipe(target, sizeof(target));
    memory_wipe(field, sizeof(field));
    session_hide_password(session);
    if (session->peer.address[0] == '\0')
        memcpy(session->peer.address, session->reply->address, HTTP_ADDRESS_SIZE);
    if (session->reply->ticket[0] != '\0')
        memcpy(session->peer.ticket, session->reply->ticket, TICKET_FIELD_SIZE);
    return whole;
}

/* Nothing else is a reason to put the password into a URL: not a refused account, of which a second
 * try would count as a second wrong login, nor a server's error, nor silence. */
static bool ignores_field(const struct http_reply *reply)
{
    struct answer answer;
    struct span text;

    answer_read(http_body(reply), &answer);
    text = span_text(answer.text);
    return reply->status == HTTP_FINE &&
           (span_is(text, "ERROR: missing USER/PWD") || span_is(text, "ERROR: no command") ||
            span_is(text, "ERROR: ISP_STATUS not found"));
}

bool session_get(struct session *session, const char *program, const char *command,
                 struct error *err)
{
    if (!get(session, program, command, err))
        return false;
    if (session->uses_query || !ignores_field(session->reply))
        return true;
    session->uses_query = true;
    return get(session, program, command, err);
}
