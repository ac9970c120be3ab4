/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The certificate and the key of the server. They can be replaced while it runs. Each connection
 * keeps those that it began with.
 */
#ifndef ISPUPD_SERVER_IDENTITY_H
#define ISPUPD_SERVER_IDENTITY_H

#include "base/error.h"
#include "base/span.h"

enum { IDENTITY_FILE_LIMIT = 64 * 1024 }; /* bytes of the certificate or key file */

struct gnutls_session_int;

struct identities; /* the current identity, and older ones in use by connections */
struct identity;

/* Begins without an identity. */
bool identities_open(struct identities **identities, struct error *err) MUST_CHECK;
void identities_close(struct identities **identities); /* for CLEANUP; no connection may be left */

/* Sets the current identity: a certificate followed by its chain, and its key without a password,
 * both in PEM. ERROR_CONFIGURATION if they cannot be read or do not match; then the old identity
 * stays. */
bool identities_replace(struct identities *identities, struct span certificate, struct span key,
                        struct error *err) MUST_CHECK;

/* Gives the current identity to a session, before its handshake. NULL if there is none. */
struct identity *identities_lend(struct identities *identities, struct gnutls_session_int *session);

/* Call it when the session has ended. `identity` may be NULL. */
void identities_return(struct identities *identities, struct identity *identity);

#endif
