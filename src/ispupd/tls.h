/* SPDX-License-Identifier: Apache-2.0 */
/* A TLS session as send(2) and recv(2) speak: a count, 0 for the end, or -1 and errno. */
#ifndef ISPUPD_TLS_H
#define ISPUPD_TLS_H

#include "base/span.h"

#include <sys/types.h>

enum { TLS_RECORD_SIZE = 16 * 1024 };

/* What is taken from a client: TLS 1.2 and 1.3, nothing older. For gnutls_priority_init. */
#define TLS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE"

struct gnutls_session_int;

/* After EAGAIN the same bytes must be sent again. */
ssize_t tls_send(struct gnutls_session_int *session, struct span bytes);

ssize_t tls_receive(struct gnutls_session_int *session, void *data, size_t capacity);

/* Whether bytes have been taken off the socket that tls_receive has not given yet. */
bool tls_holds_bytes(struct gnutls_session_int *session);

/* Tells the client that nothing more comes; at most one attempt. */
void tls_end_sending(struct gnutls_session_int *session);

#endif
