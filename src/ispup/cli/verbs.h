/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs of `ispup`: each is one file, and has one line in main.c's table. */
#ifndef ISPUP_CLI_VERBS_H
#define ISPUP_CLI_VERBS_H

#include "base/verb.h"

extern const struct verb verb_keygen;
extern const struct verb verb_pack;
extern const struct verb verb_sign;
extern const struct verb verb_inspect;
extern const struct verb verb_verify;
extern const struct verb verb_push;
extern const struct verb verb_status;
extern const struct verb verb_confirm;
extern const struct verb verb_rollback;
extern const struct verb verb_rollout; /* with -Drollout=enabled */
extern const struct verb verb_gateway; /* with -Dgateway=enabled */
extern const struct verb verb_record;
extern const struct verb verb_simulate;

#endif
