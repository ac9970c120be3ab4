/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/remote/certificate.h"

/* libcurl has one code for all of them. `result` is its TLS library's: bits of GnuTLS, or a small
 * number of OpenSSL. Newer versions also tell it in words. */
const char *certificate_fault(long result, struct span words)
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
    return "its certificate is not trusted, name its certificate authority with --cacert";
}
