/* SPDX-License-Identifier: Apache-2.0 */
/* What `ispup-camera` can do: one function a verb. */
#ifndef ISPUP_CAMERA_VERBS_H
#define ISPUP_CAMERA_VERBS_H

#include "camera/camera.h"

struct invocation {
    const struct camera *camera; /* borrowed */
    const char *configuration;   /* borrowed; its path */
    char *const *words;          /* borrowed; behind the verb */
    int count;
    int status; /* to exit with, where the verb did not fail */
};

struct verb {
    const char *name, *arguments, *meaning;
    bool (*run)(struct invocation *invocation, struct error *err);
    bool opens_nothing; /* its camera is CAMERA_NONE: opening it makes a log */
};

bool verb_install(struct invocation *invocation, struct error *err) MUST_CHECK;
bool verb_status(struct invocation *invocation, struct error *err) MUST_CHECK;
bool verb_active(struct invocation *invocation, struct error *err) MUST_CHECK;
bool verb_recover(struct invocation *invocation, struct error *err) MUST_CHECK;
bool verb_trial(struct invocation *invocation, struct error *err) MUST_CHECK;
bool verb_confirm(struct invocation *invocation, struct error *err) MUST_CHECK;
bool verb_rollback(struct invocation *invocation, struct error *err) MUST_CHECK;
bool verb_adopt(struct invocation *invocation, struct error *err) MUST_CHECK;
bool verb_doctor(struct invocation *invocation, struct error *err) MUST_CHECK;
bool verb_account(struct invocation *invocation, struct error *err) MUST_CHECK;

/* Exactly `least` to `most` words, none of which is an option. ERROR_USAGE. */
bool verb_expect(const struct invocation *invocation, int least, int most,
                 struct error *err) MUST_CHECK;

#endif
