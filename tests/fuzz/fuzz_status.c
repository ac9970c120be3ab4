/* SPDX-License-Identifier: Apache-2.0 */
/* Input: the answer of a camera to ISP_STATUS. */
#include "target.h"

#include "protocol/status.h"

#include <string.h>

void target_run(struct span input)
{
    char text[STATUS_TEXT_SIZE];
    struct error err = ERROR_EMPTY;
    struct status status, again;

    if (!status_parse(input, &status, &err)) {
        target_expect_reason(&err);
        return;
    }
    target_expect(status_parse(span_of(text, status_format(&status, text)), &again, &err),
                  "what was read can be written and read again");
    for (size_t i = 0; i < STATUS_COUNT; i++)
        target_expect(strcmp(status.values[i], again.values[i]) == 0,
                      "what was written says the same");
}
