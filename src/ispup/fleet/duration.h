/* SPDX-License-Identifier: Apache-2.0 */
/* A time as people type it: `90s`, `10m`, `2h`, `7d`, or a number of seconds. */
#ifndef ISPUP_FLEET_DURATION_H
#define ISPUP_FLEET_DURATION_H

#include "base/span.h"

#include <stdint.h>

enum { DURATION_TEXT_SIZE = 32 };

/* At most `limit` seconds. */
bool duration_parse(struct span text, uint64_t limit, uint64_t *seconds) MUST_CHECK;

/* In its two largest units: `45 s`, `3 min 20 s`, `2 h 5 min`, `7 d`. */
void duration_format(uint64_t seconds, char text[DURATION_TEXT_SIZE]);

#endif
