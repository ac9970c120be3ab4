/* SPDX-License-Identifier: Apache-2.0 */
#include "update/authorise.h"

#include "camera/login.h"
#include "protocol/referer.h"

#include <string.h>

/* Hashes of passwords: wiped when the scope ends. */
static void forget_accounts(struct account_list *list)
{
    explicit_bzero(list, sizeof(*list));
}

/* What a request asks for, and what it is held against; all borrowed. */
struct attempt {
    const struct camera *camera;
    const struct account_list *list;
    const struct request *request;
    const struct command *command; /* NULL: none that we know */
};

static bool deny(struct error *err)
{
    return error_set(err, ERROR_DENIED, "not authorized");
}

static bool give(const struct attempt *attempt, const struct account *account, struct grant *grant,
                 struct error *err)
{
    const struct command *command = attempt->command;

    if (command != NULL && command->root_only && account->level != ACCOUNT_ROOT) {
        log_line(&attempt->camera->log, "account %s: level too low for %s", account->name,
                 command->name);
        return deny(err);
    }
    memcpy(grant->account, account->name, sizeof(grant->account));
    grant->level = account->level;
    return true;
}

static void log_denied(const struct attempt *attempt)
{
    const struct camera *camera = attempt->camera;
    struct span address = attempt->request->remote_address;

    if (attempt->list->count == 0)
        log_line(&camera->log, "no accounts in %s: add one with ispup-camera account add NAME",
                 camera->configuration.accounts);
    else
        log_line(&camera->log, "wrong account or password from %.*s", (int)address.size,
                 (const char *)address.data);
}

static bool check_password(const struct attempt *attempt, const struct query *query,
                           struct grant *grant, struct error *err)
{
    const struct account *account = account_find(attempt->list, query->user);
    const char *run = attempt->camera->configuration.run;
    CLEANUP(login_end) struct login login = LOGIN_NONE;
    bool may;

    if (!login_begin(&login, run, attempt->request->remote_address, &may, err))
        return false;
    if (!may)
        return error_set(err, ERROR_DENIED, "too many wrong logins: wait %d seconds",
                         LOGIN_SECONDS);
    if (account_has_password(account, query->password))
        return login_right(&login, err) && give(attempt, account, grant, err);
    log_denied(attempt);
    if (login_was_last(&login))
        log_line(&attempt->camera->log,
                 "too many wrong logins: that address is refused for %d "
                 "seconds",
                 LOGIN_SECONDS);
    return deny(err);
}

/* A browser says itself whether the page that a request comes from is ours (`none`: nobody's, the
 * user typed it); over plain HTTP it does not. Such a page must not even try: its wrong passwords
 * would count as the operator's own. */
static bool is_of_another_site(const struct request *request)
{
    struct span site = request->fetch_site;

    return site.size > 0 && !span_is(site, "same-origin") && !span_is(site, "none");
}

static bool deny_page(const struct camera *camera, struct error *err)
{
    log_line(&camera->log, "request from a page of another host");
    return deny(err);
}

/* It also names the page, by `Origin` or by `Referer`; a GET may have neither. */
static bool is_foreign(const struct request *request)
{
    if (request->has_origin)
        return !referer_is_own(request->origin, request->host);
    return request->referer.size > 0 && !referer_is_own(request->referer, request->host);
}

/* The web server has checked the password, not where the request came from: a page of another site
 * can make a browser send this one. */
static bool check_server_account(const struct attempt *attempt, struct grant *grant,
                                 struct error *err)
{
    const struct request *request = attempt->request;
    const struct account *account = account_find(attempt->list, request->remote_user);

    if (is_foreign(request))
        return deny_page(attempt->camera, err);
    if (account == NULL) {
        log_line(&attempt->camera->log, "the web server's account is none of ours");
        return deny(err);
    }
    return give(attempt, account, grant, err);
}

/* The specification's way: the form's own URL, credentials in it, and for the same command. */
static bool check_referer(const struct attempt *attempt, struct grant *grant, struct error *err)
{
    const struct request *request = attempt->request;
    const struct command *form = command_of(attempt->command->family, ACTION_FORM);
    struct query query;

    if (!attempt->camera->configuration.referer_accepted ||
        !referer_parse(request->referer, request->host, &query) ||
        !span_is(query.command, form->name))
        return deny(err);
    return check_password(attempt, &query, grant, err);
}

bool authorise(const struct camera *camera, const struct request *request,
               const struct command *command, const struct query *query, struct grant *grant,
               struct error *err)
{
    CLEANUP(forget_accounts) struct account_list list;
    const struct attempt attempt = {camera, &list, request, command};

    if (is_of_another_site(request))
        return deny_page(camera, err);
    if (!account_read(camera->configuration.accounts, camera->trusted, &list, err))
        return false;
    if (query->has_credentials)
        return check_password(&attempt, query, grant, err);
    if (request->remote_user.size > 0)
        return check_server_account(&attempt, grant, err);
    if (command != NULL && command->action == ACTION_UPLOAD)
        return check_referer(&attempt, grant, err);
    return error_set(err, ERROR_REQUEST, "missing USER/PWD");
}
