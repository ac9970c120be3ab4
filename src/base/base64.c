/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"

#include "base/memory.h"

#include <assert.h>
#include <nettle/base64.h>
#include <string.h>

static bool decode(struct span text, unsigned char *bytes, size_t *size)
{
    struct base64_decode_ctx context;
    bool decoded;

    base64_decode_init(&context);
    decoded = base64_decode_update(&context, size, bytes, text.size, (const char *)text.data) &&
              base64_decode_final(&context);
    memory_wipe(&context, sizeof(context));
    return decoded;
}

size_t base64_size(struct span text)
{
    size_t padding = 0;

    while (padding < 2 && padding < text.size && text.data[text.size - 1 - padding] == '=')
        padding++;
    return text.size / 4 * 3 - (text.size < 4 ? 0 : padding);
}

bool base64_parse(struct span text, unsigned char *bytes, size_t size)
{
    unsigned char found[BASE64_DECODE_LENGTH(BASE64_TEXT_SIZE(BASE64_LIMIT))];
    size_t got = sizeof(found);
    bool parsed;

    assert(size <= BASE64_LIMIT);
    /* The decoder skips blanks. A text of exactly this length has no room for one. */
    parsed = text.size == BASE64_TEXT_SIZE(size) && decode(text, found, &got) && got == size;
    if (parsed)
        memcpy(bytes, found, size);
    memory_wipe(found, sizeof(found));
    return parsed;
}

void base64_format(struct span bytes, char *text)
{
    base64_encode_raw(text, bytes.size, bytes.data);
    text[BASE64_TEXT_SIZE(bytes.size)] = '\0';
}
