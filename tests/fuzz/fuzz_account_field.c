/* SPDX-License-Identifier: Apache-2.0 */
/* Input: the value of X-ISP-Account. A parsed account, written again, gives the same value. */
#include "target.h"

#include "protocol/account_field.h"
#include "protocol/query.h"

#include <stdio.h>

/* A query with the same account is parsed to the same account. */
static void expect_same_query(const struct account_field *field)
{
    char text[256];
    struct error err = ERROR_EMPTY;
    struct query query;

    (void)snprintf(text, sizeof(text), "USER=%.*s&PWD=%.*s&X", (int)field->user.size,
                   (const char *)field->user.data, (int)field->password.size,
                   (const char *)field->password.data);
    target_expect(query_parse(span_text(text), &query, &err), "a query can carry it");
    target_expect(span_same(query.user, field->user) && span_same(query.password, field->password),
                  "a query says the same");
}

void target_run(struct span input)
{
    CLEANUP(account_field_forget) struct account_field field;
    char again[BASE64_TEXT_SIZE(BASE64_LIMIT) + 1];

    if (!account_field_parse(input, &field)) {
        target_expect(field.user.size == 0 && field.password.size == 0,
                      "a malformed field names nobody");
        return;
    }
    target_expect(field.user.size > 0 && field.password.size > 0, "neither part is empty");
    target_expect(!span_has(field.user, ':'), "the first colon splits");
    base64_format(span_of(field.text, field.user.size + 1 + field.password.size), again);
    target_expect(span_is(input, again), "a field can be read in one way only");
    expect_same_query(&field);
}
