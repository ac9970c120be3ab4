/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/simulate/certificate.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/secret.h"
#include "ispup/simulate/configuration.h"

#include <fcntl.h>
#include <gnutls/x509.h>
#include <unistd.h>

enum { SERIAL_SIZE = 16, X509_VERSION = 3, DAY = 24 * 3600, DAYS = 365, PEM_SIZE = 8192 };

struct identity {
    gnutls_x509_privkey_t key; /* owned */
    gnutls_x509_crt_t certificate;
};

static void identity_close(struct identity *identity)
{
    if (identity->certificate != NULL)
        gnutls_x509_crt_deinit(identity->certificate);
    if (identity->key != NULL)
        gnutls_x509_privkey_deinit(identity->key);
}

/* P-256, which browsers accept. */
static int make_key(struct identity *identity)
{
    unsigned bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1);
    int code = gnutls_x509_privkey_init(&identity->key);

    if (code == 0)
        code = gnutls_x509_privkey_generate(identity->key, GNUTLS_PK_ECDSA, bits, 0);
    return code;
}

static int name(gnutls_x509_crt_t certificate)
{
    static const unsigned char loopback[] = {127, 0, 0, 1};
    static const char host[] = "localhost";
    int code = gnutls_x509_crt_set_dn(certificate, "CN=ispup simulate", NULL);

    if (code == 0)
        code = gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, loopback,
                                                    sizeof(loopback), GNUTLS_FSAN_SET);
    if (code == 0)
        code = gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME, host,
                                                    sizeof(host) - 1, GNUTLS_FSAN_APPEND);
    return code;
}

/* From a day ago: the host's clock may differ if the certificate is copied. */
static int limit(gnutls_x509_crt_t certificate, const unsigned char serial[SERIAL_SIZE])
{
    time_t now = (time_t)clock_unix_seconds();
    int code = gnutls_x509_crt_set_version(certificate, X509_VERSION);

    if (code == 0)
        code = gnutls_x509_crt_set_serial(certificate, serial, SERIAL_SIZE);
    if (code == 0)
        code = gnutls_x509_crt_set_activation_time(certificate, now - DAY);
    if (code == 0)
        code = gnutls_x509_crt_set_expiration_time(certificate, now + (time_t)DAYS * DAY);
    if (code == 0)
        code = gnutls_x509_crt_set_basic_constraints(certificate, 1, -1);
    if (code == 0)
        code = gnutls_x509_crt_set_key_usage(certificate, GNUTLS_KEY_DIGITAL_SIGNATURE |
                                                              GNUTLS_KEY_KEY_CERT_SIGN);
    return code;
}

static int make(struct identity *identity, const unsigned char serial[SERIAL_SIZE])
{
    int code = make_key(identity);

    if (code == 0)
        code = gnutls_x509_crt_init(&identity->certificate);
    if (code == 0)
        code = name(identity->certificate);
    if (code == 0)
        code = limit(identity->certificate, serial);
    if (code == 0)
        code = gnutls_x509_crt_set_key(identity->certificate, identity->key);
    if (code == 0)
        code = gnutls_x509_crt_sign2(identity->certificate, identity->certificate, identity->key,
                                     GNUTLS_DIG_SHA256, 0);
    return code;
}

static bool write_pem(const char *folder, const char *file, unsigned mode, struct span pem,
                      struct error *err)
{
    CLEANUP(fd_close) int fd = FD_NONE;
    char path[FILE_PATH_SIZE];

    if (!file_path(folder, file, path, err))
        return false;
    fd = file_make(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot make %s", path);
    return fd_write(fd, pem, err) || error_prefix(err, "%s", path);
}

static bool write_both(const struct identity *identity, const char *folder, struct error *err)
{
    char certificate[PEM_SIZE], key[PEM_SIZE];
    size_t size = sizeof(certificate), key_size = sizeof(key);
    bool done;

    if (gnutls_x509_crt_export(identity->certificate, GNUTLS_X509_FMT_PEM, certificate, &size) !=
            0 ||
        gnutls_x509_privkey_export(identity->key, GNUTLS_X509_FMT_PEM, key, &key_size) != 0)
        return error_set(err, ERROR_INTERNAL, "cannot make a certificate: it is too long");
    done = write_pem(folder, SIMULATE_CERTIFICATE, 0644, span_of(certificate, size), err) &&
           write_pem(folder, SIMULATE_KEY, 0600, span_of(key, key_size), err);
    memory_wipe(key, sizeof(key));
    return done;
}

bool simulate_certificate_make(const char *folder, struct error *err)
{
    CLEANUP(identity_close) struct identity identity = {.key = NULL};
    unsigned char serial[SERIAL_SIZE];
    int code;

    if (!secret_random(serial, sizeof(serial), err))
        return false;
    serial[0] &= 0x7f; /* a positive number */
    code = make(&identity, serial);
    if (code != 0)
        return error_set(err, ERROR_INTERNAL, "cannot make a certificate: %s",
                         gnutls_strerror(code));
    return write_both(&identity, folder, err);
}
