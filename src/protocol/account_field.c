/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/account_field.h"

#include "base/memory.h"

#include "protocol/query.h"

static bool split(struct account_field *field, size_t size)
{
    struct span rest = span_of(field->text, size);

    if (!span_split(&rest, ':', &field->user))
        return false;
    field->password = rest;
    return query_is_value(field->user, QUERY_USER_LIMIT) &&
           query_is_value(field->password, QUERY_PASSWORD_LIMIT) && field->user.size > 0 &&
           field->password.size > 0;
}

bool account_field_parse(struct span value, struct account_field *field)
{
    size_t size = base64_size(value);

    *field = ACCOUNT_FIELD_NONE;
    if (size <= sizeof(field->text) && base64_parse(value, field->text, size) && split(field, size))
        return true;
    account_field_forget(field);
    return false;
}

void account_field_forget(struct account_field *field)
{
    memory_wipe(field, sizeof(*field));
}
