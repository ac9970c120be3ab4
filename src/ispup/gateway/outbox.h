/* SPDX-License-Identifier: Apache-2.0 */
/* What hawkBit has to be told. It is saved before it is sent, and leaves the outbox when hawkBit
 * has it. For each camera the order is kept. */
#ifndef ISPUP_GATEWAY_OUTBOX_H
#define ISPUP_GATEWAY_OUTBOX_H

#include "ispup/gateway/names.h"

#include <stdbool.h>
#include <stdint.h>

enum outbox_kind {
    OUTBOX_DEPLOYMENT,   /* POST deploymentBase/ID/feedback */
    OUTBOX_CANCEL,       /* POST cancelAction/ID/feedback */
    OUTBOX_CONFIRMATION, /* POST confirmationBase/ID/feedback */
    OUTBOX_CONFIG,       /* PUT configData */
    OUTBOX_INSTALLED,    /* PUT installedBase */
    OUTBOX_KINDS,
};

struct outbox_item {
    uint64_t number; /* in the database, and the order */
    char camera[DEVICE_CAMERA_SIZE];
    char controller[DEVICE_CONTROLLER_SIZE]; /* the target that it is of */
    unsigned kind;
    char action[DEVICE_ACTION_SIZE]; /* empty for the last two */
    bool is_final;                   /* it closes the action */
    char *text;                      /* owned */
    /* Not in the database: */
    uint64_t tries, next_at; /* milliseconds */
    struct outbox_item *next;
};

/* `deploymentBase` and so on, and whether it is a PUT without an id. */
const char *outbox_word(enum outbox_kind kind);
bool outbox_is_put(enum outbox_kind kind);

enum outbox_next {
    OUTBOX_DONE,   /* hawkBit has it */
    OUTBOX_DROP,   /* hawkBit does not want it: the action is gone */
    OUTBOX_AGAIN,  /* later */
    OUTBOX_HOLD,   /* later, like all else that is for this server */
    OUTBOX_DENIED, /* the token is not valid: this server stops */
};

/* `status`: of HTTP; 0: no answer. */
enum outbox_next outbox_decide(long status, bool is_final);

/* Milliseconds until the next try. `retry_after`: seconds that the server wants; 0: none. */
uint64_t outbox_delay(uint64_t tries, uint64_t retry_after, uint64_t random);

#endif
