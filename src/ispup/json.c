/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/json.h"

#include "base/span.h"

#include <inttypes.h>

static void print_text(FILE *out, const char *text)
{
    (void)fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            (void)fputc('\\', out);
        (void)fputc(byte_is_printable((unsigned char)*text) ? *text : '?', out);
    }
    (void)fputc('"', out);
}

static void print_name(struct json *json, const char *name)
{
    if (json->has_member)
        (void)fputc(',', json->out);
    json->has_member = true;
    print_text(json->out, name);
    (void)fputc(':', json->out);
}

void json_begin(struct json *json, FILE *out)
{
    *json = (struct json){.out = out};
    (void)fputc('{', out);
}

void json_text(struct json *json, const char *name, const char *value)
{
    print_name(json, name);
    print_text(json->out, value);
}

void json_number(struct json *json, const char *name, uint64_t value)
{
    print_name(json, name);
    (void)fprintf(json->out, "%" PRIu64, value);
}

void json_end(struct json *json)
{
    (void)fputs("}\n", json->out);
}
