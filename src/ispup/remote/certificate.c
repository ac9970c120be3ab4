/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/remote/certificate.h"

/* libcurl has one code for all of them. `result` is its TLS library's: bits of GnuTLS, or a small
 * number of OpenSSL. Newer versions also tell it in words. */
const char *certificate_fault(long result, struct span words, const char *untrusted)
{
    enum { GNUTLS_NOT_ACTIVATED = 1 << 9, GNUTLS_EXPIRED = 1 << 10 };

    static const struct {
        const char *piece, *fault;
    } table[] = {
        {"expir", "its certificate has expired"},
        {"not yet valid", "its certificate is not yet valid: check the clocks"},
        {"not activated", "its certificate is not yet valid: check the clocks"},
        {"match", "its certificate is for another name"},
    };
    size_t at;

    if ((result & GNUTLS_EXPIRED) != 0)
        return table[0].fault;
    if ((result & GNUTLS_NOT_ACTIVATED) != 0)
        return table[1].fault;
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (span_find(words, span_text(table[i].piece), &at))
            return table[i].fault;
    return untrusted;
}

const char *certificate_fault_of(CURL *easy, CURLcode code, const char *words,
                                 const char *untrusted)
{
    long result = 0;

    if (code == CURLE_SSL_CACERT_BADFILE) /* this machine has no authorities of its own */
        return untrusted;
    if (code != CURLE_PEER_FAILED_VERIFICATION)
        return NULL;
    (void)curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &result);
    return certificate_fault(result, span_text(words), untrusted);
}
