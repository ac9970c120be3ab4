/* SPDX-License-Identifier: Apache-2.0 */
/* Without HTTPS no session exists, so none of this is called. */
#include "ispupd/server/tls.h"

#include <errno.h>

void tls_set_options(struct MHD_OptionItem *options)
{
    (void)options;
}

ssize_t tls_send(struct gnutls_session_int *session, struct span bytes)
{
    (void)session, (void)bytes;
    errno = EPIPE;
    return -1;
}

ssize_t tls_receive(struct gnutls_session_int *session, void *data, size_t capacity)
{
    (void)session, (void)data, (void)capacity;
    errno = EPIPE;
    return -1;
}

bool tls_holds_bytes(struct gnutls_session_int *session)
{
    (void)session;
    return false;
}

void tls_end_sending(struct gnutls_session_int *session)
{
    (void)session;
}
