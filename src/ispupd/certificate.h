/* SPDX-License-Identifier: Apache-2.0 */
/* The files [server] certificate and key, read at the start and again at each SIGHUP. */
#ifndef ISPUPD_CERTIFICATE_H
#define ISPUPD_CERTIFICATE_H

#include "ispupd/ask.h"
#include "ispupd/identity.h"

/* They become the identity in use; where they cannot, the one in use stays. */
bool certificate_load(struct identities *identities, struct ask *ask, struct error *err) MUST_CHECK;

#endif
