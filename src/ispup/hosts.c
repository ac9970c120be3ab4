/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/hosts.h"

#include "base/fd.h"
#include "base/file.h"
#include "base/memory.h"
#include "ispup/netrc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct netrc {
    unsigned char *text; /* owned, wiped */
    size_t size;
};

static void netrc_close(struct netrc *netrc)
{
    if (netrc->text != NULL)
        explicit_bzero(netrc->text, netrc->size);
    memory_free(&netrc->text);
}

static bool add(struct hosts *hosts, const char *word, struct error *err)
{
    struct target *target = &hosts->targets[hosts->count];

    if (!target_parse(word, target, err))
        return false;
    for (size_t i = 0; i < hosts->count; i++)
        if (target_is_same(&hosts->targets[i], target))
            return error_set(err, ERROR_USAGE, "%s is given twice", target->label);
    hosts->count++;
    return true;
}

bool hosts_open(struct hosts *hosts, const char *const *words, size_t count, struct error *err)
{
    void *targets = NULL;

    if (!memory_allocate(&targets, count * sizeof(struct target), err))
        return false;
    hosts->targets = targets;
    for (size_t i = 0; i < count; i++)
        if (!add(hosts, words[i], err))
            return false;
    return true;
}

void hosts_close(struct hosts *hosts)
{
    for (size_t i = 0; i < hosts->count; i++)
        target_wipe(&hosts->targets[i]);
    memory_free(&hosts->targets);
}

/* Without such a file, an empty text. */
static bool read_netrc(struct netrc *netrc, struct error *err)
{
    char path[FILE_PATH_SIZE];
    const char *home = getenv("HOME");
    struct stat facts;

    if (home == NULL || home[0] == '\0' || !file_path(home, ".netrc", path, err) ||
        stat(path, &facts) != 0)
        return true;
    if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return error_set(err, ERROR_CONFIGURATION, "%s can be read by others: chmod 600 %s", path,
                         path);
    return file_read(path, HOSTS_NETRC_LIMIT, &netrc->text, &netrc->size, err);
}

static bool take_from_netrc(const struct netrc *netrc, struct target *target, struct error *err)
{
    struct span login, password;

    if (!netrc_find(span_of(netrc->text, netrc->size), span_text(target->host),
                    span_text(target->user), &login, &password, err))
        return error_prefix(err, "~/.netrc");
    if (password.size == 0)
        return true;
    if (target->user[0] == '\0' && !span_copy(login, target->user, sizeof(target->user)))
        return error_set(err, ERROR_CONFIGURATION, "~/.netrc: the login for %s is too long",
                         target->host);
    if (!span_copy(password, target->password.text, sizeof(target->password.text)))
        return error_set(err, ERROR_CONFIGURATION, "~/.netrc: the password for %s is too long",
                         target->host);
    return true;
}

/* What was typed for a user is taken for that user's other cameras that have none too. */
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

/* Whether both can stand in a URL of this protocol, where nothing is escaped. */
static bool check_account(const struct target *target, struct error *err)
{
    char text[SECRET_TEXT_SIZE + 64];
    struct error cause = ERROR_EMPTY;
    struct query query;
    bool fits;

    (void)snprintf(text, sizeof(text), "USER=%s&PWD=%s&LOGIN", target->user, target->password.text);
    fits = query_parse(span_text(text), &query, &cause) && span_is(query.user, target->user) &&
           span_is(query.password, target->password.text);
    explicit_bzero(text, sizeof(text));
    if (fits)
        return true;
    return error_set(err, ERROR_USAGE,
                     "user or password of %s cannot stand in a URL: printable, without & and #, at "
                     "most %d and %d bytes",
                     target->label, QUERY_USER_LIMIT, QUERY_PASSWORD_LIMIT);
}

/* What needs no question. */
static bool take_account(struct target *target, const struct netrc *netrc,
                         const struct secret *given, struct error *err)
{
    if (given->text[0] != '\0')
        target->password = *given;
    else if (!take_from_netrc(netrc, target, err))
        return false;
    if (target->user[0] == '\0')
        return error_set(err, ERROR_USAGE, "needs a user for %s: USER@%s, or a line in ~/.netrc",
                         target->label, target->label);
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
    CLEANUP(netrc_close) struct netrc netrc = {NULL, 0};
    CLEANUP(secret_wipe) struct secret given = {""};

    if (password_fd != FD_NONE && !secret_read(password_fd, &given, err))
        return false;
    if (password_fd == FD_NONE && !read_netrc(&netrc, err))
        return false;
    for (size_t i = 0; i < hosts->count; i++)
        if (!take_account(&hosts->targets[i], &netrc, &given, err))
            return false;
    /* What is typed for one is for those alone that ~/.netrc does not know. */
    for (size_t i = 0; i < hosts->count; i++)
        if (!complete(hosts, i, err))
            return false;
    return true;
}

bool hosts_check_authority(const char *path, bool is_insecure, struct error *err)
{
    CLEANUP(memory_free) unsigned char *text = NULL;
    size_t size, at;

    if (path == NULL)
        return true;
    if (is_insecure)
        return error_set(err, ERROR_USAGE, "--cacert and --insecure exclude each other");
    if (!file_read(path, HOSTS_AUTHORITY_LIMIT, &text, &size, err)) {
        err->kind = ERROR_USAGE;
        return error_prefix(err, "--cacert");
    }
    /* Also as `BEGIN TRUSTED CERTIFICATE`. */
    if (!span_find(span_of(text, size), span_text("CERTIFICATE-----"), &at))
        return error_set(err, ERROR_USAGE, "--cacert: no certificate is in %s", path);
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
                      "ispup %s: WARNING: --insecure: certificates are not checked; whoever sits "
                      "between reads the password and may answer in the camera's place\n",
                      verb);
    if (!is_quiet && count_if(hosts, false) > 0)
        (void)fprintf(stderr,
                      "ispup %s: note: without https:// the password crosses the network for all "
                      "to see\n",
                      verb);
}
