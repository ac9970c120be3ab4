/* SPDX-License-Identifier: Apache-2.0 */
#include "image/pem.h"

#include "base/base64.h"
#include "base/memory.h"

#include <stdio.h>
#include <string.h>

struct layout {
    const char *begin, *end;
    size_t head_size;
    unsigned char head[PEM_DER_LIMIT - PEM_KEY_SIZE]; /* RFC 8410: all DER before the key */
};

#define PUBLIC_HEAD                                                                                \
    12,                                                                                            \
    {                                                                                              \
        0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00                     \
    }
#define PRIVATE_HEAD                                                                               \
    16,                                                                                            \
    {                                                                                              \
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,  \
            0x20                                                                                   \
    }
#define LABELS(name) "-----BEGIN " name "-----", "-----END " name "-----"

static const struct layout layouts[PEM_KIND_COUNT] = {
    [PEM_PUBLIC] = {LABELS("PUBLIC KEY"), PUBLIC_HEAD},
    [PEM_PRIVATE] = {LABELS("PRIVATE KEY"), PRIVATE_HEAD},
    [PEM_REPORT_PUBLIC] = {LABELS("ISPUP REPORT PUBLIC KEY"), PUBLIC_HEAD},
    [PEM_REPORT_PRIVATE] = {LABELS("ISPUP REPORT PRIVATE KEY"), PRIVATE_HEAD},
};

static bool skip_line_end(struct span *rest)
{
    (void)span_skip(rest, "\r");
    return span_skip(rest, "\n");
}

struct span pem_text(struct span text)
{
    (void)span_skip(&text, "\xef\xbb\xbf");
    return text;
}

static bool is_for_reports(enum pem_kind kind)
{
    return kind == PEM_REPORT_PUBLIC || kind == PEM_REPORT_PRIVATE;
}

const char *pem_other_kind(struct span text, enum pem_kind wanted)
{
    enum pem_kind kind = 0;

    while (kind < PEM_KIND_COUNT && !span_begins(pem_text(text), layouts[kind].begin))
        kind++;
    if (kind == PEM_KIND_COUNT || kind == wanted)
        return NULL;
    if (is_for_reports(kind) != is_for_reports(wanted))
        return is_for_reports(kind) ? "is a key for reports, one for images belongs here"
                                    : "is a key for images, one for reports belongs here";
    return kind == PEM_PUBLIC || kind == PEM_REPORT_PUBLIC
               ? "is a public key, a private one belongs here"
               : "is a private key, a public one belongs here";
}

/* Takes the whole text apart: the line between the two labels. */
static bool take_line(struct span text, const struct layout *layout, struct span *line)
{
    size_t size = BASE64_TEXT_SIZE(layout->head_size + PEM_KEY_SIZE);

    text = pem_text(text);
    if (!span_skip(&text, layout->begin) || !skip_line_end(&text))
        return false;
    *line = span_first(text, size);
    text = span_from(text, line->size);
    if (!skip_line_end(&text) || !span_skip(&text, layout->end))
        return false;
    return text.size == 0 || (skip_line_end(&text) && text.size == 0);
}

bool pem_parse(struct span text, enum pem_kind kind, unsigned char key[PEM_KEY_SIZE])
{
    const struct layout *layout = &layouts[kind];
    unsigned char der[PEM_DER_LIMIT];
    struct span line;
    bool parsed;

    /* Compared as a whole, not parsed as ASN.1: only one encoding of each key is accepted, so there
     * is no parser to attack. */
    parsed = take_line(text, layout, &line) &&
             base64_parse(line, der, layout->head_size + PEM_KEY_SIZE) &&
             memcmp(der, layout->head, layout->head_size) == 0;
    if (parsed)
        memcpy(key, der + layout->head_size, PEM_KEY_SIZE);
    memory_wipe(der, sizeof(der));
    return parsed;
}

const char *pem_fault(struct span text)
{
    size_t at;

    if (text.size == 0)
        return ": it is empty";
    if (span_begins(text, "\xff\xfe") || span_begins(text, "\xfe\xff"))
        return ": it is UTF-16 text, save it as UTF-8";
    text = pem_text(text);
    if (!span_begins(text, "-----BEGIN "))
        return ": it does not begin with -----BEGIN";
    if (!span_find(text, span_text("-----END "), &at))
        return ": it has no line -----END";
    /* The label after END has no line end in it. */
    text = span_from(text, at);
    if (span_find(text, span_text("\n"), &at) && at + 1 < text.size)
        return ": there is more after the key";
    return "";
}

void pem_format(enum pem_kind kind, const unsigned char key[PEM_KEY_SIZE], char text[PEM_TEXT_SIZE])
{
    char line[BASE64_TEXT_SIZE(PEM_DER_LIMIT) + 1];
    unsigned char der[PEM_DER_LIMIT];

    base64_format(span_of(der, pem_der(kind, key, der)), line);
    (void)snprintf(text, PEM_TEXT_SIZE, "%s\n%s\n%s\n", layouts[kind].begin, line,
                   layouts[kind].end);
    memory_wipe(der, sizeof(der));
    memory_wipe(line, sizeof(line));
}

size_t pem_der(enum pem_kind kind, const unsigned char key[PEM_KEY_SIZE],
               unsigned char der[PEM_DER_LIMIT])
{
    const struct layout *layout = &layouts[kind];

    memcpy(der, layout->head, layout->head_size);
    memcpy(der + layout->head_size, key, PEM_KEY_SIZE);
    return layout->head_size + PEM_KEY_SIZE;
}
