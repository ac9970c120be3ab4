/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/outbox.h"

#include "ispup/fleet/delay.h"

enum {
    FIRST = 1000,
    MOST = 300 * 1000,
    JITTER_PERCENT = 25,
    SECOND = 1000,
    RETRY_AFTER_MOST = 3600,
    FINE = 200,
    REDIRECT = 300,
    DENIED = 401,
    NOT_FOUND = 404,
    CONFLICT = 409,
    GONE = 410,
    TOO_MANY = 429,
    BAD = 400,
    BROKEN = 500,
};

static const char *const words[OUTBOX_KINDS] = {
    [OUTBOX_DEPLOYMENT] = "deploymentBase",     [OUTBOX_CANCEL] = "cancelAction",
    [OUTBOX_CONFIRMATION] = "confirmationBase", [OUTBOX_CONFIG] = "configData",
    [OUTBOX_INSTALLED] = "installedBase",
};

const char *outbox_word(enum outbox_kind kind)
{
    return words[kind];
}

bool outbox_is_put(enum outbox_kind kind)
{
    return kind == OUTBOX_CONFIG || kind == OUTBOX_INSTALLED;
}

/* The end of an action must not be lost: only a server that knows no such action may refuse it. */
enum outbox_next outbox_decide(long status, bool is_final)
{
    if (status >= FINE && status < REDIRECT)
        return OUTBOX_DONE;
    if (status == DENIED)
        return OUTBOX_DENIED;
    if (status == NOT_FOUND || status == GONE)
        return OUTBOX_DROP;
    if (status == CONFLICT)
        return OUTBOX_AGAIN;
    if (status < BAD || status == TOO_MANY || status >= BROKEN)
        return OUTBOX_HOLD;
    return is_final ? OUTBOX_AGAIN : OUTBOX_DROP;
}

uint64_t outbox_delay(uint64_t tries, uint64_t retry_after, uint64_t random)
{
    static const struct delay delay = {FIRST, MOST, JITTER_PERCENT};
    uint64_t ours = delay_next(&delay, tries, random);
    uint64_t theirs = (retry_after < RETRY_AFTER_MOST ? retry_after : RETRY_AFTER_MOST) * SECOND;

    return ours > theirs ? ours : theirs;
}
