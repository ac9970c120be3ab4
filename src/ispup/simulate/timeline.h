/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which reply of a recording comes next. Pure functions of the recording and of what has happened:
 * before an upload the replies to a question come in their order, after it by the time since.
 */
#ifndef ISPUP_SIMULATE_TIMELINE_H
#define ISPUP_SIMULATE_TIMELINE_H

#include "ispup/record/recording.h"

/* A recorded restart is made longer: a host that asks once a second must meet it twice. */
enum { TIMELINE_LONGER = 2000 };

enum timeline_account { TIMELINE_NO_ACCOUNT, TIMELINE_FIELD, TIMELINE_QUERY };

/* What of a request decides. */
struct timeline_question {
    bool is_post;
    enum timeline_account account; /* where it is; any account is accepted */
    struct span path, command;     /* `/cgi-bin/update`, `ISP_STATUS` */
};

/* Takes a request's target and the fields that may hold an account apart. */
struct timeline_question timeline_question(bool is_post, struct span target, bool has_field);

/* The recorded upload; NULL: none. */
const struct recording_entry *timeline_upload(const struct recording *recording);

/* Whether no server was there, `passed` milliseconds after the upload began. If one was, `passed`
 * becomes a time of the recording. */
bool timeline_is_away(const struct recording *recording, uint64_t *passed);

/* The reply, NULL if the question is not in the recording. `passed`: milliseconds after the upload
 * began, in the recording; or -1: there was no upload. `used`: for each entry, whether it was a
 * reply already. */
const struct recording_entry *timeline_find(const struct recording *recording,
                                            const struct timeline_question *question,
                                            int64_t passed, const bool *used);

#endif
