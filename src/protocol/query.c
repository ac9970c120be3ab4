/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/query.h"

/* A `#` ends the query for URL parsers, so it is refused. */
bool query_is_value(struct span value, size_t limit)
{
    for (size_t i = 0; i < value.size; i++)
        if (!byte_is_printable(value.data[i]) || span_has(span_text(" #&"), value.data[i]))
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

/* Counts a key at any position, so that one at the wrong position is refused, not ignored. */
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

/* Removes `key`, its value and the separator from the front of `rest`. A second `USER=` stays in
 * `rest` and is refused as a malformed command. */
static bool take(struct span *rest, const char *key, size_t limit, struct span *value)
{
    (void)span_split(rest, '&', value);
    return span_skip(value, key) && query_is_value(*value, limit);
}

static bool take_command(struct span text, struct span *command, struct error *err)
{
    if (text.size == 0)
        return error_set(err, ERROR_REQUEST, "no command");
    if (!is_command(text))
        return error_set(err, ERROR_REQUEST, "invalid parameters");
    *command = text;
    return true;
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
    if (!take_command(rest, &parsed.command, err))
        return false;
    *query = parsed;
    return true;
}

bool query_parse_command(struct span text, struct query *query, struct error *err)
{
    struct query parsed = {.has_credentials = false};

    if (!take_command(text, &parsed.command, err))
        return false;
    *query = parsed;
    return true;
}
