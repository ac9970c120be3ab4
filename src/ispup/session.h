/* SPDX-License-Identifier: Apache-2.0 */
/* One camera that is spoken to: how to reach it, and the targets with its credentials in them. */
#ifndef ISPUP_SESSION_H
#define ISPUP_SESSION_H

#include "ispup/http.h"
#include "ispup/target.h"

enum { SESSION_REFERER_SIZE = TARGET_ORIGIN_SIZE + HTTP_TARGET_SIZE };

struct session {
    const struct target *target; /* borrowed */
    struct http_peer peer;
    struct http_reply *reply; /* owned: the last one */
    unsigned seconds;         /* how long an answer may take */
};

enum { SESSION_SECONDS = 20 };

bool session_open(struct session *session, const struct target *target, const char *cacert,
                  bool is_insecure, struct error *err) MUST_CHECK;
void session_close(struct session *session); /* for CLEANUP */

/* `/cgi-bin/PROGRAM?USER=..&PWD=..&COMMAND`; the caller wipes it. */
void session_target(const struct session *session, const char *program, const char *command,
                    char text[HTTP_TARGET_SIZE]);

/* Some cameras repeat in a reply what they were asked: there, the password is overwritten. */
void session_hide_password(struct session *session);

/* GETs it; see http_get. The password is not in its reply. */
bool session_get(struct session *session, const char *program, const char *command,
                 struct error *err) MUST_CHECK;

#endif
