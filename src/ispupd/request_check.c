/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/request_check.h"

#include "base/number.h"

#define PROGRAMS_PATH "/cgi-bin/"
#define FIRST_PAGE "index.html"

/* The program, or another reader, could use the second one instead of the first. */
static const char *const single_fields[] = {
    "Content-Length", "Host", "Content-Type", "Referer", "Origin", "Authorization", "X-ISP-Account",
};

static bool is_token_byte(unsigned char byte)
{
    return byte_is_letter(byte) || byte_is_digit(byte) ||
           span_has(span_text("!#$%&'*+-.^_`|~"), byte);
}

static bool is_token(struct span name)
{
    for (size_t i = 0; i < name.size; i++)
        if (!is_token_byte(name.data[i]))
            return false;
    return name.size > 0;
}

bool request_check_is_field_value(struct span value)
{
    for (size_t i = 0; i < value.size; i++)
        if ((value.data[i] < 0x20 && value.data[i] != '\t') || value.data[i] == 0x7f)
            return false;
    return true;
}

static bool check_limits(const struct head *head, struct error *err)
{
    if (head->size > HEAD_LIMIT)
        return error_set(err, ERROR_HTTP_LONG, "request: head is longer than %d bytes", HEAD_LIMIT);
    if (head->field_count > HEAD_FIELDS_LIMIT)
        return error_set(err, ERROR_HTTP_LONG, "request: more than %d fields", HEAD_FIELDS_LIMIT);
    if (head->target_size > HEAD_TARGET_LIMIT)
        return error_set(err, ERROR_HTTP_LONG, "request: target is longer than %d bytes",
                         HEAD_TARGET_LIMIT);
    return true;
}

bool request_check_is_version(struct span version)
{
    return span_skip(&version, "HTTP/1.") && version.size == 1 && byte_is_digit(version.data[0]);
}

static bool check_fields(const struct head *head, struct error *err)
{
    if (head->is_ambiguous)
        return error_set(
            err, ERROR_HTTP_MALFORMED,
            "request: head has NUL, a folded line, or a line that does not end in CR LF");
    for (size_t i = 0; i < head->field_count; i++) {
        if (!is_token(head->fields[i].name))
            return error_set(err, ERROR_HTTP_MALFORMED, "request: malformed field name");
        if (!request_check_is_field_value(head->fields[i].value))
            return error_set(err, ERROR_HTTP_MALFORMED,
                             "request: control character in a field's value");
    }
    for (size_t i = 0; i < COUNT_OF(single_fields); i++)
        if (head_count(head, single_fields[i]) > 1)
            return error_set(err, ERROR_HTTP_MALFORMED, "request: %s given twice",
                             single_fields[i]);
    if (!request_check_is_version(head->version))
        return error_set(err, ERROR_HTTP_MALFORMED, "request: version is not HTTP/1.0 or 1.1");
    if (head_count(head, "Host") == 0 && !span_is(head->version, "HTTP/1.0"))
        return error_set(err, ERROR_HTTP_MALFORMED, "request: no Host");
    return true;
}

/* Skips `prefix`, in any case of letters. */
static bool skip_letters(struct span *text, struct span prefix)
{
    if (!span_same_letters(span_first(*text, prefix.size), prefix))
        return false;
    *text = span_from(*text, prefix.size);
    return true;
}

/* Accepts `http://HOST/...` (`https` under TLS) if HOST equals the field Host, and removes it. */
static bool strip_host(const struct head *head, struct span *target, struct error *err)
{
    const struct head_field *host = head_find(head, "Host");
    struct span path = *target;

    if (span_begins(path, "/"))
        return true;
    if (host == NULL || host->value.size == 0 ||
        !skip_letters(&path, span_text(head->is_secure ? "https://" : "http://")) ||
        !skip_letters(&path, host->value) || !span_begins(path, "/"))
        return error_set(err, ERROR_HTTP_MALFORMED, "request: target is no path on this host");
    *target = path;
    return true;
}

static bool check_target(const struct head *head, struct span *path, struct span *query,
                         struct error *err)
{
    struct span target = span_text(head->target);

    for (size_t i = 0; i < target.size; i++)
        if (target.data[i] <= 0x20 || target.data[i] >= 0x7f || target.data[i] == '#')
            return error_set(err, ERROR_HTTP_MALFORMED,
                             "request: target has a byte that a URL cannot hold");
    if (!strip_host(head, &target, err))
        return false;
    (void)span_split(&target, '?', path);
    *query = target;
    if (query->size > HEAD_QUERY_LIMIT)
        return error_set(err, ERROR_HTTP_LONG, "request: query is longer than %d bytes",
                         HEAD_QUERY_LIMIT);
    return true;
}

static bool is_program_byte(unsigned char byte)
{
    return byte_is_digit(byte) || byte == '-' || (byte_is_letter(byte) && !byte_is_upper(byte));
}

static bool is_page_byte(unsigned char byte)
{
    return byte_is_digit(byte) || byte_is_letter(byte) || byte == '-' || byte == '_' || byte == '.';
}

static bool is_name(struct span name, bool (*allows)(unsigned char byte))
{
    for (size_t i = 0; i < name.size; i++)
        if (!allows(name.data[i]))
            return false;
    return name.size > 0 && name.size < ROUTE_NAME_SIZE && name.data[0] != '.';
}

bool request_check_is_program_name(struct span name)
{
    return is_name(name, is_program_byte);
}

bool request_check_is_page_name(struct span name)
{
    return is_name(name, is_page_byte);
}

static bool find_route(struct span path, struct route *route, struct error *err)
{
    struct span name = path;
    bool found;

    if (span_skip(&name, PROGRAMS_PATH)) {
        route->kind = ROUTE_PROGRAM;
        found = request_check_is_program_name(name);
    } else {
        name = span_is(path, "/") ? span_text(FIRST_PAGE) : span_from(path, 1);
        route->kind = ROUTE_PAGE;
        found = request_check_is_page_name(name);
    }
    if (!found || !span_copy(name, route->name, sizeof(route->name)))
        return error_set(err, ERROR_HTTP_NOT_FOUND, "request: no such page");
    return true;
}

static bool check_method(const struct head *head, struct route *route, struct error *err)
{
    route->is_post = span_is(head->method, "POST");
    route->is_head = span_is(head->method, "HEAD");
    if (route->is_post && route->kind == ROUTE_PAGE)
        return error_set(err, ERROR_HTTP_METHOD, "request: method for a page is not GET or HEAD");
    if (!route->is_post && !route->is_head && !span_is(head->method, "GET"))
        return error_set(err, ERROR_HTTP_METHOD, "request: method is not GET, HEAD or POST");
    return true;
}

/* No encoding is accepted. One that two readers could frame differently gets the status that
 * libmicrohttpd 1.0 gives it. */
static bool check_encoding(const struct head *head, const struct head_field *length,
                           struct error *err)
{
    const struct head_field *encoding = head_find(head, "Transfer-Encoding");

    if (encoding == NULL)
        return true;
    if (length != NULL || head_count(head, "Transfer-Encoding") > 1 ||
        !span_same_letters(encoding->value, span_text("chunked")))
        return error_set(err, ERROR_HTTP_MALFORMED,
                         "request: Transfer-Encoding is not chunked, or comes with Content-Length");
    return error_set(err, ERROR_HTTP_LENGTH,
                     "request: Transfer-Encoding is not taken, send Content-Length");
}

static bool check_length(const struct head *head, uint64_t body_limit, struct route *route,
                         struct error *err)
{
    const struct head_field *length = head_find(head, "Content-Length");

    if (!check_encoding(head, length, err))
        return false;
    /* Without either field there is no body: the program decides whether it needs one. */
    route->has_length = length != NULL;
    if (length != NULL && !number_parse(length->value, INT64_MAX, &route->length))
        return error_set(err, ERROR_HTTP_MALFORMED,
                         "request: Content-Length is not a number from 0 to 2^63-1");
    if (route->length > 0 && !route->is_post)
        return error_set(err, ERROR_HTTP_MALFORMED, "request: a body, but the method is not POST");
    if (route->length > body_limit)
        return error_set(err, ERROR_HTTP_LARGE, "request: body is larger than %llu bytes",
                         (unsigned long long)body_limit);
    return true;
}

bool request_check(const struct head *head, uint64_t body_limit, struct route *route,
                   struct error *err)
{
    struct route made = {.length = 0};
    struct span path = SPAN_EMPTY;

    if (!check_limits(head, err) || !check_fields(head, err) ||
        !check_target(head, &path, &made.query, err) || !find_route(path, &made, err) ||
        !check_method(head, &made, err) || !check_length(head, body_limit, &made, err))
        return false;
    *route = made;
    return true;
}

struct span request_check_loggable_path(const struct head *head)
{
    struct span target = span_text(head->target);
    size_t size = 0;

    while (size < target.size && (is_page_byte(target.data[size]) || target.data[size] == '/'))
        size++;
    return span_first(target, size);
}
