/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/origin.h"

#include "base/number.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { PORT_HTTP = 80, PORT_HTTPS = 443, PORT_MOST = 65535 };

static bool is_url_byte(unsigned char byte)
{
    return byte > ' ' && byte < 0x7f && strchr("\"<>\\^`{|}#", byte) == NULL;
}

static bool is_host_byte(unsigned char byte)
{
    return byte_is_digit(byte) || byte_is_letter(byte) || byte == '.' || byte == '-';
}

static bool is_address_byte(unsigned char byte)
{
    return byte_is_digit(byte) || byte == ':' || byte == '.' || (byte >= 'a' && byte <= 'f') ||
           (byte >= 'A' && byte <= 'F');
}

static bool are_all(struct span bytes, bool (*is_one)(unsigned char byte))
{
    for (size_t i = 0; i < bytes.size; i++)
        if (!is_one(bytes.data[i]))
            return false;
    return bytes.size > 0;
}

static bool take_scheme(struct span *url, struct origin *origin)
{
    origin->is_https = span_begins(*url, "https://");
    origin->port = origin->is_https ? PORT_HTTPS : PORT_HTTP;
    return span_skip(url, origin->is_https ? "https://" : "http://");
}

/* The size of a name, or of an address in brackets. 0: neither. */
static size_t host_size(struct span authority)
{
    size_t end = 0;

    if (span_begins(authority, "[")) {
        if (!span_find(authority, span_text("]"), &end) ||
            !are_all(span_from(span_first(authority, end), 1), is_address_byte))
            return 0;
        return end + 1;
    }
    while (end < authority.size && authority.data[end] != ':')
        end++;
    return are_all(span_first(authority, end), is_host_byte) ? end : 0;
}

static bool take_authority(struct span authority, struct origin *origin)
{
    size_t size = host_size(authority);
    struct span port = span_from(authority, size);
    uint64_t number;

    if (size == 0 || !span_copy(span_first(authority, size), origin->host, ORIGIN_HOST_SIZE))
        return false;
    for (char *at = origin->host; *at != '\0'; at++)
        if (byte_is_upper((unsigned char)*at))
            *at = (char)(*at + 'a' - 'A');
    if (port.size == 0)
        return true;
    if (!span_skip(&port, ":") || !number_parse(port, PORT_MOST, &number) || number == 0)
        return false;
    origin->port = (unsigned)number;
    return true;
}

bool origin_parse(struct span url, struct origin *origin, struct span *rest, struct error *err)
{
    struct span after = url;
    size_t size = 0;

    memset(origin, 0, sizeof(*origin));
    if (url.size >= ORIGIN_URL_SIZE)
        return error_set(err, ERROR_CONFIGURATION, "a URL of more than %d bytes",
                         ORIGIN_URL_SIZE - 1);
    if (!are_all(url, is_url_byte) || !take_scheme(&after, origin))
        return error_set(err, ERROR_CONFIGURATION,
                         "not a URL that begins with https:// or http://");
    while (size < after.size && after.data[size] != '/' && after.data[size] != '?')
        size++;
    *rest = span_from(after, size);
    if (span_begins(*rest, "?") || !take_authority(span_first(after, size), origin))
        return error_set(err, ERROR_CONFIGURATION, "not a URL with a host, and perhaps a port");
    return true;
}

bool origin_is_same(const struct origin *one, const struct origin *other)
{
    return one->is_https == other->is_https && one->port == other->port &&
           strcmp(one->host, other->host) == 0;
}

/* `127.evil.example` is a name. */
static bool is_loopback_address(struct span host)
{
    size_t dots = 0;

    for (size_t i = 0; i < host.size; i++) {
        if (host.data[i] != '.' && !byte_is_digit(host.data[i]))
            return false;
        dots += host.data[i] == '.';
    }
    return dots == 3 && span_begins(host, "127.");
}

bool origin_is_loopback(const struct origin *origin)
{
    struct span host = span_text(origin->host);

    return span_is(host, "localhost") || span_is(host, "[::1]") || is_loopback_address(host);
}

void origin_format(const struct origin *origin, char text[ORIGIN_TEXT_SIZE])
{
    const char *scheme = origin->is_https ? "https" : "http";

    if (origin->port == (origin->is_https ? PORT_HTTPS : PORT_HTTP))
        (void)snprintf(text, ORIGIN_TEXT_SIZE, "%s://%s", scheme, origin->host);
    else
        (void)snprintf(text, ORIGIN_TEXT_SIZE, "%s://%s:%u", scheme, origin->host, origin->port);
}

bool origin_check_scheme(const struct origin *origin, bool is_insecure, struct error *err)
{
    char text[ORIGIN_TEXT_SIZE];

    if (origin->is_https || is_insecure || origin_is_loopback(origin))
        return true;
    origin_format(origin, text);
    return error_set(err, ERROR_CONFIGURATION,
                     "%.120s is not encrypted, and not on this machine: use https://, or allow it "
                     "with insecure = yes",
                     text);
}

bool origin_check_control(const struct origin *server, struct span url, struct error *err)
{
    char ours[ORIGIN_TEXT_SIZE], theirs[ORIGIN_TEXT_SIZE];
    struct origin origin;
    struct span rest;

    if (!origin_parse(url, &origin, &rest, err))
        return error_prefix(err, "a link of hawkBit");
    if (origin_is_same(server, &origin))
        return true;
    origin_format(server, ours);
    origin_format(&origin, theirs);
    return error_set(err, ERROR_CONFIGURATION,
                     "hawkBit's links lead to %.60s, server is %.60s: set "
                     "server.forward-headers-strategy=native in hawkBit and X-Forwarded-Proto, "
                     "-Host, -Port in its proxy, or correct server",
                     theirs, ours);
}
