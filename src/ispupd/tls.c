/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/tls.h"

#include <errno.h>
#include <gnutls/gnutls.h>

/* A client that wants another handshake (TLS 1.2) has come to its end with us. */
static ssize_t result_of(ssize_t result)
{
    if (result >= 0)
        return result;
    errno = result == GNUTLS_E_AGAIN ? EAGAIN : result == GNUTLS_E_INTERRUPTED ? EINTR : EPIPE;
    return -1;
}

ssize_t tls_send(struct gnutls_session_int *session, struct span bytes)
{
    return result_of(gnutls_record_send(session, bytes.data, bytes.size));
}

ssize_t tls_receive(struct gnutls_session_int *session, void *data, size_t capacity)
{
    unsigned char *at = data;
    size_t got = 0;
    ssize_t result;

    /* A record has 16 KiB at most: the next ones may be there already. */
    do {
        result = result_of(gnutls_record_recv(session, at + got, capacity - got));
        if (result > 0)
            got += (size_t)result;
    } while (result > 0 && got < capacity);
    return got > 0 ? (ssize_t)got : result;
}

bool tls_holds_bytes(struct gnutls_session_int *session)
{
    return gnutls_record_check_pending(session) > 0;
}

void tls_end_sending(struct gnutls_session_int *session)
{
    (void)gnutls_bye(session, GNUTLS_SHUT_WR);
}
