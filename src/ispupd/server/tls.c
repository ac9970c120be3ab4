/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/server/tls.h"

#include <errno.h>
#include <gnutls/abstract.h>
#include <microhttpd.h>
#include <string.h>

/* Never called: each connection gets its identity before its handshake. */
/* NOLINTNEXTLINE(readability-function-size): the library's parameters */
static int give_no_identity(gnutls_session_t session, const gnutls_datum_t *names, int name_count,
                            const gnutls_pk_algorithm_t *kinds, int kind_count,
                            gnutls_pcert_st **certificate, unsigned *certificate_count,
                            gnutls_privkey_t *key)
{
    (void)session, (void)names, (void)name_count, (void)kinds, (void)kind_count;
    (void)certificate, (void)certificate_count, (void)key;
    return -1;
}

void tls_set_options(struct MHD_OptionItem *options)
{
    static const char priorities[] = TLS_PRIORITIES;
    const char *text = priorities;
    gnutls_certificate_retrieve_function2 *callback = give_no_identity;

    options[0] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_CERT_CALLBACK, 0, NULL};
    options[1] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0, NULL};
    options[2] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    /* ISO C has no conversion from a function, and the library's type is not const. */
    memcpy(&options[0].ptr_value, &callback, sizeof(callback));
    memcpy(&options[1].ptr_value, &text, sizeof(text));
}

/* A client that asks for a second handshake (TLS 1.2) is treated as gone. */
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

    /* A record holds at most 16 KiB; more of them may have arrived. */
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
