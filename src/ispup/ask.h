/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a camera says of itself: its record where it has one (ISP_STATUS), else what its log shows
 * (SYSTEM_LOG), else nothing.
 */
#ifndef ISPUP_ASK_H
#define ISPUP_ASK_H

#include "image/component.h"
#include "ispup/session.h"
#include "protocol/answer.h"
#include "protocol/status.h"
#include "protocol/versions.h"

struct seen {
    bool is_reached;   /* something answered, whatever it said */
    unsigned nobody;   /* tries to connect that nobody took: see http.h */
    bool is_denied;    /* it does not take the credentials, or not now */
    bool is_busy;      /* its server has no room for another request */
    bool has_record;   /* `status` is filled in */
    bool has_versions; /* `versions` is */
    struct status status;
    struct versions versions;
    char words[ANSWER_TEXT_SIZE]; /* what was said where nothing of that is known; printable */
};

/* Asks for the record; where the camera has none, and is not known to have one, for the log. */
void ask(struct session *session, bool must_have_record, struct seen *seen);

/* Asks for the log alone. */
void ask_log(struct session *session, struct seen *seen);

/* From the record, or from one of the names in the log. */
bool ask_platform(const struct seen *seen, struct image_platform *platform);

/* What runs, `V1.00.00`: the image's version from the record, the firmware's from the log. Where
 * neither tells it, `text` is left as it is. */
void ask_version(const struct seen *seen, char text[IMAGE_VERSION_SIZE + 1]);

/* ISP_PROGRESS; 0 where it says nothing. */
unsigned ask_percent(const struct status *status);

#endif
