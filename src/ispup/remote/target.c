/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/remote/target.h"

#include "base/number.h"

#include <inttypes.h>
#include <net/if.h>
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

/* `eth0` after the % of a link-local address, by its name or number. */
static bool take_zone(struct span zone, unsigned *index)
{
    char name[IF_NAMESIZE];
    uint64_t number;

    if (number_parse(zone, UINT32_MAX, &number))
        *index = (unsigned)number;
    else
        *index = span_copy(zone, name, sizeof(name)) ? if_nametoindex(name) : 0;
    return *index > 0;
}

/* Takes the rest of `[ADDRESS]` or `[ADDRESS%ZONE]`. */
static bool take_address(struct span *rest, struct span *host, unsigned *zone)
{
    struct span inside;
    bool has_zone;

    if (!span_split(rest, ']', &inside))
        return false;
    has_zone = span_has(inside, '%');
    (void)span_split(&inside, '%', host);
    return consists_of(*host, is_address_byte) &&
           (!has_zone || (span_begins(*host, "fe80:") && take_zone(inside, zone)));
}

/* Takes `[ADDRESS]` or NAME off the front. */
static bool take_host(struct span *rest, struct span *host, unsigned *zone)
{
    size_t colon;

    if (span_skip(rest, "["))
        return take_address(rest, host, zone);
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

/* Takes USER@ off the front. A host has no @, so the last one ends the user. */
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
    bool is_url;

    parsed.is_https = span_skip(&rest, "https://");
    is_url = parsed.is_https || span_skip(&rest, "http://");
    /* As a browser copies it. */
    if (is_url && rest.size > 0 && rest.data[rest.size - 1] == '/')
        rest = span_first(rest, rest.size - 1);
    if (!take_user(&rest, &parsed) || !take_host(&rest, &host, &parsed.zone) ||
        !take_port(rest, parsed.is_https ? 443 : 80, &port) || host.size > TARGET_HOST_SIZE - 16 ||
        !span_copy(host, parsed.host, sizeof(parsed.host)))
        /* The word is not quoted: it may hold a password. */
        return error_set(err, ERROR_USAGE,
                         "a camera is [http://|https://][USER@]HOST[:PORT], nothing else");
    parsed.port = (unsigned)port;
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
    return one->zone == other->zone &&
           span_same_letters(span_text(one->label), span_text(other->label));
}
