/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/query.h"

static bool is_value(struct span value, size_t limit)
{
    for (size_t i = 0; i < value.size; i++)
        if (!byte_is_printable(value.data[i]) || value.data[i] == ' ' || value.data[i] == '#')
            return false;
    return value.size <= limit;
}

static bool is_command(struct span name)
{
    for (size_t i = 0; i < name.size; i++)
        if (!byte_is_letter(name.data[i]) && !byte_is_digit(name.data[i]) && name.data[i] != '_')
            return false;
    return name.size > 0 && name.size <= QUERY_COMMAND_LIMIT;
}

static size_t count_of(struct span rest, const char *key)
{
    struct span part;
    size_t count = 0;
    bool more = true;

    while (more) {
        more = span_split(&rest, '&', &part);
        count += span_begins(part, key);
    }
    return count;
}

/* Takes `key` and its value off the front, and the separator behind them. */
static bool take(struct span *rest, const char *key, size_t limit, struct span *value)
{
    (void)span_split(rest, '&', value);
    return span_skip(value, key) && is_value(*value, limit);
}

bool query_parse(struct span text, struct query *query, struct error *err)
{
    struct query parsed = {.has_credentials = count_of(text, "USER=") > 0};
    struct span rest = text;

    if (parsed.has_credentials != (count_of(text, "PWD=") > 0))
        return error_set(err, ERROR_REQUEST, "missing USER/PWD");
    if (parsed.has_credentials && (!take(&rest, "USER=", QUERY_USER_LIMIT, &parsed.user) ||
                                   !take(&rest, "PWD=", QUERY_PASSWORD_LIMIT, &parsed.password)))
        return error_set(err, ERROR_REQUEST, "invalid parameters");
    if (parsed.has_credentials && (parsed.user.size == 0 || parsed.password.size == 0))
        return error_set(err, ERROR_REQUEST, "missing USER/PWD");
    if (rest.size == 0)
        return error_set(err, ERROR_REQUEST, "no command");
    if (!is_command(rest))
        return error_set(err, ERROR_REQUEST, "invalid parameters");
    parsed.command = rest;
    *query = parsed;
    return true;
}
