/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup keygen`: makes a pair of key files. Neither ever replaces a file. */
#include "base/fd.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/option.h"
#include "image/signing.h"
#include "ispup/cli/verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { OUTPUT, FOR, OPTION_COUNT };

static bool write_new(const char *path, const char *text, mode_t mode, struct error *err)
{
    CLEANUP(fd_close)
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);

    if (fd == FD_NONE && errno == EEXIST)
        return error_set(err, ERROR_INTERNAL,
                         "%s exists already: move it away, or choose another -o PREFIX", path);
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

    /* FOLDER/ would make hidden files: FOLDER/.private.pem. */
    if (prefix[strlen(prefix) - 1] == '/')
        return error_set(err, ERROR_USAGE,
                         "-o PREFIX is the beginning of two file names, not a folder: try %sisp",
                         prefix);
    if (size < 0 || size >= FILE_PATH_SIZE)
        return error_set(err, ERROR_USAGE, "-o PREFIX is too long");
    return true;
}

static bool write_pair(const struct signing_key *key, enum key_use use, const char *secret,
                       const char *open_path, struct error *err)
{
    char pem[PEM_TEXT_SIZE];
    bool written;

    /* The public key first, so that a failure leaves no private key on the disk. */
    key_format_public(&key->public_key, use, pem, sizeof(pem));
    if (!write_new(open_path, pem, 0644, err))
        return false;
    signing_key_format(key, use, pem);
    written = write_new(secret, pem, 0600, err);
    memory_wipe(pem, sizeof(pem));
    if (!written)
        (void)unlink(open_path);
    return written;
}

static bool make_pair(const char *prefix, enum key_use use, struct error *err)
{
    CLEANUP(signing_key_wipe) struct signing_key key = {.secret = {0}};
    char secret[FILE_PATH_SIZE], open_path[FILE_PATH_SIZE];
    char id[KEY_ID_TEXT_SIZE + 1];

    if (!name_file(prefix, "private", secret, err) || !name_file(prefix, "public", open_path, err))
        return false;
    if (!signing_key_make(&key, err) || !write_pair(&key, use, secret, open_path, err))
        return false;
    key_id_format(&key.public_key.id, id);
    (void)printf("private key  %s  (keep it secret; %s --key %s)\n", secret,
                 use == KEY_FOR_REPORTS ? "ispup rollout report" : "ispup pack", secret);
    (void)printf("public key   %s  (%s)\n", open_path,
                 use == KEY_FOR_REPORTS ? "for ispup verify --report --keys FOLDER"
                                        : "goes into the cameras' key folder");
    (void)printf("key id       %s\n", id);
    return true;
}

static bool take_use(const struct option *option, enum key_use *use, struct error *err)
{
    struct span word = span_text(option_value(option));

    *use = span_is(word, "report") ? KEY_FOR_REPORTS : KEY_FOR_IMAGES;
    if (option->count == 0 || *use == KEY_FOR_REPORTS || span_is(word, "image"))
        return true;
    return error_set(err, ERROR_USAGE, "--for is image or report");
}

static bool run(struct verb_call *call, struct error *err)
{
    struct option options[OPTION_COUNT] = {
        [OUTPUT] = {.name = "output", .letter = 'o', .limit = 1},
        [FOR] = {.name = "for", .limit = 1},
    };
    const char *prefix;
    enum key_use use;

    if (!option_parse(call->count, call->words, options, OPTION_COUNT, err) ||
        !take_use(&options[FOR], &use, err))
        return false;
    prefix = option_value(&options[OUTPUT]);
    if (prefix == NULL)
        prefix = use == KEY_FOR_REPORTS ? "report" : "isp";
    return make_pair(prefix, use, err);
}

const struct verb verb_keygen = {
    .name = "keygen",
    .arguments = "[--for image|report] [-o PREFIX]",
    .summary = "make a key pair for signing images or reports",
    .help = "  --for KIND  image (default): for pack and sign; report: for ispup rollout report.\n"
            "              A key of one kind is refused for the other\n"
            "  -o PREFIX   writes PREFIX.private.pem and PREFIX.public.pem (default: isp, or\n"
            "              report)\n",
    .run = run,
};
