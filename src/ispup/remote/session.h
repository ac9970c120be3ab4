/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests to one camera: how to reach it, and its credentials: in the header field
 * `X-ISP-Account`, and in the query for a camera that does not know that field.
 */
#ifndef ISPUP_REMOTE_SESSION_H
#define ISPUP_REMOTE_SESSION_H

#include "base/base64.h"
#include "ispup/remote/http.h"
#include "ispup/remote/target.h"

enum {
    SESSION_REFERER_SIZE = TARGET_ORIGIN_SIZE + HTTP_TARGET_SIZE,
    SESSION_FIELD_SIZE = BASE64_TEXT_SIZE(BASE64_LIMIT) + 32,
};

struct session {
    const struct target *target; /* borrowed */
    struct http_peer peer;
    struct http_reply *reply; /* owned: the last one */
    unsigned seconds;         /* how long an answer may take */
    bool uses_query;          /* the camera does not know the header field */
};

enum { SESSION_SECONDS = 20 };

bool session_open(struct session *session, const struct target *target, const char *cacert,
                  bool is_insecure, struct error *err) MUST_CHECK;
void session_close(struct session *session); /* for CLEANUP */

/* `X-ISP-Account: ...`, or empty with `uses_query`; the caller wipes it. */
void session_field(const struct session *session, char text[SESSION_FIELD_SIZE]);

/* `/cgi-bin/PROGRAM?COMMAND`, with `uses_query` `...?USER=..&PWD=..&COMMAND`; the caller wipes it.
 */
void session_target(const struct session *session, const char *program, const char *command,
                    char text[HTTP_TARGET_SIZE]);

/* Some cameras repeat the request in their reply: overwrites the password and the field there. */
void session_hide_password(struct session *session);

/* GETs it; see http_get. Hides the password in the reply. If the camera has not looked at the
 * header field, asks again with the credentials in the query, and sets `uses_query`. */
bool session_get(struct session *session, const char *program, const char *command,
                 struct error *err) MUST_CHECK;

#endif
