/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/server/identity.h"

#include "base/memory.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <pthread.h>
#include <string.h>

enum { CHAIN_LIMIT = 16 };

struct identity {
    gnutls_certificate_credentials_t credentials; /* owned */
    size_t users; /* connections that use it, and one for being the current one */
};

struct identities {
    pthread_mutex_t lock;
    struct identity *current; /* NULL: none yet */
};

/* A certificate chain and a key while they are read. */
struct reading {
    gnutls_x509_crt_t chain[CHAIN_LIMIT];
    unsigned count;
    gnutls_x509_privkey_t key;
};

static gnutls_datum_t datum(struct span bytes)
{
    gnutls_datum_t made = {.size = (unsigned)bytes.size};

    /* GnuTLS only reads the bytes, but its type is not const. */
    memcpy(&made.data, &bytes.data, sizeof(made.data));
    return made;
}

/* The text of GnuTLS, without its full stop. */
static bool fail(struct error *err, const char *what, int cause)
{
    struct span reason = span_trim(span_text(gnutls_strerror(cause)), '.');

    return error_set(err, ERROR_CONFIGURATION, "%s: %.*s", what, (int)reason.size,
                     (const char *)reason.data);
}

/* For CLEANUP. */
static void end_reading(struct reading *reading)
{
    for (unsigned i = 0; i < reading->count; i++)
        gnutls_x509_crt_deinit(reading->chain[i]);
    if (reading->key != NULL)
        gnutls_x509_privkey_deinit(reading->key);
}

static bool read_chain(struct reading *reading, struct span text, struct error *err)
{
    gnutls_datum_t input = datum(text);
    unsigned count = CHAIN_LIMIT;
    int result = gnutls_x509_crt_list_import(reading->chain, &count, &input, GNUTLS_X509_FMT_PEM,
                                             GNUTLS_X509_CRT_LIST_IMPORT_FAIL_IF_EXCEED |
                                                 GNUTLS_X509_CRT_LIST_FAIL_IF_UNSORTED);

    if (result < 1)
        return fail(err,
                    "[server] certificate: not a chain of PEM certificates, the camera's first",
                    result);
    reading->count = (unsigned)result;
    return true;
}

static bool read_key(struct reading *reading, struct span text, struct error *err)
{
    gnutls_datum_t input = datum(text);
    int result = gnutls_x509_privkey_init(&reading->key);

    if (result >= 0)
        result = gnutls_x509_privkey_import2(reading->key, &input, GNUTLS_X509_FMT_PEM, NULL, 0);
    if (result < 0)
        return fail(err, "[server] key: not a PEM key without a password", result);
    return true;
}

/* For CLEANUP. */
static void end_identity(struct identity **identity)
{
    if (*identity != NULL && (*identity)->credentials != NULL)
        gnutls_certificate_free_credentials((*identity)->credentials);
    memory_free(identity);
}

static bool make(struct identity **identity, struct span certificate, struct span key,
                 struct error *err)
{
    CLEANUP(end_reading) struct reading reading = {.count = 0};
    CLEANUP(end_identity) struct identity *made = NULL;
    void *memory = NULL;
    int result;

    if (!read_chain(&reading, certificate, err) || !read_key(&reading, key, err) ||
        !memory_allocate(&memory, sizeof(*made), err))
        return false;
    made = memory;
    result = gnutls_certificate_allocate_credentials(&made->credentials);
    if (result >= 0)
        result = gnutls_certificate_set_x509_key(made->credentials, reading.chain,
                                                 (int)reading.count, reading.key);
    if (result < 0)
        return fail(err, "[server] certificate and key: cannot be used together", result);
    made->users = 1;
    *identity = made;
    made = NULL;
    return true;
}

bool identities_open(struct identities **identities, struct error *err)
{
    void *memory = NULL;

    if (!memory_allocate(&memory, sizeof(**identities), err))
        return false;
    *identities = memory;
    (void)pthread_mutex_init(&(*identities)->lock, NULL);
    return true;
}

void identities_close(struct identities **identities)
{
    if (*identities == NULL)
        return;
    identities_return(*identities, (*identities)->current);
    (void)pthread_mutex_destroy(&(*identities)->lock);
    memory_free(identities);
}

bool identities_replace(struct identities *identities, struct span certificate, struct span key,
                        struct error *err)
{
    struct identity *next = NULL, *last;

    if (!make(&next, certificate, key, err))
        return false;
    (void)pthread_mutex_lock(&identities->lock);
    last = identities->current;
    identities->current = next;
    (void)pthread_mutex_unlock(&identities->lock);
    identities_return(identities, last);
    return true;
}

struct identity *identities_lend(struct identities *identities, struct gnutls_session_int *session)
{
    struct identity *lent;

    (void)pthread_mutex_lock(&identities->lock);
    lent = identities->current;
    if (lent != NULL)
        lent->users++;
    (void)pthread_mutex_unlock(&identities->lock);
    if (lent != NULL)
        (void)gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, lent->credentials);
    return lent;
}

void identities_return(struct identities *identities, struct identity *identity)
{
    bool is_last;

    if (identity == NULL)
        return;
    (void)pthread_mutex_lock(&identities->lock);
    is_last = --identity->users == 0;
    (void)pthread_mutex_unlock(&identities->lock);
    if (is_last)
        end_identity(&identity);
}
