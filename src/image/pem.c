/* SPDX-License-Identifier: Apache-2.0 */
#include "image/pem.h"

#include "image/base64.h"

#include <stdio.h>
#include <string.h>

struct form {
    const char *begin, *end;
    size_t head_size;
    unsigned char head[PEM_DER_LIMIT - PEM_KEY_SIZE]; /* RFC 8410: everything before the key */
};

static const struct form forms[] = {
    [PEM_PUBLIC] = {"-----BEGIN PUBLIC KEY-----\n",
                    "\n-----END PUBLIC KEY-----\n",
                    12,
                    {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00}},
    [PEM_PRIVATE] = {"-----BEGIN PRIVATE KEY-----\n",
                     "\n-----END PRIVATE KEY-----\n",
                     16,
                     {0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04,
                      0x22, 0x04, 0x20}},
};

bool pem_parse(struct span text, enum pem_kind kind, unsigned char key[PEM_KEY_SIZE])
{
    const struct form *form = &forms[kind];
    size_t size = form->head_size + PEM_KEY_SIZE;
    unsigned char der[PEM_DER_LIMIT];
    struct span line;
    bool parsed;

    if (!span_skip(&text, form->begin))
        return false;
    line = span_first(text, BASE64_TEXT_SIZE(size));
    parsed = span_is(span_from(text, line.size), form->end) && base64_parse(line, der, size) &&
             memcmp(der, form->head, form->head_size) == 0;
    if (parsed)
        memcpy(key, der + form->head_size, PEM_KEY_SIZE);
    explicit_bzero(der, sizeof(der));
    return parsed;
}

void pem_format(enum pem_kind kind, const unsigned char key[PEM_KEY_SIZE], char text[PEM_TEXT_SIZE])
{
    char line[BASE64_TEXT_SIZE(PEM_DER_LIMIT) + 1];
    unsigned char der[PEM_DER_LIMIT];

    base64_format(span_of(der, pem_der(kind, key, der)), line);
    (void)snprintf(text, PEM_TEXT_SIZE, "%s%s%s", forms[kind].begin, line, forms[kind].end);
    explicit_bzero(der, sizeof(der));
    explicit_bzero(line, sizeof(line));
}

size_t pem_der(enum pem_kind kind, const unsigned char key[PEM_KEY_SIZE],
               unsigned char der[PEM_DER_LIMIT])
{
    const struct form *form = &forms[kind];

    memcpy(der, form->head, form->head_size);
    memcpy(der + form->head_size, key, PEM_KEY_SIZE);
    return form->head_size + PEM_KEY_SIZE;
}
