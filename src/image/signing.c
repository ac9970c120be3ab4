/* SPDX-License-Identifier: Apache-2.0 */
#include "image/signing.h"

#include "base/fd.h"
#include "base/secret.h"

#include <fcntl.h>
#include <nettle/eddsa.h>
#include <string.h>

void signing_key_wipe(struct signing_key *key)
{
    explicit_bzero(key, sizeof(*key));
}

static void complete(struct signing_key *key)
{
    unsigned char bytes[KEY_SIZE];

    ed25519_sha512_public_key(bytes, key->secret);
    key_from_bytes(bytes, &key->public_key);
}

bool signing_key_make(struct signing_key *key, struct error *err)
{
    if (!secret_random(key->secret, sizeof(key->secret), err))
        return false;
    complete(key);
    return true;
}

static bool is_encrypted(struct span pem)
{
    return span_begins(pem, "-----BEGIN ENCRYPTED PRIVATE KEY-----");
}

bool signing_key_parse(struct span pem, struct signing_key *key, struct error *err)
{
    if (is_encrypted(pem))
        return error_set(err, ERROR_CONFIGURATION,
                         "is an encrypted key: decrypt it with openssl pkey, or sign elsewhere and "
                         "add the signature");
    if (span_begins(pem, "-----BEGIN PUBLIC KEY-----"))
        return error_set(err, ERROR_CONFIGURATION, "is a public key, a private one belongs here");
    if (!pem_parse(pem, PEM_PRIVATE, key->secret))
        return error_set(err, ERROR_CONFIGURATION,
                         "is no PEM file of one Ed25519 private key as openssl writes it");
    complete(key);
    return true;
}

void signing_key_format(const struct signing_key *key, char pem[PEM_TEXT_SIZE])
{
    pem_format(PEM_PRIVATE, key->secret, pem);
}

bool signing_key_read(const char *path, struct signing_key *key, struct error *err)
{
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    CLEANUP(secret_wipe) struct secret pem;
    size_t size;

    if (fd == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", path);
    /* A text that fills it all is longer than any key: it does not parse. */
    if (!fd_read(fd, pem.text, sizeof(pem.text), &size, err) ||
        !signing_key_parse(span_of(pem.text, size), key, err))
        return error_prefix(err, "%s", path);
    return true;
}

void signing_sign(struct span description, const struct signing_key *key,
                  struct signature *signature)
{
    signature->id = key->public_key.id;
    ed25519_sha512_sign(key->public_key.bytes, key->secret, description.size, description.data,
                        signature->bytes);
}
