/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/client_options.h"

#include "base/fd.h"
#include "ispup/remote/certificate.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    CONNECT_SECONDS = 15,
    CONTROL_SECONDS = 30,
    STALL_SECONDS = 60, /* of a download that moves no byte */
};

static void set_long(CURL *easy, CURLoption option, long value)
{
    (void)curl_easy_setopt(easy, option, value);
}

static void set_text(CURL *easy, CURLoption option, const char *value)
{
    (void)curl_easy_setopt(easy, option, value);
}

static void set_tls(CURL *easy, const struct setup *setup, bool is_ours)
{
    if (setup->authority[0] != '\0') {
        set_text(easy, CURLOPT_CAINFO, setup->authority);
        set_text(easy, CURLOPT_CAPATH, NULL);
    }
    if (is_ours && setup->certificate[0] != '\0') {
        set_text(easy, CURLOPT_SSLCERT, setup->certificate);
        set_text(easy, CURLOPT_SSLKEY, setup->key);
    }
}

static void set_connection(CURL *easy, const struct client_request *request)
{
    set_text(easy, CURLOPT_URL, request->url);
    set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set_text(easy, CURLOPT_PROXY, "");
    set_text(easy, CURLOPT_USERAGENT, "ispup-gateway/" ISPUP_VERSION);
    set_long(easy, CURLOPT_FOLLOWLOCATION, 0);
    set_long(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    set_long(easy, CURLOPT_NOSIGNAL, 1);
    set_long(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
    if (request->file == FD_NONE)
        set_long(easy, CURLOPT_TIMEOUT, CONTROL_SECONDS);
    set_long(easy, CURLOPT_LOW_SPEED_LIMIT, 1);
    set_long(easy, CURLOPT_LOW_SPEED_TIME, STALL_SECONDS);
}

static void set_request(CURL *easy, const struct client_request *request)
{
    char range[32];

    if (request->body != NULL) {
        (void)curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body);
        set_text(easy, CURLOPT_CUSTOMREQUEST, request->method);
    }
    if (request->from > 0) {
        (void)snprintf(range, sizeof(range), "%" PRIu64 "-", request->from);
        set_text(easy, CURLOPT_RANGE, range);
    }
}

void client_options_set(CURL *easy, const struct setup *setup, const struct client_request *request)
{
    set_connection(easy, request);
    set_tls(easy, setup, request->has_token);
    set_request(easy, request);
}

void client_options_explain(CURL *easy, CURLcode result, const char *told,
                            struct client_request *request)
{
    const char *words = told[0] == '\0' ? curl_easy_strerror(result) : told;
    const char *fault = certificate_fault_of(
        easy, result, words,
        "its certificate is not trusted, name its certificate authority with cacert in [hawkbit]");

    (void)snprintf(request->words, sizeof(request->words), "%s%s%.150s", fault == NULL ? "" : fault,
                   fault == NULL ? "" : ": ", words);
}
