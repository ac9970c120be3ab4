/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/rollout/share.h"

#include "base/number.h"

enum { WHOLE = 100 };

bool share_parse(struct span text, struct share *share)
{
    struct span number;
    struct span rest = text;

    share->is_percent = span_split(&rest, '%', &number);
    if (rest.size > 0)
        return false;
    return number_parse(number, share->is_percent ? WHOLE : SHARE_LIMIT, &share->number);
}

uint64_t share_of(const struct share *share, uint64_t planned)
{
    if (!share->is_percent)
        return share->number;
    return (planned * share->number + WHOLE - 1) / WHOLE;
}
