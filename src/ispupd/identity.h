/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the server shows over TLS to prove who it is: a certificate and its key. They can be
 * replaced while it runs; a connection keeps the ones that it began with.
 */
#ifndef ISPUPD_IDENTITY_H
#define ISPUPD_IDENTITY_H

#include "base/error.h"
#include "base/span.h"

enum { IDENTITY_FILE_LIMIT = 64 * 1024 }; /* bytes of a certificate's file, and of a key's */

struct gnutls_session_int;

struct identities; /* the one in use now, and those that connections still use */
struct identity;

/* Begins without any. */
bool identities_open(struct identities **identities, struct error *err) MUST_CHECK;
void identities_close(struct identities **identities); /* for CLEANUP; nobody uses one any more */

/* In use from now on: a certificate, with those that vouch for it behind it, and its key without a
 * password, in PEM. ERROR_CONFIGURATION where they are none or do not belong together; then what
 * was in use stays. */
bool identities_replace(struct identities *identities, struct span certificate, struct span key,
                        struct error *err) MUST_CHECK;

/* Gives the session the one in use, before its handshake. NULL where there is none. */
struct identity *identities_lend(struct identities *identities, struct gnutls_session_int *session);

/* The session has ended, or will never use it again. Takes NULL. */
void identities_return(struct identities *identities, struct identity *identity);

#endif
