/* SPDX-License-Identifier: Apache-2.0 */
/* Sends and receives over TLS like send(2) and recv(2): a count, 0 for the end, or -1 and errno.
 * tls_none.c and identity_none.c are for builds without HTTPS. */
#ifndef ISPUPD_SERVER_TLS_H
#define ISPUPD_SERVER_TLS_H

#include "base/span.h"

#include <sys/types.h>

enum { TLS_RECORD_SIZE = 16 * 1024, TLS_OPTIONS_COUNT = 3 };

/* TLS 1.2 and 1.3, nothing older, and only ciphers with authentication (AEAD): CBC in TLS 1.2 was
 * broken by its padding more than once. For gnutls_priority_init. */
#define TLS_PRIORITIES                                                                             \
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM:"            \
    "+CHACHA20-POLY1305:%SERVER_PRECEDENCE"

struct gnutls_session_int;

/* The options of libmicrohttpd for a server with TLS. */
struct MHD_OptionItem;
void tls_set_options(struct MHD_OptionItem *options);

/* After EAGAIN, send the same bytes again. */
ssize_t tls_send(struct gnutls_session_int *session, struct span bytes);

ssize_t tls_receive(struct gnutls_session_int *session, void *data, size_t capacity);

/* Whether decrypted bytes wait in the session. */
bool tls_holds_bytes(struct gnutls_session_int *session);

/* Tells the client that no more bytes follow. Tries once. */
void tls_end_sending(struct gnutls_session_int *session);

#endif
