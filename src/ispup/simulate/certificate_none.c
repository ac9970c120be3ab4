/* SPDX-License-Identifier: Apache-2.0 */
/* Without GnuTLS. */
#include "ispup/simulate/certificate.h"

bool simulate_certificate_make(const char *folder, struct error *err)
{
    (void)folder;
    return error_set(err, ERROR_INTERNAL,
                     "cannot make a certificate: this ispup was built without HTTPS");
}
