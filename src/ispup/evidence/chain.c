/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/evidence/chain.h"

#include "base/number.h"
#include "image/timestamp.h"

#include <inttypes.h>
#include <string.h>

/* Each field ends with a NUL, so that no two events have the same bytes. */
static void add(struct digest_context *context, const char *begin, struct span field)
{
    digest_add(context, span_text(begin));
    digest_add(context, field);
    digest_add(context, span_of("", 1));
}

void chain_hash(const char *before, const struct chain_event *event,
                char hash[DIGEST_TEXT_SIZE + 1])
{
    struct digest_context context;
    struct digest digest;

    digest_begin(&context);
    add(&context, before, SPAN_EMPTY);
    add(&context, "", event->at);
    add(&context, "", event->camera);
    add(&context, "", event->kind);
    add(&context, "{", event->members);
    digest_end(&context, &digest);
    digest_format(&digest, hash);
}

static void print_bytes(struct span bytes, FILE *out)
{
    (void)fwrite(bytes.data, 1, bytes.size, out);
}

/* The words of a list are well-formed UTF-8 without control characters. */
static void print_camera(struct span camera, FILE *out)
{
    (void)fputs(",\"camera\":\"", out);
    for (size_t i = 0; i < camera.size; i++) {
        if (camera.data[i] == '"' || camera.data[i] == '\\')
            (void)fputc('\\', out);
        (void)fputc(camera.data[i], out);
    }
    (void)fputc('"', out);
}

void chain_print(const struct chain_event *event, FILE *out)
{
    (void)fprintf(out, "{\"number\":%" PRIu64 ",\"time\":\"", event->number);
    print_bytes(event->at, out);
    (void)fputc('"', out);
    if (event->camera.size > 0)
        print_camera(event->camera, out);
    (void)fputs(",\"event\":\"", out);
    print_bytes(event->kind, out);
    (void)fprintf(out, "\",\"hash\":\"%s\"%s", event->hash,
                  span_is(event->members, "}") ? "" : ",");
    print_bytes(event->members, out);
    (void)fputc('\n', out);
}

bool chain_parse_number(struct span digits, uint64_t *number)
{
    return !span_begins(digits, "0") && number_parse(digits, UINT32_MAX, number);
}

static bool take_number(struct span *rest, uint64_t *number)
{
    struct span digits;

    return span_skip(rest, "{\"number\":") && span_split(rest, ',', &digits) &&
           chain_parse_number(digits, number);
}

static bool take_word(struct span *rest, const char *begin, struct span *word)
{
    return span_skip(rest, begin) && span_split(rest, '"', word);
}

/* Only the two escapes that chain_print writes. */
static bool take_camera(struct span *rest, struct span *camera, char bytes[CHAIN_CAMERA_SIZE])
{
    size_t size = 0;

    while (rest->size > 0 && rest->data[0] != '"') {
        bool is_escaped = span_skip(rest, "\\");

        if (rest->size == 0 || size == CHAIN_CAMERA_SIZE || rest->data[0] < ' ' ||
            (is_escaped && rest->data[0] != '"' && rest->data[0] != '\\'))
            return false;
        bytes[size++] = (char)rest->data[0];
        *rest = span_from(*rest, 1);
    }
    *camera = span_of(bytes, size);
    return size > 0 && span_skip(rest, "\"");
}

static bool take_hash(struct span *rest, char hash[DIGEST_TEXT_SIZE + 1])
{
    unsigned char bytes[DIGEST_SIZE];
    struct span word;

    return take_word(rest, ",\"hash\":\"", &word) && number_parse_hex(word, bytes, DIGEST_SIZE) &&
           span_copy(word, hash, DIGEST_TEXT_SIZE + 1);
}

/* Not parsed as JSON: it is hashed as it is. */
static bool take_members(struct span rest, struct span *members)
{
    *members = rest;
    if (span_is(rest, "}"))
        return true;
    *members = span_from(rest, 1);
    return span_begins(rest, ",\"") && rest.data[rest.size - 1] == '}';
}

bool chain_parse(struct span line, struct chain_event *event, char camera[CHAIN_CAMERA_SIZE],
                 struct error *err)
{
    struct chain_event parsed = {.number = 0};
    struct span rest = line;

    if (take_number(&rest, &parsed.number) && take_word(&rest, "\"time\":\"", &parsed.at) &&
        timestamp_is_valid(parsed.at) &&
        (!span_skip(&rest, ",\"camera\":\"") || take_camera(&rest, &parsed.camera, camera)) &&
        take_word(&rest, ",\"event\":\"", &parsed.kind) && take_hash(&rest, parsed.hash) &&
        take_members(rest, &parsed.members)) {
        *event = parsed;
        return true;
    }
    return error_set(err, ERROR_IMAGE, "not an event as ispup rollout report writes it");
}
