/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/request.h"

#include "base/number.h"

enum field {
    FIELD_METHOD,
    FIELD_QUERY,
    FIELD_CONTENT_TYPE,
    FIELD_CONTENT_LENGTH,
    FIELD_TRANSFER_ENCODING,
    FIELD_REFERER,
    FIELD_ORIGIN,
    FIELD_FETCH_SITE,
    FIELD_ISP_REQUEST,
    FIELD_ISP_ACCOUNT,
    FIELD_ISP_TICKET,
    FIELD_HOST,
    FIELD_AUTH_TYPE,
    FIELD_REMOTE_USER,
    FIELD_REMOTE_ADDRESS,
    FIELD_COUNT,
};

static const struct {
    const char *variable; /* CGI/1.1's name and a = */
    const char *name;     /* for error texts */
    size_t limit;
} fields[FIELD_COUNT] = {
    [FIELD_METHOD] = {"REQUEST_METHOD=", "method", REQUEST_FIELD_LIMIT},
    [FIELD_QUERY] = {"QUERY_STRING=", "query", REQUEST_QUERY_LIMIT},
    [FIELD_CONTENT_TYPE] = {"CONTENT_TYPE=", "Content-Type", REQUEST_FIELD_LIMIT},
    [FIELD_CONTENT_LENGTH] = {"CONTENT_LENGTH=", "Content-Length", REQUEST_FIELD_LIMIT},
    [FIELD_TRANSFER_ENCODING] = {"HTTP_TRANSFER_ENCODING=", "Transfer-Encoding",
                                 REQUEST_FIELD_LIMIT},
    [FIELD_REFERER] = {"HTTP_REFERER=", "Referer", REQUEST_FIELD_LIMIT},
    [FIELD_ORIGIN] = {"HTTP_ORIGIN=", "Origin", REQUEST_FIELD_LIMIT},
    [FIELD_FETCH_SITE] = {"HTTP_SEC_FETCH_SITE=", "Sec-Fetch-Site", REQUEST_FIELD_LIMIT},
    [FIELD_ISP_REQUEST] = {"HTTP_X_ISP_REQUEST=", "X-ISP-Request", REQUEST_FIELD_LIMIT},
    [FIELD_ISP_ACCOUNT] = {"HTTP_X_ISP_ACCOUNT=", "X-ISP-Account", REQUEST_FIELD_LIMIT},
    [FIELD_ISP_TICKET] = {"HTTP_X_ISP_TICKET=", "X-ISP-Ticket", REQUEST_FIELD_LIMIT},
    [FIELD_HOST] = {"HTTP_HOST=", "Host", REQUEST_FIELD_LIMIT},
    [FIELD_AUTH_TYPE] = {"AUTH_TYPE=", "AUTH_TYPE", REQUEST_FIELD_LIMIT},
    [FIELD_REMOTE_USER] = {"REMOTE_USER=", "REMOTE_USER", REQUEST_FIELD_LIMIT},
    [FIELD_REMOTE_ADDRESS] = {"REMOTE_ADDR=", "REMOTE_ADDR", REQUEST_FIELD_LIMIT},
};

struct values {
    struct span spans[FIELD_COUNT];
    bool given[FIELD_COUNT];
};

static bool is_printable(struct span value)
{
    for (size_t i = 0; i < value.size; i++)
        if (!byte_is_printable(value.data[i]))
            return false;
    return true;
}

static bool take(struct values *values, enum field field, struct span value, struct error *err)
{
    const char *name = fields[field].name;

    /* Another program that reads the same request may use the other one. */
    if (values->given[field])
        return error_set(err, ERROR_HTTP_MALFORMED, "request: %s given twice", name);
    if (value.size > fields[field].limit)
        return error_set(err, ERROR_HTTP_LONG, "request: %s is longer than %zu bytes", name,
                         fields[field].limit);
    if (!is_printable(value))
        return error_set(err, ERROR_HTTP_MALFORMED,
                         "request: %s has a byte that is not printable ASCII", name);
    values->given[field] = true;
    values->spans[field] = value;
    return true;
}

static bool collect(char *const *environment, struct values *values, struct error *err)
{
    for (size_t i = 0; environment[i] != NULL; i++)
        for (size_t field = 0; field < FIELD_COUNT; field++) {
            struct span value = span_text(environment[i]);

            if (span_skip(&value, fields[field].variable) &&
                !take(values, (enum field)field, value, err))
                return false;
        }
    return true;
}

static bool read_method(struct span name, enum request_method *method, struct error *err)
{
    if (name.size == 0)
        return error_set(err, ERROR_HTTP_MALFORMED,
                         "request: no REQUEST_METHOD, this program must be run by a web server");
    if (span_is(name, "POST"))
        *method = REQUEST_POST;
    else if (span_is(name, "GET") || span_is(name, "HEAD"))
        *method = REQUEST_GET;
    else
        return error_set(err, ERROR_HTTP_METHOD, "request: method is not GET, HEAD or POST");
    return true;
}

static bool read_length(const struct values *values, struct request *request, struct error *err)
{
    struct span text = values->spans[FIELD_CONTENT_LENGTH];

    if (values->given[FIELD_TRANSFER_ENCODING])
        return error_set(err, ERROR_HTTP_LENGTH,
                         "request: Transfer-Encoding is not taken, send Content-Length");
    /* A GET's length is not checked strictly: its body is never used, only read and dropped. */
    if (request->method != REQUEST_POST) {
        if (!number_parse(text, INT64_MAX, &request->length))
            request->length = 0;
        return true;
    }
    request->has_length = text.size > 0;
    if (request->has_length && !number_parse(text, INT64_MAX, &request->length))
        return error_set(err, ERROR_HTTP_MALFORMED,
                         "request: Content-Length is not a number from 0 to 2^63-1");
    return true;
}

bool request_may_have_body(char *const *environment)
{
    bool may = false;

    /* Reads the environment itself: request_read may have failed before it saw these values. */
    for (; *environment != NULL; environment++) {
        struct span value = span_text(*environment);

        if (span_skip(&value, fields[FIELD_METHOD].variable))
            may = may || (value.size > 0 && !span_is(value, "GET") && !span_is(value, "HEAD"));
        else if (span_skip(&value, fields[FIELD_CONTENT_LENGTH].variable) ||
                 span_skip(&value, fields[FIELD_TRANSFER_ENCODING].variable))
            may = may || (value.size > 0 && !span_is(value, "0"));
    }
    return may;
}

bool request_read(char *const *environment, struct request *request, struct error *err)
{
    struct values values = {.given = {false}};
    struct request made = {.length = 0};

    if (!collect(environment, &values, err) ||
        !read_method(values.spans[FIELD_METHOD], &made.method, err) ||
        !read_length(&values, &made, err))
        return false;
    made.query = values.spans[FIELD_QUERY];
    made.content_type = values.spans[FIELD_CONTENT_TYPE];
    made.referer = values.spans[FIELD_REFERER];
    made.origin = values.spans[FIELD_ORIGIN];
    made.fetch_site = values.spans[FIELD_FETCH_SITE];
    made.host = values.spans[FIELD_HOST];
    /* Without AUTH_TYPE the server did not authenticate anyone, and the name proves nothing. */
    if (values.spans[FIELD_AUTH_TYPE].size > 0)
        made.remote_user = values.spans[FIELD_REMOTE_USER];
    made.remote_address = values.spans[FIELD_REMOTE_ADDRESS];
    made.has_origin = values.given[FIELD_ORIGIN];
    made.account = values.spans[FIELD_ISP_ACCOUNT];
    made.ticket = values.spans[FIELD_ISP_TICKET];
    made.has_account = values.given[FIELD_ISP_ACCOUNT];
    made.has_isp_request = values.given[FIELD_ISP_REQUEST];
    *request = made;
    return true;
}
