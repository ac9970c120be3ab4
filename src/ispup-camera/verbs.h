/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs of `ispup-camera`: one function each. */
#ifndef ISPUP_CAMERA_VERBS_H
#define ISPUP_CAMERA_VERBS_H

#include "base/verb.h"
#include "camera/camera.h"

/* A verb gets the address of its `call`. */
struct invocation {
    struct verb_call call;       /* first: its address is the invocation's */
    const struct camera *camera; /* borrowed; for `doctor` CAMERA_NONE */
    const char *configuration;   /* borrowed; path of the configuration */
};

static inline struct invocation *invocation_of(struct verb_call *call)
{
    return (struct invocation *)call;
}

/* What to do if this user may not open something. Most files of a camera are root's. */
#define VERB_OTHER_USER "as root, or as the user that update runs as"
/* Whether this is so: a text with the cause EACCES, and not for root. */
bool verb_is_denied(const char *text);

bool verb_install(struct verb_call *call, struct error *err) MUST_CHECK;
bool verb_status(struct verb_call *call, struct error *err) MUST_CHECK;
bool verb_active(struct verb_call *call, struct error *err) MUST_CHECK;
bool verb_recover(struct verb_call *call, struct error *err) MUST_CHECK;
bool verb_trial(struct verb_call *call, struct error *err) MUST_CHECK;
bool verb_confirm(struct verb_call *call, struct error *err) MUST_CHECK;
bool verb_rollback(struct verb_call *call, struct error *err) MUST_CHECK;
bool verb_lock(struct verb_call *call, struct error *err) MUST_CHECK;
bool verb_adopt(struct verb_call *call, struct error *err) MUST_CHECK;
bool verb_try(struct verb_call *call, struct error *err) MUST_CHECK;
bool verb_doctor(struct verb_call *call, struct error *err) MUST_CHECK;
bool verb_account(struct verb_call *call, struct error *err) MUST_CHECK;

#endif
