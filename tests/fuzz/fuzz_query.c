/* SPDX-License-Identifier: Apache-2.0 */
/* Input: a query. A parsed query, written again, gives the same query. */
#include "target.h"

#include "protocol/query.h"

#include <stdio.h>

static void expect_same_text(struct span text, const struct query *query)
{
    char again[256] = "";

    if (query->has_credentials)
        (void)snprintf(again, sizeof(again), "USER=%.*s&PWD=%.*s&%.*s", (int)query->user.size,
                       (const char *)query->user.data, (int)query->password.size,
                       (const char *)query->password.data, (int)query->command.size,
                       (const char *)query->command.data);
    else
        (void)snprintf(again, sizeof(again), "%.*s", (int)query->command.size,
                       (const char *)query->command.data);
    target_expect(span_is(text, again), "a query can be read in one way only");
}

void target_run(struct span input)
{
    struct error err = ERROR_EMPTY;
    struct query query;

    if (!query_parse(input, &query, &err)) {
        target_expect_reason(&err);
        return;
    }
    target_expect(query.command.size > 0, "a query has a command");
    target_expect(!query.has_credentials || (query.user.size > 0 && query.password.size > 0),
                  "neither credential is empty");
    target_expect_inside(input, query.command);
    expect_same_text(input, &query);
}
