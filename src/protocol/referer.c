/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/referer.h"

/* host[:port]. The host is a name, an IPv4 address, or an IPv6 address in brackets. */
struct authority {
    struct span host; /* borrowed */
    struct span port; /* borrowed; empty if there is none or it is the scheme's default */
};

static bool is_host_byte(unsigned char byte, bool bracketed)
{
    return byte_is_letter(byte) || byte_is_digit(byte) || byte == '.' ||
           (bracketed ? byte == ':' : byte == '-' || byte == '_');
}

static bool is_host(struct span host, bool bracketed)
{
    for (size_t i = 0; i < host.size; i++)
        if (!is_host_byte(host.data[i], bracketed))
            return false;
    return bracketed ? span_has(host, ':') : host.size > 0;
}

static bool is_port(struct span port)
{
    for (size_t i = 0; i < port.size; i++)
        if (!byte_is_digit(port.data[i]))
            return false;
    return port.size > 0 && port.size <= 5;
}

/* is_host refuses a user part (`user@`), a backslash, a percent sign and a blank: with them, URL
 * parsers disagree about which part is the host. */
static bool parse_authority(struct span text, const char *default_port, struct authority *authority)
{
    struct authority parsed = {SPAN_EMPTY, SPAN_EMPTY};
    bool bracketed = span_skip(&text, "[");
    bool has_port;

    if (bracketed) {
        if (!span_split(&text, ']', &parsed.host))
            return false;
        has_port = span_skip(&text, ":");
        if (!has_port && text.size > 0)
            return false;
    } else {
        has_port = span_split(&text, ':', &parsed.host);
    }
    if (!is_host(parsed.host, bracketed) || (has_port && !is_port(text)))
        return false;
    if (has_port && !span_is(text, default_port))
        parsed.port = text;
    *authority = parsed;
    return true;
}

static bool take_scheme(struct span *rest, const char **default_port)
{
    if (span_same_letters(span_first(*rest, 7), span_text("http://"))) {
        *rest = span_from(*rest, 7);
        *default_port = "80";
        return true;
    }
    if (span_same_letters(span_first(*rest, 8), span_text("https://"))) {
        *rest = span_from(*rest, 8);
        *default_port = "443";
        return true;
    }
    return false;
}

static size_t authority_size(struct span rest)
{
    size_t size = 0;

    while (size < rest.size && rest.data[size] != '/' && rest.data[size] != '?' &&
           rest.data[size] != '#')
        size++;
    return size;
}

/* Removes scheme and authority from `rest`; true if they are ours. `Host` has no scheme, so the
 * default port of the URL's scheme counts for both. */
static bool take_own(struct span *rest, struct span host)
{
    const char *default_port;
    struct authority theirs, ours;
    size_t size;

    if (!take_scheme(rest, &default_port))
        return false;
    size = authority_size(*rest);
    if (!parse_authority(span_first(*rest, size), default_port, &theirs) ||
        !parse_authority(host, default_port, &ours))
        return false;
    *rest = span_from(*rest, size);
    return span_same_letters(theirs.host, ours.host) && span_same(theirs.port, ours.port);
}

bool referer_parse(struct span referer, struct span host, struct query *query)
{
    struct error unread = ERROR_EMPTY; /* a bad Referer is no error, it only proves nothing */
    struct query parsed;

    if (!take_own(&referer, host) || !span_skip(&referer, "/cgi-bin/update?") ||
        !query_parse(referer, &parsed, &unread) || !parsed.has_credentials)
        return false;
    *query = parsed;
    return true;
}

bool referer_is_own(struct span url, struct span host)
{
    return take_own(&url, host);
}
