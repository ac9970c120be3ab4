/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/setup.h"

#include "base/fd.h"
#include "base/keyvalue.h"
#include "base/memory.h"
#include "base/number.h"
#include "ispup/fleet/duration.h"
#include "ispup/remote/jobs.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DAY = 24 * 3600, YEAR = 365 * DAY, QUOTED = 40, BYTES_MOST_SHIFT = 50 };

enum kind { SERVER, NAME, PATH, TIME, COUNT, BYTES, WINDOW, FLAG, WORD };

struct key {
    const char *section, *name;
    enum kind kind;
    size_t at;
    uint64_t least, most; /* of TIME and COUNT */
    const char *const *words;
    const char *given; /* the default; NULL: none */
};

static const char *const no_yes[] = {"no", "yes", NULL};
static const char *const refuse_allow[] = {"refuse", "allow", NULL};
static const char *const confirm_words[] = {
    [SETUP_CONFIRM_WAIT] = "wait", [SETUP_CONFIRM_GIVE] = "give", NULL};

#define AT(member) offsetof(struct setup, member)

static const struct key keys[] = {
    {"hawkbit", "server", SERVER, AT(server), 0, 0, NULL, NULL},
    {"hawkbit", "tenant", NAME, AT(tenant), 0, 0, NULL, "DEFAULT"},
    {"hawkbit", "gateway-token-file", PATH, AT(token_file), 0, 0, NULL, NULL},
    {"hawkbit", "cacert", PATH, AT(authority), 0, 0, NULL, NULL},
    {"hawkbit", "certificate", PATH, AT(certificate), 0, 0, NULL, NULL},
    {"hawkbit", "key", PATH, AT(key), 0, 0, NULL, NULL},
    {"hawkbit", "insecure", FLAG, AT(is_insecure), 0, 0, no_yes, "no"},
    {"hawkbit", "poll", TIME, AT(poll), 1, DAY, NULL, NULL},
    {"hawkbit", "confirm", WORD, AT(confirm), 0, 0, confirm_words, "wait"},
    {"hawkbit", "distribution", NAME, AT(distribution), 0, 0, NULL, NULL},
    {"cameras", "list", PATH, AT(list), 0, 0, NULL, NULL},
    {"cameras", "credentials", PATH, AT(credentials), 0, 0, NULL, NULL},
    {"cameras", "cacert", PATH, AT(camera_authority), 0, 0, NULL, NULL},
    {"cameras", "keys", PATH, AT(keys), 0, 0, NULL, NULL},
    {"cameras", "insecure", FLAG, AT(is_camera_insecure), 0, 0, no_yes, "no"},
    {"cameras", "foreign", FLAG, AT(may_be_foreign), 0, 0, refuse_allow, "refuse"},
    {"limits", "jobs", COUNT, AT(jobs), 1, JOBS_AT_ONCE / 2, NULL, "16"},
    {"limits", "per-site", COUNT, AT(site_jobs), 1, JOBS_AT_ONCE, NULL, "4"},
    {"limits", "ask", TIME, AT(ask), 1, DAY, NULL, "15m"},
    {"limits", "window", WINDOW, AT(window), 0, 0, NULL, NULL},
    {"limits", "unknown-deadline", TIME, AT(unknown_deadline), 1, YEAR, NULL, "24h"},
    {"limits", "wait", TIME, AT(wait), 1, DAY, NULL, "300"},
    {"limits", "stall", TIME, AT(stall), 1, DAY, NULL, "60"},
    {"limits", "older", FLAG, AT(may_be_older), 0, 0, refuse_allow, "allow"},
    {"store", "folder", PATH, AT(folder), 0, 0, NULL, NULL},
    {"store", "cache", BYTES, AT(cache), 0, 0, NULL, "2G"},
};

/* Without these there is nothing to do. */
static const char *const needed[][2] = {
    {"hawkbit", "server"}, {"hawkbit", "gateway-token-file"},
    {"cameras", "list"},   {"cameras", "credentials"},
    {"store", "folder"},
};

static bool refuse(const char *what, struct error *err)
{
    return error_set(err, ERROR_CONFIGURATION, "%s", what);
}

static bool take_server(struct span text, struct setup *setup, struct error *err)
{
    struct span rest;

    if (text.size > 0 && text.data[text.size - 1] == '/')
        text = span_first(text, text.size - 1);
    if (!origin_parse(text, &setup->origin, &rest, err))
        return false;
    if (span_has(rest, '?'))
        return refuse("a query cannot be part of the address", err);
    return span_copy(text, setup->server, sizeof(setup->server)) || refuse("too long", err);
}

static bool take_name(struct span text, char *name, struct error *err)
{
    for (size_t i = 0; i < text.size; i++)
        if (!byte_is_printable(text.data[i]) || strchr("/?#%\"\\", text.data[i]) != NULL)
            return refuse("not a name", err);
    return span_copy(text, name, SETUP_NAME_SIZE) || refuse("too long", err);
}

static bool take_path(struct span text, const char *folder, char *path, struct error *err)
{
    char given[FILE_PATH_SIZE];

    if (!span_copy(text, given, sizeof(given)))
        return refuse("too long", err);
    if (given[0] != '/')
        return file_path(folder, given, path, err);
    memcpy(path, given, sizeof(given));
    return true;
}

static bool take_time(const struct key *key, struct span text, uint64_t *seconds, struct error *err)
{
    if (duration_parse(text, key->most, seconds) && *seconds >= key->least)
        return true;
    return refuse("not a time such as 90s, 15m, 24h, or it is too long", err);
}

static bool take_count(const struct key *key, struct span text, uint64_t *count, struct error *err)
{
    if (number_parse(text, key->most, count) && *count >= key->least)
        return true;
    return error_set(err, ERROR_CONFIGURATION, "not a number from %d to %d", (int)key->least,
                     (int)key->most);
}

static bool take_word(const struct key *key, struct span text, void *value, struct error *err)
{
    for (unsigned i = 0; key->words[i] != NULL; i++) {
        if (!span_is(text, key->words[i]))
            continue;
        if (key->kind == FLAG)
            *(bool *)value = i == 1;
        else
            *(unsigned *)value = i;
        return true;
    }
    return error_set(err, ERROR_CONFIGURATION, "neither %s nor %s", key->words[0], key->words[1]);
}

static bool take_value(const struct key *key, struct span text, const char *folder,
                       struct setup *setup, struct error *err)
{
    void *value = (char *)setup + key->at;

    if (text.size == 0)
        return refuse("no value: give one, or remove the line", err);
    switch (key->kind) {
    case SERVER:
        return take_server(text, setup, err);
    case NAME:
        return take_name(text, value, err);
    case PATH:
        return take_path(text, folder, value, err);
    case TIME:
        return take_time(key, text, value, err);
    case COUNT:
        return take_count(key, text, value, err);
    case BYTES:
        return number_parse_size(text, UINT64_C(1) << BYTES_MOST_SHIFT, value) ||
               refuse("not a size such as 512M or 2G", err);
    case WINDOW:
        setup->has_window = window_parse(text, value);
        return setup->has_window || refuse("not two times such as 22:00-05:00", err);
    default:
        return take_word(key, text, value, err);
    }
}

static const struct key *find_key(const struct keyvalue *pair)
{
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        if (span_is(pair->section, keys[i].section) && span_is(pair->key, keys[i].name))
            return &keys[i];
    return NULL;
}

static bool take_pair(const struct keyvalue *pair, const char *folder, struct setup *setup,
                      struct error *err)
{
    const struct key *key = find_key(pair);

    if (key == NULL)
        return error_set(err, ERROR_CONFIGURATION,
                         "line %u: unknown key %.*s in [%.*s]: correct or remove it", pair->line,
                         (int)span_first(pair->key, QUOTED).size, pair->key.data,
                         (int)span_first(pair->section, QUOTED).size, pair->section.data);
    return take_value(key, pair->value, folder, setup, err) ||
           error_prefix(err, "line %u: [%s] %s", pair->line, key->section, key->name);
}

static bool check_sections(const struct keyvalue_list *list, struct error *err)
{
    for (size_t i = 0; i < list->section_count; i++) {
        bool is_known = false;

        for (size_t k = 0; k < COUNT_OF(keys); k++)
            is_known = is_known || span_is(list->sections[i], keys[k].section);
        if (!is_known)
            return error_set(err, ERROR_CONFIGURATION, "unknown section [%.*s]",
                             (int)span_first(list->sections[i], QUOTED).size,
                             list->sections[i].data);
    }
    return true;
}

static bool check_whole(const struct keyvalue_list *list, const struct setup *setup,
                        struct error *err)
{
    for (size_t i = 0; i < COUNT_OF(needed); i++)
        if (keyvalue_find(list, needed[i][0], needed[i][1]) == NULL)
            return error_set(err, ERROR_CONFIGURATION, "needs %s in [%s]", needed[i][1],
                             needed[i][0]);
    if ((setup->certificate[0] == '\0') != (setup->key[0] == '\0'))
        return error_set(err, ERROR_CONFIGURATION,
                         "certificate and key in [hawkbit] belong together");
    return origin_check_scheme(&setup->origin, setup->is_insecure, err) ||
           error_prefix(err, "[hawkbit] server");
}

static bool take_all(const struct keyvalue_list *list, const char *folder, struct setup *setup,
                     struct error *err)
{
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        if (keys[i].given != NULL &&
            !take_value(&keys[i], span_text(keys[i].given), folder, setup, err))
            return false;
    for (size_t i = 0; i < list->count; i++)
        if (!take_pair(&list->pairs[i], folder, setup, err))
            return false;
    return check_sections(list, err) && check_whole(list, setup, err);
}

bool setup_parse(struct span text, const char *folder, struct setup *setup, struct error *err)
{
    CLEANUP(memory_free) void *list = NULL;

    memset(setup, 0, sizeof(*setup));
    return memory_allocate(&list, sizeof(struct keyvalue_list), err) &&
           keyvalue_parse(text, ERROR_CONFIGURATION, list, err) &&
           take_all(list, folder, setup, err);
}

/* systemd decrypts it into a folder of the unit's own, whose mode it sets. */
static bool is_credential(const char *path)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");

    return folder != NULL && folder[0] == '/' && span_begins(span_text(path), folder);
}

static bool read_token(struct setup *setup, struct error *err)
{
    CLEANUP(fd_close) int fd = open(setup->token_file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat facts;

    if (fd == FD_NONE || fstat(fd, &facts) != 0)
        return error_system(err, ERROR_CONFIGURATION, "cannot open %s", setup->token_file);
    if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0 && !is_credential(setup->token_file))
        return error_set(err, ERROR_CONFIGURATION, "%s is readable by other users: chmod 600 %s",
                         setup->token_file, setup->token_file);
    if (!secret_read(fd, &setup->token, err)) {
        err->kind = ERROR_CONFIGURATION;
        return error_prefix(err, "%s", setup->token_file);
    }
    for (const char *at = setup->token.text; *at != '\0'; at++)
        if (!byte_is_printable((unsigned char)*at))
            return error_set(err, ERROR_CONFIGURATION, "%s: not a token", setup->token_file);
    return true;
}

bool setup_read(const char *path, struct setup *setup, struct error *err)
{
    CLEANUP(memory_free) unsigned char *text = NULL;
    char folder[FILE_PATH_SIZE];
    size_t size;

    file_folder(path, folder);
    if (!file_read(path, SETUP_LIMIT, &text, &size, err)) {
        err->kind = ERROR_CONFIGURATION;
        return false;
    }
    if (!setup_parse(span_of(text, size), folder, setup, err))
        return error_prefix(err, "%s", path);
    return read_token(setup, err);
}

void setup_wipe(struct setup *setup)
{
    secret_wipe(&setup->token);
}
