/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/remote/raw_reply.h"

#include "base/number.h"

bool raw_reply_find(struct span raw, long *status, struct span *body)
{
    struct span line;
    uint64_t number;

    if (!span_split(&raw, '\n', &line) ||
        (!span_skip(&line, "HTTP/1.0 ") && !span_skip(&line, "HTTP/1.1 ")))
        return false;
    if (!number_parse(span_first(line, 3), 599, &number) || number < 200)
        return false;
    while (span_split(&raw, '\n', &line))
        if (span_trim(line, '\r').size == 0) {
            *status = (long)number;
            *body = raw;
            return true;
        }
    return false;
}
