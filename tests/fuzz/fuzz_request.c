/* SPDX-License-Identifier: Apache-2.0 */
/* Input: lines NAME=value, the environment of a CGI program. */
#include "target.h"

#include "input.h"
#include "protocol/query.h"
#include "protocol/referer.h"
#include "protocol/request.h"

#include <stdlib.h>
#include <string.h>

enum { VARIABLES = 64 };

struct variables {
    char *list[VARIABLES + 1]; /* owned; the last entry is NULL */
};

static void release(struct variables *variables)
{
    for (size_t i = 0; i < VARIABLES; i++)
        free(variables->list[i]);
}

static void split(struct span text, struct variables *variables)
{
    for (size_t i = 0; i < VARIABLES && text.size > 0; i++) {
        struct span line = input_line(&text);

        variables->list[i] = strndup((const char *)line.data, line.size);
        target_expect(variables->list[i] != NULL, "there is memory");
    }
}

static void expect_text(struct span value)
{
    target_expect(value.size <= REQUEST_FIELD_LIMIT, "a value is within its limit");
    for (size_t i = 0; i < value.size; i++)
        target_expect(byte_is_printable(value.data[i]), "a value is printable ASCII");
}

/* The client's address, as the front finds it out. */
static void authorise(const struct request *request)
{
    struct error err = ERROR_EMPTY;
    struct query query;

    if (!query_parse(request->query, &query, &err))
        target_expect_reason(&err);
    if (referer_parse(request->referer, request->host, &query))
        target_expect(request->host.size > 0, "without Host no referer is ours");
    if (referer_is_own(request->origin, request->host))
        target_expect(request->has_origin, "only an Origin that is there is ours");
}

void target_run(struct span input)
{
    CLEANUP(release) struct variables variables = {{NULL}};
    struct error err = ERROR_EMPTY;
    struct request request;

    split(input, &variables);
    if (!request_read(variables.list, &request, &err)) {
        target_expect_reason(&err);
        return;
    }
    expect_text(request.query);
    expect_text(request.content_type);
    expect_text(request.referer);
    expect_text(request.origin);
    expect_text(request.host);
    expect_text(request.account);
    target_expect(request.has_account || request.account.size == 0, "what is not given is empty");
    expect_text(request.remote_user);
    expect_text(request.remote_address);
    target_expect(request.query.size <= REQUEST_QUERY_LIMIT, "a query is within its limit");
    target_expect(request.length == 0 || request_may_have_body(variables.list),
                  "a request with a length may have a body");
    target_expect(request.method != REQUEST_POST || request_may_have_body(variables.list),
                  "a POST may have a body");
    target_expect(request.length <= INT64_MAX, "a length is a file's size");
    authorise(&request);
}
