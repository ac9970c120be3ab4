/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup keygen`: a pair of key files, neither of them ever written over another file. */
#include "base/fd.h"
#include "base/file.h"
#include "image/signing.h"
#include "ispup/option.h"
#include "ispup/verb.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool write_new(const char *path, const char *text, mode_t mode, struct error *err)
{
    CLEANUP(fd_close)
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);

    if (fd == FD_NONE && errno == EEXIST)
        return error_set(err, ERROR_INTERNAL,
                         "%s is there already: move it away, or choose "
                         "another -o PREFIX",
                         path);
    if (fd == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot make %s", path);
    if (!fd_write(fd, span_text(text), err) || !fd_commit(&fd, err)) {
        (void)unlink(path);
        return error_prefix(err, "%s", path);
    }
    return true;
}

static bool name_file(const char *prefix, const char *kind, char path[FILE_PATH_SIZE],
                      struct error *err)
{
    int size = snprintf(path, FILE_PATH_SIZE, "%s.%s.pem", prefix, kind);

    if (size < 0 || size >= FILE_PATH_SIZE)
        return error_set(err, ERROR_USAGE, "-o PREFIX is too long");
    return true;
}

static bool write_pair(const struct signing_key *key, const char *secret, const char *open_path,
                       struct error *err)
{
    char pem[PEM_TEXT_SIZE];
    bool written;

    /* The public one first: of a failure no secret is left behind. */
    key_format_public(&key->public_key, pem, sizeof(pem));
    if (!write_new(open_path, pem, 0644, err))
        return false;
    signing_key_format(key, pem);
    written = write_new(secret, pem, 0600, err);
    explicit_bzero(pem, sizeof(pem));
    if (!written)
        (void)unlink(open_path);
    return written;
}

static bool make_pair(const char *prefix, struct error *err)
{
    CLEANUP(signing_key_wipe) struct signing_key key = {.secret = {0}};
    char secret[FILE_PATH_SIZE], open_path[FILE_PATH_SIZE];
    char id[KEY_ID_TEXT_SIZE + 1];

    if (!name_file(prefix, "private", secret, err) || !name_file(prefix, "public", open_path, err))
        return false;
    if (!signing_key_make(&key, err) || !write_pair(&key, secret, open_path, err))
        return false;
    key_id_format(&key.public_key.id, id);
    (void)printf("private key  %s  (keep it secret; ispup pack --key %s)\n", secret, secret);
    (void)printf("public key   %s  (goes into the cameras' key folder)\n", open_path);
    (void)printf("key id       %s\n", id);
    return true;
}

static enum verb_status run(int count, char **words, struct error *err)
{
    struct option prefix = {.name = "output", .letter = 'o', .limit = 1};

    if (!option_parse(count, words, &prefix, 1, err))
        return VERB_USAGE;
    return make_pair(prefix.count == 0 ? "isp" : prefix.values[0], err) ? VERB_DONE : VERB_FAILED;
}

const struct verb verb_keygen = {
    .name = "keygen",
    .arguments = "[-o PREFIX]",
    .summary = "make a pair of keys to sign images with",
    .help = "  -o PREFIX   writes PREFIX.private.pem and PREFIX.public.pem (isp)\n",
    .run = run,
};
