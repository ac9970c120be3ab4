/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/environment.h"

#include "base/memory.h"
#include "base/number.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* `Proxy` would become HTTP_PROXY, which programs read as a setting (CVE-2016-5385). The others
 * have variables of their own, or are not passed on. */
static const char *const hidden_fields[] = {
    "Proxy",      "Content-Type", "Content-Length",      "Authorization",
    "Connection", "Keep-Alive",   "Proxy-Authorization",
};

static bool add(struct environment *environment, struct error *err, const char *format, ...)
    PRINTF(3, 4);

static bool add(struct environment *environment, struct error *err, const char *format, ...)
{
    size_t room = sizeof(environment->text) - environment->used;
    char *text = environment->text + environment->used;
    va_list values;
    int size;

    va_start(values, format);
    size = vsnprintf(text, room, format, values);
    va_end(values);
    if (size < 0 || (size_t)size >= room || environment->count == ENVIRONMENT_COUNT)
        return error_set(err, ERROR_HTTP_LONG, "request: head is too long");
    environment->variables[environment->count++] = text;
    environment->variables[environment->count] = NULL;
    environment->used += (size_t)size + 1;
    return true;
}

static bool add_span(struct environment *environment, const char *name, struct span value,
                     struct error *err)
{
    return add(environment, err, "%s=%.*s", name, (int)value.size, (const char *)value.data);
}

/* `A_B` and `A-B` would become the same variable. */
static bool is_hidden(struct span name)
{
    for (size_t i = 0; i < COUNT_OF(hidden_fields); i++)
        if (span_same_letters(name, span_text(hidden_fields[i])))
            return true;
    for (size_t i = 0; i < name.size; i++)
        if (!byte_is_letter(name.data[i]) && !byte_is_digit(name.data[i]) && name.data[i] != '-')
            return true;
    return false;
}

static char variable_byte(unsigned char byte)
{
    if (byte == '-')
        return '_';
    return (char)(byte_is_letter(byte) && !byte_is_upper(byte) ? byte - 'a' + 'A' : byte);
}

static bool join(struct environment *environment, struct span name, struct span value,
                 struct error *err)
{
    size_t room = sizeof(environment->text) - environment->used;
    const char *between = span_same_letters(name, span_text("Cookie")) ? "; " : ", ";
    /* Overwrites the NUL of the last variable. */
    char *at = environment->text + environment->used - 1;

    if (value.size + 3 > room)
        return error_set(err, ERROR_HTTP_LONG, "request: head is too long");
    memcpy(at, between, 2);
    if (value.size > 0)
        memcpy(at + 2, value.data, value.size);
    at[2 + value.size] = '\0';
    environment->used += 2 + value.size;
    return true;
}

/* Adds the field at `first`, joined with the later values of the same name. */
static bool add_field(struct environment *environment, const struct head *head, size_t first,
                      struct error *err)
{
    struct span name = head->fields[first].name;
    struct span value = head->fields[first].value;
    char variable[256];

    if (name.size >= sizeof(variable))
        return true;
    for (size_t i = 0; i < name.size; i++)
        variable[i] = variable_byte(name.data[i]);
    if (!add(environment, err, "HTTP_%.*s=%.*s", (int)name.size, variable, (int)value.size,
             (const char *)value.data))
        return false;
    for (size_t i = first + 1; i < head->field_count; i++)
        if (span_same_letters(head->fields[i].name, name) &&
            !join(environment, name, head->fields[i].value, err))
            return false;
    return true;
}

static bool add_fields(struct environment *environment, const struct head *head, struct error *err)
{
    for (size_t i = 0; i < head->field_count; i++) {
        struct span name = head->fields[i].name;
        size_t before = 0;

        while (before < i && !span_same_letters(head->fields[before].name, name))
            before++;
        if (before == i && !is_hidden(name) && !add_field(environment, head, i, err))
            return false;
    }
    return true;
}

static bool add_content(struct environment *environment, const struct head *head,
                        const struct route *route, struct error *err)
{
    const struct head_field *type = head_find(head, "Content-Type");

    if (!route->is_post)
        return true;
    if (route->has_length &&
        !add(environment, err, "CONTENT_LENGTH=%llu", (unsigned long long)route->length))
        return false;
    return type == NULL || add_span(environment, "CONTENT_TYPE", type->value, err);
}

static bool add_peers(struct environment *environment, const struct environment_peers *peers,
                      struct error *err)
{
    return add(environment, err, "SERVER_NAME=%s", peers->server->host) &&
           add(environment, err, "SERVER_PORT=%u", (unsigned)peers->server->port) &&
           add(environment, err, "REMOTE_ADDR=%s", peers->client->host);
}

static void clear(struct environment *environment)
{
    environment->count = 0;
    environment->used = 0;
    environment->variables[0] = NULL;
}

void environment_forget(struct environment **environment)
{
    if (*environment != NULL)
        memory_wipe(*environment, sizeof(**environment));
}

bool environment_fill(struct environment *environment, const struct head *head,
                      const struct route *route, const struct environment_peers *peers,
                      struct error *err)
{
    clear(environment);
    if (!add_peers(environment, peers, err))
        return false;
    if (!add_span(environment, "REQUEST_METHOD", head->method, err))
        return false;
    if (!add_span(environment, "QUERY_STRING", route->query, err))
        return false;
    if (!add_span(environment, "SERVER_PROTOCOL", head->version, err))
        return false;
    if (head->is_secure && !add(environment, err, "HTTPS=on"))
        return false;
    return add_content(environment, head, route, err) && add_fields(environment, head, err);
}

/* Checks of the values that variables may have. */
static bool is_method(struct span value)
{
    return span_is(value, "GET") || span_is(value, "HEAD") || span_is(value, "POST");
}

static bool is_number(struct span value)
{
    uint64_t number;

    return number_parse(value, INT64_MAX, &number);
}

static bool is_host(struct span value)
{
    for (size_t i = 0; i < value.size; i++)
        if (!byte_is_digit(value.data[i]) && !byte_is_letter(value.data[i]) &&
            value.data[i] != '.' && value.data[i] != ':')
            return false;
    return value.size > 0;
}

static bool is_query(struct span value)
{
    for (size_t i = 0; i < value.size; i++)
        if (!byte_is_printable(value.data[i]) || value.data[i] == ' ' || value.data[i] == '#')
            return false;
    return value.size <= HEAD_QUERY_LIMIT;
}

static bool is_on(struct span value)
{
    return span_is(value, "on");
}

static const struct {
    const char *name;
    bool (*takes)(struct span value);
} known[] = {
    {"SERVER_NAME", is_host},
    {"SERVER_PORT", is_number},
    {"REMOTE_ADDR", is_host},
    {"REQUEST_METHOD", is_method},
    {"QUERY_STRING", is_query},
    {"SERVER_PROTOCOL", request_check_is_version},
    {"HTTPS", is_on},
    {"CONTENT_LENGTH", is_number},
    {"CONTENT_TYPE", request_check_is_field_value},
};

/* Compares a name of a variable with a name of a field, which has `-` and either case. */
static bool is_same_name(struct span variable, const char *field)
{
    struct span other = span_text(field);

    for (size_t i = 0; i < variable.size && i < other.size; i++)
        if ((char)variable.data[i] != variable_byte(other.data[i]))
            return false;
    return variable.size == other.size;
}

static bool is_field_variable(struct span name)
{
    if (!span_skip(&name, "HTTP_") || name.size == 0)
        return false;
    for (size_t i = 0; i < COUNT_OF(hidden_fields); i++)
        if (is_same_name(name, hidden_fields[i]))
            return false;
    for (size_t i = 0; i < name.size; i++)
        if (!byte_is_upper(name.data[i]) && !byte_is_digit(name.data[i]) && name.data[i] != '_')
            return false;
    return true;
}

static bool is_variable(struct span variable)
{
    struct span value = variable, name;

    if (!span_split(&value, '=', &name))
        return false;
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (span_is(name, known[i].name))
            return known[i].takes(value);
    return is_field_variable(name) && request_check_is_field_value(value);
}

/* Compares the names of the variables, up to the `=`. */
static bool has_name_of(const struct environment *environment, struct span variable)
{
    struct span name;

    (void)span_split(&variable, '=', &name);
    for (size_t i = 0; i < environment->count; i++)
        if (strncmp(environment->variables[i], (const char *)name.data, name.size) == 0 &&
            environment->variables[i][name.size] == '=')
            return true;
    return false;
}

static bool take(struct environment *environment, struct span variable, struct error *err)
{
    if (!is_variable(variable) || has_name_of(environment, variable))
        return error_set(err, ERROR_USAGE, "a variable that no request sets, or one given twice");
    return add(environment, err, "%.*s", (int)variable.size, (const char *)variable.data);
}

bool environment_complete(struct environment *environment, struct span text, struct span name,
                          const char *configuration, struct error *err)
{
    struct span variable;

    clear(environment);
    if (!add(environment, err, "GATEWAY_INTERFACE=CGI/1.1") ||
        !add(environment, err, "SERVER_SOFTWARE=ispupd") ||
        !add(environment, err, "PATH=/usr/sbin:/usr/bin:/sbin:/bin") ||
        !add(environment, err, "ISPUP_CONFIG=%s", configuration) ||
        !add(environment, err, "SCRIPT_NAME=/cgi-bin/%.*s", (int)name.size,
             (const char *)name.data))
        return false;
    while (text.size > 0) {
        if (!span_split(&text, '\0', &variable))
            return error_set(err, ERROR_USAGE, "a variable without its NUL");
        if (!take(environment, variable, err))
            return false;
    }
    return true;
}
