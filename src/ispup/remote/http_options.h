/* SPDX-License-Identifier: Apache-2.0 */
/* How http.c uses libcurl: one connection for each request, no proxy, no redirect. */
#ifndef ISPUP_REMOTE_HTTP_OPTIONS_H
#define ISPUP_REMOTE_HTTP_OPTIONS_H

#include "ispup/remote/http.h"

#include <curl/curl.h>

void http_set_long(CURL *easy, CURLoption option, long value);
void http_set_text(CURL *easy, CURLoption option, const char *value);
/* Bytes a second of an upload, also while it runs; 0: no limit. */
void http_set_rate(CURL *easy, uint64_t rate);
/* Adds a line to the head. `fields`, owned by the caller, lives as long as `easy`. */
bool http_add_field(CURL *easy, const char *line, struct curl_slist **fields,
                    struct error *err) MUST_CHECK;
/* Adds the ticket of an earlier reply, unless it is empty. */
bool http_add_ticket(CURL *easy, const char *ticket, struct curl_slist **fields,
                     struct error *err) MUST_CHECK;
void http_set_connection(CURL *easy, const struct http_peer *peer);

/* Connects to that address only, unless it is empty. `to`, owned by the caller, lives as long as
 * `easy`. */
bool http_set_address(CURL *easy, const char *address, struct curl_slist **to,
                      struct error *err) MUST_CHECK;

#endif
