/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a camera says of itself: its record (ISP_STATUS) if it has one, else the versions in its log
 * (SYSTEM_LOG), else nothing.
 */
#ifndef ISPUP_REMOTE_ASK_H
#define ISPUP_REMOTE_ASK_H

#include "image/component.h"
#include "ispup/remote/session.h"
#include "protocol/answer.h"
#include "protocol/status.h"
#include "protocol/versions.h"

struct seen {
    bool is_reached;   /* it answered, with anything */
    bool is_refused;   /* no server is there: see http.h */
    bool is_denied;    /* it refuses the credentials, perhaps only for now */
    bool is_busy;      /* its server has no room for another request */
    bool uses_query;   /* the password is in the query: see session.h */
    bool has_record;   /* `status` is filled in */
    bool has_versions; /* `versions` is */
    struct status status;
    struct versions versions;
    char words[ANSWER_TEXT_SIZE]; /* its words, or the cause, if neither is known; printable */
};

enum { ASK_MAC_SIZE = 32 };

/* Asks a camera without a record for its `MAC Address` (SYSTEM_INFO), the only thing that tells it
 * from another one. Empty: it shows none. */
void ask_mac(struct session *session, char mac[ASK_MAC_SIZE]);

/* Asks for the record, and if there is none, for the log; with `must_have_record` not for the log.
 */
void ask(struct session *session, bool must_have_record, struct seen *seen);

/* Asks for the log alone. */
void ask_log(struct session *session, struct seen *seen);

/* The platform by the record, or by one of the names in the log. False: unknown. */
bool ask_platform(const struct seen *seen, struct image_platform *platform);

/* The version that runs, `V1.00.00`: the image's by the record, the firmware's by the log. `text`
 * stays as it is if neither tells it. */
void ask_version(const struct seen *seen, char text[IMAGE_VERSION_SIZE + 1]);

/* ISP_PROGRESS; 0 if it is not a number. */
unsigned ask_percent(const struct status *status);

#endif
