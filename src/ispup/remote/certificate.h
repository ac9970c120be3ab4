/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with a server's certificate. */
#ifndef ISPUP_REMOTE_CERTIFICATE_H
#define ISPUP_REMOTE_CERTIFICATE_H

#include "base/span.h"

#include <curl/curl.h>

/* By the result of the TLS library and the words of libcurl; `untrusted` if it is nothing else: it
 * says how the certificate authority is named. */
const char *certificate_fault(long result, struct span words, const char *untrusted);

/* The same for an exchange that failed with `code`; NULL: it was not its certificate. */
const char *certificate_fault_of(CURL *easy, CURLcode code, const char *words,
                                 const char *untrusted);

#endif
