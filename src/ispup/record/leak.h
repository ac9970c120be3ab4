/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a password can still be read in bytes that are about to leave this machine. */
#ifndef ISPUP_RECORD_LEAK_H
#define ISPUP_RECORD_LEAK_H

#include "base/error.h"
#include "base/span.h"

/* `found`: the password is there as it is, percent-encoded, with HTML's references for & < > " ',
 * or in base64 (both alphabets) of any text around it, as in Authorization and X-ISP-Account. In
 * base64 a password of fewer than 5 bytes is not found: other text has its 4 letters too. */
bool leak_find(struct span bytes, struct span password, bool *found, struct error *err) MUST_CHECK;

#endif
