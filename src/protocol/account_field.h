/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The header field `X-ISP-Account: base64(USER:PASSWORD)`: an account without a password in the
 * address (docs/protocol.md, "Who may send stage 3").
 */
#ifndef PROTOCOL_ACCOUNT_FIELD_H
#define PROTOCOL_ACCOUNT_FIELD_H

#include "base/base64.h"
#include "base/error.h"

/* Must not be copied: the spans point into `text`. Declare it with CLEANUP(account_field_forget).
 */
struct account_field {
    struct span user, password;
    unsigned char text[BASE64_LIMIT];
};

#define ACCOUNT_FIELD_NONE ((struct account_field){.user = {NULL, 0}, .password = {NULL, 0}})

/* Strict, padded base64, split at the first colon; both parts as in a query, and not empty. False:
 * malformed, and both parts are empty. */
bool account_field_parse(struct span value, struct account_field *field) MUST_CHECK;

/* Overwrites it: it holds a password. */
void account_field_forget(struct account_field *field);

#endif
