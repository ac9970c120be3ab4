/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup-camera account`: the accounts that may update this camera. */
#include "camera/account_password.h"

#include "base/fd.h"
#include "base/option.h"
#include "base/secret.h"
#include "ispup-camera/verbs.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* The arguments after `account`. */
struct request {
    const char *action, *name;
    enum account_level level;
    bool has_level;
    int password_fd;  /* -1: ask on the terminal */
    bool only_server; /* --no-password: only the web server checks it */
};

enum { PASSWORD_FD_MOST = 1023 };
enum { WORDS, LEVEL, PASSWORD_FD, NO_PASSWORD, OPTION_COUNT };

static bool take_level(const struct option *option, struct request *request, struct error *err)
{
    const char *text = option_value(option);

    if (text == NULL)
        return true;
    request->has_level = true;
    request->level = strcmp(text, "root") == 0 ? ACCOUNT_ROOT : ACCOUNT_USER;
    if (request->level == ACCOUNT_USER && strcmp(text, "user") != 0)
        return error_set(err, ERROR_USAGE, "--level is root or user");
    return true;
}

static bool parse(const struct verb_call *call, struct request *request, struct error *err)
{
    struct option options[OPTION_COUNT] = {
        [WORDS] = {.limit = 2},
        [LEVEL] = {.name = "level", .limit = 1},
        [PASSWORD_FD] = {.name = "password-fd", .limit = 1},
        [NO_PASSWORD] = {.name = "no-password", .is_flag = true},
    };
    uint64_t password_fd = 0;

    *request = (struct request){.password_fd = -1};
    if (!option_parse(call->count, call->words, options, OPTION_COUNT, err) ||
        !option_need(&options[WORDS], "add, remove, list or passwd", err) ||
        !take_level(&options[LEVEL], request, err) ||
        !option_number(&options[PASSWORD_FD], 0, PASSWORD_FD_MOST, &password_fd, err))
        return false;
    if (options[PASSWORD_FD].count > 0)
        request->password_fd = (int)password_fd;
    request->only_server = options[NO_PASSWORD].count > 0;
    request->action = options[WORDS].values[0];
    request->name = options[WORDS].count > 1 ? options[WORDS].values[1] : NULL;
    return true;
}

static bool read_password(const struct request *request, struct secret *secret, struct error *err)
{
    CLEANUP(secret_wipe) struct secret again = {0};

    if (request->password_fd >= 0)
        return secret_read(request->password_fd, secret, err);
    if (!secret_ask("Password: ", secret, err) || !secret_ask("Again: ", &again, err))
        return false;
    if (strcmp(secret->text, again.text) != 0)
        return error_set(err, ERROR_USAGE, "password: the two entries differ");
    return true;
}

/* A browser encodes these bytes in an address, and nothing here decodes them. */
static void warn_of_password(struct span password)
{
    for (size_t i = 0; i < password.size; i++)
        if (span_has(span_text("<>\"'"), password.data[i])) {
            (void)fprintf(stderr, "warning: a password with <, >, \" or ' cannot be typed into a "
                                  "browser's address; ispup push takes it\n");
            return;
        }
}

static bool set_password(const struct request *request, struct account *account, struct error *err)
{
    CLEANUP(secret_wipe) struct secret secret = {0};

    if (request->only_server) {
        memcpy(account->hash, "*", 2);
        return true;
    }
    if (!read_password(request, &secret, err) ||
        !account_password_set(account, span_text(secret.text), err))
        return false;
    warn_of_password(span_text(secret.text));
    return true;
}

static struct account *find(struct account_list *list, const char *name)
{
    assert(name != NULL); /* check_request */
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->accounts[i].name, name) == 0)
            return &list->accounts[i];
    return NULL;
}

static bool is_action(const struct request *request, const char *action)
{
    return strcmp(request->action, action) == 0;
}

/* Whether the list allows the action. */
static bool check_list(const struct request *request, struct account_list *list, struct error *err)
{
    bool exists = find(list, request->name) != NULL;

    if (!is_action(request, "add"))
        return exists || error_set(err, ERROR_USAGE, "no account %s", request->name);
    if (exists)
        return error_set(err, ERROR_USAGE, "account %s already exists", request->name);
    if (list->count == ACCOUNT_COUNT)
        return error_set(err, ERROR_USAGE, "no more than %d accounts", ACCOUNT_COUNT);
    return true;
}

static void apply(const struct request *request, const struct account *made,
                  struct account_list *list)
{
    struct account *account = find(list, request->name);

    if (is_action(request, "add")) {
        list->accounts[list->count++] = *made;
        return;
    }
    assert(account != NULL); /* check_list */
    if (is_action(request, "passwd"))
        memcpy(account->hash, made->hash, sizeof(account->hash));
    else
        *account = list->accounts[--list->count];
}

static bool check_request(const struct request *request, struct error *err)
{
    bool adds = is_action(request, "add");

    if (!adds && !is_action(request, "remove") && !is_action(request, "passwd"))
        return error_set(err, ERROR_USAGE, "account: add, remove, list or passwd");
    if (request->name == NULL)
        return error_set(err, ERROR_USAGE, "account %s: a name is missing", request->action);
    if (adds && !account_is_name(span_text(request->name)))
        return error_set(err, ERROR_USAGE,
                         "account name: a letter, then letters, digits, - _ . $ @, at most %d",
                         ACCOUNT_NAME_SIZE);
    if (adds && !request->has_level)
        return error_set(err, ERROR_USAGE, "account add: --level root or --level user is missing");
    return true;
}

/* Makes the new account. Called without the lock: the prompt may wait for ever. */
static bool make(const struct request *request, struct account *made, struct error *err)
{
    assert(request->name != NULL); /* check_request */
    *made = (struct account){.level = request->level};
    if (is_action(request, "remove"))
        return true;
    if (is_action(request, "add"))
        memcpy(made->name, request->name, strlen(request->name) + 1);
    return set_password(request, made, err);
}

static bool change(const char *path, const struct request *request, const struct account *made,
                   struct error *err)
{
    CLEANUP(fd_close) int lock = FD_NONE;
    struct account_list list;

    if (!account_lock(path, &lock, err) || !account_read(path, false, &list, err) ||
        !check_list(request, &list, err))
        return false;
    apply(request, made, &list);
    return account_write(path, &list, err);
}

static void print(const struct account_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        (void)printf("%s %s%s\n", list->accounts[i].name,
                     list->accounts[i].level == ACCOUNT_ROOT ? "root" : "user",
                     strcmp(list->accounts[i].hash, "*") == 0 ? " (web server)" : "");
}

bool verb_account(struct verb_call *call, struct error *err)
{
    const char *path = invocation_of(call)->camera->configuration.accounts;
    struct account_list list;
    struct request request;
    struct account made;

    if (!parse(call, &request, err) || !account_read(path, false, &list, err))
        return false;
    if (is_action(&request, "list") && request.name == NULL) {
        print(&list);
        return true;
    }
    /* Also before the lock, so that no one is asked for a password in vain. */
    return check_request(&request, err) && check_list(&request, &list, err) &&
           make(&request, &made, err) && change(path, &request, &made, err);
}
