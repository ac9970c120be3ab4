/* SPDX-License-Identifier: Apache-2.0 */
#include "image/signing.h"

#include "base/fd.h"
#include "base/memory.h"
#include "base/secret.h"

#include <fcntl.h>
#include <nettle/eddsa.h>

void signing_key_wipe(struct signing_key *key)
{
    memory_wipe(key, sizeof(*key));
}

/* The file holds only the secret half; the public key is computed from it. */
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
    return span_begins(pem_text(pem), "-----BEGIN ENCRYPTED PRIVATE KEY-----");
}

static enum pem_kind kind_of(enum key_use use)
{
    return use == KEY_FOR_REPORTS ? PEM_REPORT_PRIVATE : PEM_PRIVATE;
}

bool signing_key_parse(struct span pem, enum key_use use, struct signing_key *key,
                       struct error *err)
{
    const char *other = pem_other_kind(pem, kind_of(use));

    if (is_encrypted(pem))
        return error_set(err, ERROR_CONFIGURATION,
                         "is an encrypted key: decrypt it with openssl pkey, or sign elsewhere and "
                         "add the signature");
    if (other != NULL)
        return error_set(err, ERROR_CONFIGURATION, "%s", other);
    if (!pem_parse(pem, kind_of(use), key->secret))
        return error_set(err, ERROR_CONFIGURATION,
                         "is not a PEM file of one Ed25519 private key as openssl writes it%s",
                         pem_fault(pem));
    complete(key);
    return true;
}

void signing_key_format(const struct signing_key *key, enum key_use use, char pem[PEM_TEXT_SIZE])
{
    pem_format(kind_of(use), key->secret, pem);
}

bool signing_key_read(const char *path, enum key_use use, struct signing_key *key,
                      struct error *err)
{
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    CLEANUP(secret_wipe) struct secret pem;
    size_t size;

    if (fd == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", path);
    /* A file that fills the buffer is longer than any key file, and does not parse. */
    if (!fd_read(fd, pem.text, sizeof(pem.text), &size, err) ||
        !signing_key_parse(span_of(pem.text, size), use, key, err))
        return error_prefix(err, "%s", path);
    return true;
}

void signing_sign(struct span text, const struct signing_key *key, struct signature *signature)
{
    /* Ed25519 needs no random bytes, so the same text always has the same signature. */
    signature->id = key->public_key.id;
    ed25519_sha512_sign(key->public_key.bytes, key->secret, text.size, text.data, signature->bytes);
}
