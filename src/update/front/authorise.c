/* SPDX-License-Identifier: Apache-2.0 */
#include "update/front/authorise.h"

#include "base/memory.h"

#include "camera/account_password.h"
#include "camera/login.h"
#include "protocol/account_field.h"
#include "protocol/referer.h"

#include <string.h>

/* Password hashes are wiped when the scope ends. */
static void forget_accounts(struct account_list *list)
{
    memory_wipe(list, sizeof(*list));
}

/* One request and the accounts to check it against; all borrowed. */
struct attempt {
    const struct camera *camera;
    const struct account_list *list;
    const struct request *request;
    const struct command *command; /* NULL: unknown */
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
    grant->ticket[0] = '\0';
    return true;
}

/* Only a question is asked again and again. Without a ticket the next one hashes the password. */
static void give_ticket(const struct attempt *attempt, const struct ticket_login *login,
                        struct grant *grant)
{
    const char *run = attempt->camera->configuration.run;
    struct error ignored = ERROR_EMPTY;

    if (attempt->command != NULL && attempt->command->action == ACTION_STATUS)
        (void)!ticket_make(run, login, grant->ticket, &ignored);
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

static bool check_password(const struct attempt *attempt, struct span user, struct span password,
                           struct grant *grant, struct error *err)
{
    const struct account *account = account_find(attempt->list, user);
    const char *run = attempt->camera->configuration.run;
    CLEANUP(login_end) struct login login = LOGIN_NONE;
    bool may;

    if (!login_begin(&login, run, attempt->request->remote_address, &may, err))
        return false;
    if (!may)
        return error_set(err, ERROR_DENIED, "too many wrong logins: wait %d seconds",
                         LOGIN_SECONDS);
    if (account_password_matches(attempt->list, account, password))
        return login_right(&login, err) && give(attempt, account, grant, err);
    log_denied(attempt);
    if (login_was_last(&login))
        log_line(&attempt->camera->log,
                 "too many wrong logins: that address is refused for %d "
                 "seconds",
                 LOGIN_SECONDS);
    return deny(err);
}

/* A malformed field is the login of no account: it counts, and takes as long as a wrong one. A
 * ticket shows that this password was right a moment ago: it is no try, and is not counted. */
static bool check_account_field(const struct attempt *attempt, struct grant *grant,
                                struct error *err)
{
    CLEANUP(account_field_forget) struct account_field field;
    const struct account *account;
    struct ticket_login login;

    (void)!account_field_parse(attempt->request->account, &field);
    account = account_find(attempt->list, field.user);
    login = (struct ticket_login){field.user, field.password, account == NULL ? "" : account->hash,
                                  attempt->request->remote_address};
    if (ticket_is_for(attempt->camera->configuration.run, &login, attempt->request->ticket) &&
        account != NULL)
        return give(attempt, account, grant, err);
    if (!check_password(attempt, field.user, field.password, grant, err))
        return false;
    give_ticket(attempt, &login, grant);
    return true;
}

/* Over HTTPS a browser tells whether the request comes from our own page (`none`: the user typed
 * the address). A page of another site must not even try a password: each wrong one would count
 * against the operator. */
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

/* A browser also names the page, in `Origin` or in `Referer`; a GET may have neither. */
static bool is_foreign(const struct request *request)
{
    return (request->has_origin && !referer_is_own(request->origin, request->host)) ||
           (request->referer.size > 0 && !referer_is_own(request->referer, request->host));
}

/* Called if the request is not foreign, so an `Origin` or a `Referer` is our own. A foreign page
 * can leave out both and, over plain HTTP, `Sec-Fetch-Site`; some web servers drop them. `none` is
 * a typed address, but also a link in a mail. */
static bool is_proven_own(const struct request *request)
{
    return request->has_origin || request->referer.size > 0 || request->has_isp_request ||
           span_is(request->fetch_site, "same-origin");
}

static bool check_proof(const struct attempt *attempt, struct error *err)
{
    if (attempt->command == NULL || !attempt->command->changes || is_proven_own(attempt->request))
        return true;
    log_line(&attempt->camera->log, "%s without a proof that no page of another host sent it",
             attempt->command->name);
    return error_set(err, ERROR_DENIED,
                     "not authorized: send X-ISP-Request: 1, or come from the camera's own page");
}

/* The web server has checked the password, but not which page sent the request: a browser adds such
 * a login to requests of any page. */
static bool check_server_account(const struct attempt *attempt, struct grant *grant,
                                 struct error *err)
{
    const struct request *request = attempt->request;
    const struct account *account = account_find(attempt->list, request->remote_user);

    if (is_foreign(request))
        return deny_page(attempt->camera, err);
    if (account == NULL) {
        log_line(&attempt->camera->log, "the web server's account is not in our list of accounts");
        return deny(err);
    }
    return give(attempt, account, grant, err) && check_proof(attempt, err);
}

/* The specification's way: the referer is the URL of our form for the same command, with the
 * credentials in it. */
static bool check_referer(const struct attempt *attempt, struct grant *grant, struct error *err)
{
    const struct request *request = attempt->request;
    const struct command *form = command_of(attempt->command->family, ACTION_FORM);
    struct query query;

    if (!attempt->camera->configuration.referer_accepted ||
        !referer_parse(request->referer, request->host, &query) ||
        !span_is(query.command, form->name))
        return deny(err);
    return check_password(attempt, query.user, query.password, grant, err);
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
    if (request->has_account)
        return check_account_field(&attempt, grant, err);
    if (query->has_credentials)
        return check_password(&attempt, query->user, query->password, grant, err);
    if (request->remote_user.size > 0)
        return check_server_account(&attempt, grant, err);
    if (command != NULL && command->action == ACTION_UPLOAD)
        return check_referer(&attempt, grant, err);
    return error_set(err, ERROR_REQUEST, "missing USER/PWD");
}
