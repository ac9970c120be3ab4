/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup-camera account`: who may update this camera. */
#include "camera/account.h"

#include "base/number.h"
#include "ispup-camera/verbs.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

/* What stands behind `account`. */
struct request {
    const char *action, *name;
    enum account_level level;
    bool has_level;
    int password_fd;  /* -1: asked on the terminal */
    bool only_server; /* --no-password: the web server authenticates it */
};

static bool parse_level(const char *text, struct request *request, struct error *err)
{
    request->has_level = true;
    request->level = strcmp(text, "root") == 0 ? ACCOUNT_ROOT : ACCOUNT_USER;
    if (request->level == ACCOUNT_USER && strcmp(text, "user") != 0)
        return error_set(err, ERROR_USAGE, "--level is root or user");
    return true;
}

static bool parse_option(int option, struct request *request, struct error *err)
{
    uint64_t number;

    if (option == 'l')
        return parse_level(optarg, request, err);
    if (option == 'n') {
        request->only_server = true;
        return true;
    }
    if (option != 'p' || !number_parse(span_text(optarg), 1023, &number))
        return error_set(err, ERROR_USAGE, "account: unknown option: see ispup-camera --help");
    request->password_fd = (int)number;
    return true;
}

static bool parse(const struct invocation *invocation, struct request *request, struct error *err)
{
    static const struct option options[] = {{"level", required_argument, NULL, 'l'},
                                            {"password-fd", required_argument, NULL, 'p'},
                                            {"no-password", no_argument, NULL, 'n'},
                                            {NULL, 0, NULL, 0}};
    /* The verb stands before its words; getopt passes over its first. */
    char *const *words = invocation->words - 1;
    int count = invocation->count + 1;
    int option;

    *request = (struct request){.password_fd = -1};
    optind = 0;
    while ((option = getopt_long(count, words, "", options, NULL)) != -1)
        if (!parse_option(option, request, err))
            return false;
    if (optind < count)
        request->action = words[optind++];
    if (optind < count)
        request->name = words[optind++];
    if (request->action == NULL || optind < count)
        return error_set(err, ERROR_USAGE, "account: add, remove, list or passwd, and a name");
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
        return error_set(err, ERROR_USAGE, "password: the two differ");
    return true;
}

static bool set_password(const struct request *request, struct account *account, struct error *err)
{
    CLEANUP(secret_wipe) struct secret secret = {0};

    if (request->only_server) {
        memcpy(account->hash, "*", 2);
        return true;
    }
    return read_password(request, &secret, err) &&
           account_set_password(account, span_text(secret.text), err);
}

static struct account *find(struct account_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->accounts[i].name, name) == 0)
            return &list->accounts[i];
    return NULL;
}

static bool add(const struct request *request, struct account_list *list, struct error *err)
{
    struct account *account = &list->accounts[list->count];

    if (!account_is_name(span_text(request->name)))
        return error_set(err, ERROR_USAGE,
                         "account name: a letter, then letters, digits, - _ . $ @, at most %d",
                         ACCOUNT_NAME_SIZE);
    if (!request->has_level)
        return error_set(err, ERROR_USAGE, "account add: --level root or --level user is missing");
    if (find(list, request->name) != NULL)
        return error_set(err, ERROR_USAGE, "account %s is there already", request->name);
    if (list->count == ACCOUNT_COUNT)
        return error_set(err, ERROR_USAGE, "no more than %d accounts", ACCOUNT_COUNT);
    *account = (struct account){.level = request->level};
    memcpy(account->name, request->name, strlen(request->name) + 1);
    if (!set_password(request, account, err))
        return false;
    list->count++;
    return true;
}

static bool change(const struct request *request, struct account_list *list, struct error *err)
{
    struct account *account = find(list, request->name);

    if (account == NULL)
        return error_set(err, ERROR_USAGE, "no account %s", request->name);
    if (strcmp(request->action, "passwd") == 0)
        return set_password(request, account, err);
    *account = list->accounts[--list->count];
    return true;
}

static void print(const struct account_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        (void)printf("%s %s%s\n", list->accounts[i].name,
                     list->accounts[i].level == ACCOUNT_ROOT ? "root" : "user",
                     strcmp(list->accounts[i].hash, "*") == 0 ? " (web server)" : "");
}

bool verb_account(struct invocation *invocation, struct error *err)
{
    const char *path = invocation->camera->configuration.accounts;
    struct account_list list;
    struct request request;
    bool adds, done;

    if (!parse(invocation, &request, err) || !account_read(path, false, &list, err))
        return false;
    if (strcmp(request.action, "list") == 0 && request.name == NULL) {
        print(&list);
        return true;
    }
    adds = strcmp(request.action, "add") == 0;
    if (!adds && strcmp(request.action, "remove") != 0 && strcmp(request.action, "passwd") != 0)
        return error_set(err, ERROR_USAGE, "account: add, remove, list or passwd");
    if (request.name == NULL)
        return error_set(err, ERROR_USAGE, "account %s: a name is missing", request.action);
    done = adds ? add(&request, &list, err) : change(&request, &list, err);
    return done && account_write(path, &list, err);
}
