/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/cli/json.h"

#include "base/utf8.h"

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

/* What no one can see, or what changes how a line is shown, is escaped. */
static void print_character(FILE *out, uint32_t character, struct span bytes)
{
    if (character == '"' || character == '\\')
        (void)fprintf(out, "\\%c", (char)character);
    else if (utf8_is_shown(character))
        (void)fwrite(bytes.data, 1, bytes.size, out);
    else if (character < 0x10000)
        (void)fprintf(out, "\\u%04" PRIx32, character);
    else
        (void)fprintf(out, "\\u%04" PRIx32 "\\u%04" PRIx32, 0xd7c0 + (character >> 10),
                      0xdc00 + (character & 0x3ff));
}

static void print_utf8(FILE *out, const char *text)
{
    struct span rest = span_text(text);

    (void)fputc('"', out);
    while (rest.size > 0) {
        struct span here = rest;
        uint32_t character = utf8_take(&rest);

        print_character(out, character, span_first(here, here.size - rest.size));
    }
    (void)fputc('"', out);
}

static void print_name(struct json *json, const char *name)
{
    if (json->has_member)
        (void)fputc(',', json->out);
    json->has_member = true;
    print_utf8(json->out, name);
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

void json_utf8(struct json *json, const char *name, const char *value)
{
    print_name(json, name);
    print_utf8(json->out, value);
}

void json_number(struct json *json, const char *name, uint64_t value)
{
    print_name(json, name);
    (void)fprintf(json->out, "%" PRIu64, value);
}

void json_open(struct json *json, const char *name)
{
    print_name(json, name);
    (void)fputc('{', json->out);
    json->has_member = false;
}

void json_close(struct json *json)
{
    (void)fputc('}', json->out);
    json->has_member = true;
}

void json_end(struct json *json)
{
    (void)fputs("}\n", json->out);
}
