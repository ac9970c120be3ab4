/* SPDX-License-Identifier: Apache-2.0 */
/* How client.c uses libcurl: its options for one request, without callbacks and fields; why it
 * failed. */
#ifndef ISPUP_GATEWAY_CLIENT_OPTIONS_H
#define ISPUP_GATEWAY_CLIENT_OPTIONS_H

#include "ispup/gateway/client.h"

#include <curl/curl.h>

void client_options_set(CURL *easy, const struct setup *setup,
                        const struct client_request *request);

/* Sets `words` of the request. `told`: what libcurl said, or empty. */
void client_options_explain(CURL *easy, CURLcode result, const char *told,
                            struct client_request *request);

#endif
