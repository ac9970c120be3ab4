/* SPDX-License-Identifier: Apache-2.0 */
/* The time an image was built, as in its descriptor: `2026-11-22T10:00:00Z`, always UTC. */
#ifndef IMAGE_TIMESTAMP_H
#define IMAGE_TIMESTAMP_H

#include "base/span.h"

#include <stdint.h>

enum { TIMESTAMP_SIZE = 20 }; /* bytes of the text, without NUL */

#define TIMESTAMP_LIMIT UINT64_C(253402300799) /* the last second of the year 9999 */

/* True if it has this format and is a date of the calendar. Leap seconds are refused. */
bool timestamp_is_valid(struct span text);

/* Writes `seconds` since 1970 (as SOURCE_DATE_EPOCH counts), at most TIMESTAMP_LIMIT, and a NUL. */
void timestamp_format(uint64_t seconds, char text[TIMESTAMP_SIZE + 1]);

#endif
