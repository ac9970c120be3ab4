/* SPDX-License-Identifier: Apache-2.0 */
/* Loads [server] certificate and key, at the start and at each SIGHUP. */
#ifndef ISPUPD_SERVER_CERTIFICATE_H
#define ISPUPD_SERVER_CERTIFICATE_H

#include "ispupd/server/broker_client.h"
#include "ispupd/server/identity.h"

/* The loaded files become the identity in use. If they cannot be used, the identity stays as it
 * is. */
bool certificate_load(struct identities *identities, struct broker_client *broker,
                      struct error *err) MUST_CHECK;

#endif
