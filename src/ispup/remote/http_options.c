/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/remote/http_options.h"

#include "base/span.h"

#include <stdio.h>

enum { CONNECT_SECONDS = 15, IDLE_SECONDS = 15 };

void http_set_long(CURL *easy, CURLoption option, long value)
{
    (void)curl_easy_setopt(easy, option, value);
}

void http_set_text(CURL *easy, CURLoption option, const char *value)
{
    (void)curl_easy_setopt(easy, option, value);
}

bool http_add_ticket(CURL *easy, const char *ticket, struct curl_slist **fields, struct error *err)
{
    char line[TICKET_FIELD_SIZE + 16];

    (void)snprintf(line, sizeof(line), "X-ISP-Ticket: %s", ticket);
    return ticket[0] == '\0' || http_add_field(easy, line, fields, err);
}

void http_set_connection(CURL *easy, const struct http_peer *peer)
{
    http_set_text(easy, CURLOPT_URL, peer->origin);
    http_set_long(easy, CURLOPT_ADDRESS_SCOPE, (long)peer->zone);
    http_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    http_set_text(easy, CURLOPT_PROXY, "");
    http_set_long(easy, CURLOPT_FOLLOWLOCATION, 0);
    http_set_long(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    http_set_long(easy, CURLOPT_NOSIGNAL, 1);
    http_set_long(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
    /* On a reused connection libcurl would send a lost request again by itself. */
    http_set_long(easy, CURLOPT_FRESH_CONNECT, 1);
    http_set_long(easy, CURLOPT_FORBID_REUSE, 1);
    http_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1);
    http_set_long(easy, CURLOPT_TCP_KEEPIDLE, IDLE_SECONDS);
    http_set_long(easy, CURLOPT_TCP_KEEPINTVL, IDLE_SECONDS);
    /* Else libcurl trusts the system's certificates, too. */
    if (peer->cacert != NULL) {
        http_set_text(easy, CURLOPT_CAINFO, peer->cacert);
        http_set_text(easy, CURLOPT_CAPATH, NULL);
    }
    http_set_long(easy, CURLOPT_SSL_VERIFYPEER, peer->is_insecure ? 0 : 1);
    http_set_long(easy, CURLOPT_SSL_VERIFYHOST, peer->is_insecure ? 0 : 2);
}

/* libcurl does not tell the zone of a link-local address: such a camera is found by its name. */
bool http_set_address(CURL *easy, const char *address, struct curl_slist **to, struct error *err)
{
    bool has_colon = span_has(span_text(address), ':');
    char text[HTTP_ADDRESS_SIZE + 8];

    if (address[0] == '\0' || span_begins(span_text(address), "fe80:"))
        return true;
    (void)snprintf(text, sizeof(text), has_colon ? "::[%s]:" : "::%s:", address);
    *to = curl_slist_append(NULL, text);
    if (*to == NULL)
        return error_set(err, ERROR_INTERNAL, "internal error: no memory");
    (void)curl_easy_setopt(easy, CURLOPT_CONNECT_TO, *to);
    return true;
}

void http_set_rate(CURL *easy, uint64_t rate)
{
    (void)curl_easy_setopt(easy, CURLOPT_MAX_SEND_SPEED_LARGE, (curl_off_t)rate);
}

bool http_add_field(CURL *easy, const char *line, struct curl_slist **fields, struct error *err)
{
    struct curl_slist *longer = curl_slist_append(*fields, line);

    if (longer == NULL)
        return error_set(err, ERROR_INTERNAL, "internal error: no memory");
    *fields = longer;
    (void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, longer);
    return true;
}
