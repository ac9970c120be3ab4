/* SPDX-License-Identifier: Apache-2.0 */
/* Input: how many bytes are expected, then base64. */
#include "target.h"

#include "base/base64.h"
#include "input.h"

#include <string.h>

void target_run(struct span input)
{
    size_t size = input_byte(&input) % (BASE64_LIMIT + 1);
    unsigned char bytes[BASE64_LIMIT];
    unsigned char untouched[BASE64_LIMIT];
    char again[BASE64_TEXT_SIZE(BASE64_LIMIT) + 1];

    memset(bytes, 0xa5, sizeof(bytes));
    memset(untouched, 0xa5, sizeof(untouched));
    if (!base64_parse(input, bytes, size)) {
        target_expect(memcmp(bytes, untouched, sizeof(bytes)) == 0,
                      "a refused text leaves nothing behind");
        return;
    }
    target_expect(memcmp(bytes + size, untouched, sizeof(bytes) - size) == 0,
                  "no more is written than was asked for");
    base64_format(span_of(bytes, size), again);
    target_expect(span_is(input, again), "bytes can be written in one way only");
    target_expect(base64_size(input) == size, "the size can be told from the text");
}
