/* SPDX-License-Identifier: Apache-2.0 */
/* The moment an image was built, as its descriptor tells it: `2026-11-22T10:00:00Z`, always UTC. */
#ifndef IMAGE_TIMESTAMP_H
#define IMAGE_TIMESTAMP_H

#include "base/span.h"

#include <stdint.h>

enum { TIMESTAMP_SIZE = 20 }; /* bytes of its text, without a NUL */

#define TIMESTAMP_LIMIT UINT64_C(253402300799) /* the last second of the year 9999 */

/* Of this form, and a moment that the calendar has. */
bool timestamp_is_valid(struct span text);

/* `seconds` since 1970, at most TIMESTAMP_LIMIT (what SOURCE_DATE_EPOCH says), with a NUL. */
void timestamp_format(uint64_t seconds, char text[TIMESTAMP_SIZE + 1]);

#endif
