/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/target.h"

#include "base/number.h"

#include <inttypes.h>
#include <stdio.h>

static bool is_host_byte(unsigned char byte)
{
    return byte_is_letter(byte) || byte_is_digit(byte) || byte == '.' || byte == '-' || byte == '_';
}

static bool is_address_byte(unsigned char byte)
{
    return byte_is_letter(byte) || byte_is_digit(byte) || byte == '.' || byte == ':';
}

static bool consists_of(struct span text, bool (*is_right)(unsigned char))
{
    for (size_t i = 0; i < text.size; i++)
        if (!is_right(text.data[i]))
            return false;
    return text.size > 0;
}

/* `[ADDRESS]` or NAME off the front. */
static bool take_host(struct span *rest, struct span *host)
{
    size_t colon;

    if (span_skip(rest, "["))
        return span_split(rest, ']', host) && consists_of(*host, is_address_byte);
    if (!span_find(*rest, span_text(":"), &colon))
        colon = rest->size;
    *host = span_first(*rest, colon);
    *rest = span_from(*rest, colon);
    return consists_of(*host, is_host_byte) && host->data[0] != '-';
}

static bool take_port(struct span rest, uint64_t default_port, uint64_t *port)
{
    *port = default_port;
    if (rest.size == 0)
        return true;
    return span_skip(&rest, ":") && number_parse(rest, 65535, port) && *port > 0;
}

/* USER@ off the front; a host has no @, so the last one ends the name. */
static bool take_user(struct span *rest, struct target *target)
{
    size_t at = rest->size;

    while (at > 0 && rest->data[at - 1] != '@')
        at--;
    if (at == 0)
        return true;
    if (at == 1 || span_has(span_first(*rest, at - 1), ':'))
        return false;
    if (!span_copy(span_first(*rest, at - 1), target->user, sizeof(target->user)))
        return false;
    *rest = span_from(*rest, at);
    return true;
}

static void write_names(struct target *target, uint64_t port)
{
    bool is_address = span_has(span_text(target->host), ':');
    bool is_default = port == (target->is_https ? 443 : 80);
    char number[8] = "";

    if (!is_default)
        (void)snprintf(number, sizeof(number), ":%" PRIu64, port);
    (void)snprintf(target->label, sizeof(target->label), is_address ? "[%s]%s" : "%s%s",
                   target->host, number);
    (void)snprintf(target->origin, sizeof(target->origin), "%s://%s",
                   target->is_https ? "https" : "http", target->label);
}

bool target_parse(const char *word, struct target *target, struct error *err)
{
    struct target parsed = {.word = word};
    struct span rest = span_text(word), host;
    uint64_t port;

    parsed.is_https = span_skip(&rest, "https://");
    if (!parsed.is_https)
        (void)span_skip(&rest, "http://");
    if (!take_user(&rest, &parsed) || !take_host(&rest, &host) ||
        !take_port(rest, parsed.is_https ? 443 : 80, &port) || host.size > TARGET_HOST_SIZE - 16 ||
        !span_copy(host, parsed.host, sizeof(parsed.host)))
        /* What was given may hold a password: it is not told again. */
        return error_set(err, ERROR_USAGE,
                         "a camera is [http://|https://][USER@]HOST[:PORT], nothing else");
    write_names(&parsed, port);
    *target = parsed;
    return true;
}

void target_wipe(struct target *target)
{
    secret_wipe(&target->password);
}

bool target_is_same(const struct target *one, const struct target *other)
{
    return span_same_letters(span_text(one->label), span_text(other->label));
}
