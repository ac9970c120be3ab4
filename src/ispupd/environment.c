/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/environment.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* `Proxy` would become HTTP_PROXY, which programs take for a setting of the machine; the others are
 * passed in variables of their own, or not at all. */
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

/* A name with an underscore would read like another one with a hyphen. */
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
    /* Over the NUL of the variable that was added last. */
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

/* The field at `first`, with the values of all that follow under the same name. */
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
    if (!add(environment, err, "CONTENT_LENGTH=%llu", (unsigned long long)route->length))
        return false;
    return type == NULL || add(environment, err, "CONTENT_TYPE=%.*s", (int)type->value.size,
                               (const char *)type->value.data);
}

static bool add_server(struct environment *environment, const struct environment_peers *peers,
                       const char *configuration, struct error *err)
{
    return add(environment, err, "GATEWAY_INTERFACE=CGI/1.1") &&
           add(environment, err, "SERVER_SOFTWARE=ispupd") &&
           add(environment, err, "SERVER_NAME=%s", peers->server->host) &&
           add(environment, err, "SERVER_PORT=%u", (unsigned)peers->server->port) &&
           add(environment, err, "REMOTE_ADDR=%s", peers->client->host) &&
           add(environment, err, "PATH=/usr/sbin:/usr/bin:/sbin:/bin") &&
           add(environment, err, "ISPUP_CONFIG=%s", configuration);
}

bool environment_fill(struct environment *environment, const struct head *head,
                      const struct route *route, const struct environment_peers *peers,
                      const char *configuration, struct error *err)
{
    environment->count = 0;
    environment->used = 0;
    return add_server(environment, peers, configuration, err) &&
           add(environment, err, "REQUEST_METHOD=%.*s", (int)head->method.size,
               (const char *)head->method.data) &&
           add(environment, err, "SCRIPT_NAME=/cgi-bin/%s", route->name) &&
           add(environment, err, "QUERY_STRING=%.*s", (int)route->query.size,
               (const char *)route->query.data) &&
           add(environment, err, "SERVER_PROTOCOL=%.*s", (int)head->version.size,
               (const char *)head->version.data) &&
           (!head->is_secure || add(environment, err, "HTTPS=on")) &&
           add_content(environment, head, route, err) && add_fields(environment, head, err);
}
