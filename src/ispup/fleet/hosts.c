/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/fleet/hosts.h"

#include "base/fd.h"
#include "base/file.h"
#include "base/memory.h"
#include "ispup/fleet/duplicate.h"
#include "ispup/remote/netrc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct netrc {
    unsigned char *text; /* owned, wiped */
    size_t size;
    const char *name; /* borrowed: for people */
};

static void netrc_close(struct netrc *netrc)
{
    if (netrc->text != NULL)
        memory_wipe(netrc->text, netrc->size);
    memory_free(&netrc->text);
}

/* The word itself may hold a password. */
static bool prefix_with_place(size_t place, struct error *err)
{
    static const char *const ends[] = {"th", "st", "nd", "rd"};
    bool is_teen = place % 100 >= 11 && place % 100 <= 13;
    size_t last = place % 10;

    return error_prefix(err, "the %zu%s camera", place, ends[is_teen || last > 3 ? 0 : last]);
}

bool hosts_open(struct hosts *hosts, const char *const *words, size_t count, struct error *err)
{
    size_t first = 0, second = 0;
    void *targets = NULL;

    if (!memory_allocate(&targets, count * sizeof(struct target), err))
        return false;
    hosts->targets = targets;
    for (hosts->count = 0; hosts->count < count; hosts->count++)
        if (!target_parse(words[hosts->count], &hosts->targets[hosts->count], err))
            return count == 1 ? false : prefix_with_place(hosts->count + 1, err);
    if (!duplicate_find(hosts->targets, count, &first, &second, err))
        return false;
    if (second == 0)
        return true;
    (void)error_set(err, ERROR_USAGE, "%s is given twice", hosts->targets[second].label);
    return prefix_with_place(second + 1, err);
}

static bool open_list(struct hosts *hosts, const struct hosts_words *given, struct error *err)
{
    if (given->count > 0)
        return error_set(err, ERROR_USAGE, "cameras are given by words or by --cameras, not both");
    if (given->password_fd == STDIN_FILENO && span_is(span_text(given->list), CAMERA_LIST_STDIN))
        return error_set(err, ERROR_USAGE,
                         "--cameras - and --password-fd 0 both read standard input");
    if (!camera_list_read(given->list, &hosts->list, err))
        return error_prefix(err, "--cameras");
    hosts->count = hosts->list.count;
    hosts->targets = hosts->list.targets;
    hosts->list.targets = NULL;
    return true;
}

bool hosts_take(struct hosts *hosts, const struct hosts_words *given, struct error *err)
{
    if (given->list != NULL)
        return open_list(hosts, given, err);
    if (given->count == 0)
        return error_set(err, ERROR_USAGE, "needs a camera");
    return hosts_open(hosts, given->words, given->count, err);
}

void hosts_close(struct hosts *hosts)
{
    for (size_t i = 0; i < hosts->count; i++)
        target_wipe(&hosts->targets[i]);
    memory_free(&hosts->targets);
    camera_list_close(&hosts->list);
}

/* No such file is like an empty one. */
static bool read_netrc(const char *path, struct netrc *netrc, struct error *err)
{
    struct stat facts;

    if (stat(path, &facts) != 0)
        return true;
    if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return error_set(err, ERROR_CONFIGURATION, "%s is readable by other users: chmod 600 %s",
                         path, path);
    return file_read(path, HOSTS_NETRC_LIMIT, &netrc->text, &netrc->size, err);
}

static bool read_own_netrc(struct netrc *netrc, struct error *err)
{
    char path[FILE_PATH_SIZE];
    const char *home = getenv("HOME");

    return home == NULL || home[0] == '\0' || !file_path(home, ".netrc", path, err) ||
           read_netrc(path, netrc, err);
}

static bool take_from_netrc(const struct netrc *netrc, struct target *target, struct error *err)
{
    struct span login, password;

    if (!netrc_find(span_of(netrc->text, netrc->size), span_text(target->host),
                    span_text(target->user), &login, &password, err))
        return error_prefix(err, "%s", netrc->name);
    if (password.size == 0)
        return true;
    if (target->user[0] == '\0' && !span_copy(login, target->user, sizeof(target->user)))
        return error_set(err, ERROR_CONFIGURATION, "%s: the login for %s is too long", netrc->name,
                         target->host);
    if (!span_copy(password, target->password.text, sizeof(target->password.text)))
        return error_set(err, ERROR_CONFIGURATION, "%s: the password for %s is too long",
                         netrc->name, target->host);
    return true;
}

/* The password counts for the same user at each other camera that has none yet. */
static bool ask_for(struct hosts *hosts, size_t at, struct error *err)
{
    struct target *target = &hosts->targets[at];
    char prompt[TARGET_HOST_SIZE + 128];
    size_t others = 0;

    for (size_t i = at + 1; i < hosts->count; i++)
        others += hosts->targets[i].password.text[0] == '\0' &&
                  strcmp(hosts->targets[i].user, target->user) == 0;
    if (others == 0)
        (void)snprintf(prompt, sizeof(prompt), "password of %s at %s: ", target->user,
                       target->label);
    else
        (void)snprintf(prompt, sizeof(prompt), "password of %s at %s and %zu more: ", target->user,
                       target->label, others);
    if (!secret_ask(prompt, &target->password, err))
        return false;
    for (size_t i = at + 1; i < hosts->count; i++)
        if (hosts->targets[i].password.text[0] == '\0' &&
            strcmp(hosts->targets[i].user, target->user) == 0)
            hosts->targets[i].password = target->password;
    return true;
}

/* Whether it fits in a URL of this protocol, which escapes nothing. */
static bool fits(const char *text, size_t limit)
{
    return text[0] != '\0' && query_is_value(span_text(text), limit);
}

static bool refuse_account(const struct target *target, struct error *err)
{
    return error_set(
        err, ERROR_USAGE,
        "user or password of %s does not fit in a URL of this protocol: printable ASCII, "
        "no & and no #, at most %d bytes and %d bytes",
        target->label, QUERY_USER_LIMIT, QUERY_PASSWORD_LIMIT);
}

static bool check_account(const struct target *target, struct error *err)
{
    return (fits(target->user, QUERY_USER_LIMIT) &&
            fits(target->password.text, QUERY_PASSWORD_LIMIT)) ||
           refuse_account(target, err);
}

bool hosts_check_users(const struct hosts *hosts, struct error *err)
{
    for (size_t i = 0; i < hosts->count; i++) {
        const struct target *target = &hosts->targets[i];

        if (target->user[0] != '\0' && !fits(target->user, QUERY_USER_LIMIT))
            return refuse_account(target, err);
    }
    return true;
}

/* All that can be found out without a prompt. */
static bool take_account(struct target *target, const struct netrc *netrc,
                         const struct secret *given, struct error *err)
{
    if (given->text[0] != '\0')
        target->password = *given;
    else if (!take_from_netrc(netrc, target, err))
        return false;
    if (target->user[0] == '\0')
        return error_set(err, ERROR_USAGE, "needs a user for %s: USER@%s, or a line in %s",
                         target->label, target->label, netrc->name);
    return true;
}

static bool complete(struct hosts *hosts, size_t at, struct error *err)
{
    struct target *target = &hosts->targets[at];

    if (target->password.text[0] == '\0' && !ask_for(hosts, at, err))
        return false;
    return check_account(target, err);
}

bool hosts_authorise(struct hosts *hosts, int password_fd, struct error *err)
{
    CLEANUP(netrc_close) struct netrc netrc = {NULL, 0, "~/.netrc"};
    CLEANUP(secret_wipe) struct secret given = {""};

    if (password_fd != FD_NONE && !secret_read(password_fd, &given, err))
        return false;
    if (password_fd == FD_NONE && !read_own_netrc(&netrc, err))
        return false;
    for (size_t i = 0; i < hosts->count; i++)
        if (!take_account(&hosts->targets[i], &netrc, &given, err))
            return false;
    /* In a second loop, so that a password from the prompt never replaces one of ~/.netrc. */
    for (size_t i = 0; i < hosts->count; i++)
        if (!complete(hosts, i, err))
            return false;
    return true;
}

bool hosts_authorise_from(struct hosts *hosts, const char *path, struct error *err)
{
    CLEANUP(netrc_close) struct netrc netrc = {NULL, 0, path};
    const struct secret none = {""};

    if (!read_netrc(path, &netrc, err))
        return false;
    for (size_t i = 0; i < hosts->count; i++) {
        if (!take_account(&hosts->targets[i], &netrc, &none, err))
            return false;
        if (hosts->targets[i].password.text[0] == '\0')
            return error_set(err, ERROR_CONFIGURATION, "%s: no password of %s at %s", path,
                             hosts->targets[i].user, hosts->targets[i].host);
        if (!check_account(&hosts->targets[i], err))
            return false;
    }
    return true;
}

bool hosts_check_authority(const char *path, bool is_insecure, struct error *err)
{
    CLEANUP(memory_free) unsigned char *text = NULL;
    size_t size, at;

    if (path == NULL)
        return true;
    if (is_insecure)
        return error_set(err, ERROR_USAGE, "--cacert and --insecure cannot be used together");
    if (!file_read(path, HOSTS_AUTHORITY_LIMIT, &text, &size, err)) {
        err->kind = ERROR_USAGE;
        return error_prefix(err, "--cacert");
    }
    /* OpenSSL also writes `BEGIN TRUSTED CERTIFICATE`. */
    if (!span_find(span_of(text, size), span_text("CERTIFICATE-----"), &at))
        return error_set(err, ERROR_USAGE, "--cacert: %s contains no certificate", path);
    return true;
}

static bool is_of_this_machine(const struct target *target)
{
    struct span host = span_text(target->host);

    return span_is(host, "localhost") || span_is(host, "::1") || span_begins(host, "127.");
}

static size_t count_if(const struct hosts *hosts, bool is_https)
{
    size_t count = 0;

    for (size_t i = 0; i < hosts->count; i++)
        count += hosts->targets[i].is_https == is_https &&
                 (is_https || !is_of_this_machine(&hosts->targets[i]));
    return count;
}

void hosts_warn(const struct hosts *hosts, const char *verb, bool is_insecure, bool is_quiet)
{
    if (is_insecure && count_if(hosts, true) > 0)
        (void)fprintf(stderr,
                      "ispup %s: WARNING: --insecure: certificates are not checked: a man in the "
                      "middle can read the password and answer in the camera's place\n",
                      verb);
    if (!is_quiet && count_if(hosts, false) > 0)
        (void)fprintf(stderr, "ispup %s: note: without https:// the password is sent unencrypted\n",
                      verb);
}
