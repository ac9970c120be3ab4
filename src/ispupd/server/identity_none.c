/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/server/identity.h"

static bool refuse(struct error *err)
{
    return error_set(err, ERROR_CONFIGURATION,
                     "[server] certificate: this build has no HTTPS: build with -Dhttps=enabled");
}

bool identities_open(struct identities **identities, struct error *err)
{
    (void)identities;
    return refuse(err);
}

void identities_close(struct identities **identities)
{
    (void)identities;
}

bool identities_replace(struct identities *identities, struct span certificate, struct span key,
                        struct error *err)
{
    (void)identities, (void)certificate, (void)key;
    return refuse(err);
}

struct identity *identities_lend(struct identities *identities, struct gnutls_session_int *session)
{
    (void)identities, (void)session;
    return NULL;
}

void identities_return(struct identities *identities, struct identity *identity)
{
    (void)identities, (void)identity;
}
