/* SPDX-License-Identifier: Apache-2.0 */
/* A number of cameras, or a percentage of all planned ones: `40`, `5%`. */
#ifndef ISPUP_ROLLOUT_SHARE_H
#define ISPUP_ROLLOUT_SHARE_H

#include "base/span.h"

#include <stdint.h>

enum { SHARE_LIMIT = 1000000 };

struct share {
    uint64_t number;
    bool is_percent;
};

/* `0` to `1000000`, or `0%` to `100%`. */
bool share_parse(struct span text, struct share *share) MUST_CHECK;

/* How many cameras of `planned` that is. A percentage rounds up. It may be more than there are. */
uint64_t share_of(const struct share *share, uint64_t planned);

#endif
