/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { VARIABLES = 8 };

#define QUERY "QUERY_STRING=ISP_IMAGE_SAVE"

static char *own(const char *text)
{
    char *copy = test_malloc(strlen(text) + 1);

    memcpy(copy, text, strlen(text) + 1);
    return copy;
}

/* The variables stay readable after the call: a request borrows them. */
static bool read_variables(const char *const variables[VARIABLES], char *environment[VARIABLES + 1],
                           struct request *request, struct error *err)
{
    size_t count = 0;

    while (count < VARIABLES && variables[count] != NULL) {
        environment[count] = own(variables[count]);
        count++;
    }
    environment[count] = NULL;
    return request_read(environment, request, err);
}

static void release(char *environment[VARIABLES + 1])
{
    for (size_t i = 0; environment[i] != NULL; i++)
        test_free(environment[i]);
}

static void every_value_is_handed_on_as_it_was_sent(void **state)
{
    char *const environment[] = {
        (char[]){"PATH=/bin"},
        (char[]){"REQUEST_METHOD=POST"},
        (char[]){"QUERY_STRING=USER=a&PWD=%41&ISP_IMAGE_SAVE"},
        (char[]){"CONTENT_TYPE=multipart/form-data; boundary=x"},
        (char[]){"CONTENT_LENGTH=2503864"},
        (char[]){"HTTP_REFERER=http://172.16.3.14/cgi-bin/update?USER=a&PWD=b&ISP_IMAGE"},
        (char[]){"HTTP_ORIGIN=http://172.16.3.14"},
        (char[]){"HTTP_HOST=172.16.3.14"},
        (char[]){"AUTH_TYPE=Basic"},
        (char[]){"REMOTE_USER=admin"},
        (char[]){"REMOTE_ADDR=172.16.3.1"},
        NULL};
    struct request request;
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_true(request_read(environment, &request, &err));
    assert_int_equal(request.method, REQUEST_POST);
    assert_true(span_is(request.query, "USER=a&PWD=%41&ISP_IMAGE_SAVE"));
    assert_true(span_is(request.content_type, "multipart/form-data; boundary=x"));
    assert_int_equal(request.length, 2503864);
    assert_true(
        span_is(request.referer, "http://172.16.3.14/cgi-bin/update?USER=a&PWD=b&ISP_IMAGE"));
    assert_true(span_is(request.origin, "http://172.16.3.14"));
    assert_true(request.has_origin);
    assert_true(span_is(request.host, "172.16.3.14"));
    assert_true(span_is(request.remote_user, "admin"));
    assert_true(span_is(request.remote_address, "172.16.3.1"));
}

static void head_is_read_like_get_and_what_is_absent_is_empty(void **state)
{
    static const char *const methods[] = {"REQUEST_METHOD=GET", "REQUEST_METHOD=HEAD"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(methods); i++) {
        const char *const variables[VARIABLES] = {methods[i], "CONTENT_LENGTH="};
        char *environment[VARIABLES + 1];
        struct request request;
        struct error err = ERROR_EMPTY;

        assert_true(read_variables(variables, environment, &request, &err));
        assert_int_equal(request.method, REQUEST_GET);
        assert_int_equal(request.length, 0);
        assert_int_equal(request.query.size, 0);
        assert_int_equal(request.host.size, 0);
        assert_false(request.has_origin);
        release(environment);
    }
}

static void a_get_may_have_a_body_and_a_length_that_is_none_is_nothing(void **state)
{
    static const struct {
        const char *length;
        uint64_t value;
    } rows[] = {{"CONTENT_LENGTH=7", 7}, {"CONTENT_LENGTH=0", 0}, {"CONTENT_LENGTH=7x", 0}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *const variables[VARIABLES] = {"REQUEST_METHOD=GET", rows[i].length};
        char *environment[VARIABLES + 1];
        struct request request;
        struct error err = ERROR_EMPTY;

        assert_true(read_variables(variables, environment, &request, &err));
        assert_int_equal(request.length, rows[i].value);
        release(environment);
    }
}

static void a_user_counts_only_if_the_server_says_how_it_authenticated(void **state)
{
    static const struct {
        const char *auth_type;
        size_t size;
    } rows[] = {{"AUTH_TYPE=Basic", 5}, {"AUTH_TYPE=", 0}, {"X_AUTH_TYPE=Basic", 0}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *const variables[VARIABLES] = {"REQUEST_METHOD=GET", "REMOTE_USER=admin",
                                                  rows[i].auth_type};
        char *environment[VARIABLES + 1];
        struct request request;
        struct error err = ERROR_EMPTY;

        assert_true(read_variables(variables, environment, &request, &err));
        assert_int_equal(request.remote_user.size, rows[i].size);
        release(environment);
    }
}

static void an_empty_origin_is_there(void **state)
{
    const char *const variables[VARIABLES] = {"REQUEST_METHOD=GET", "HTTP_ORIGIN="};
    char *environment[VARIABLES + 1];
    struct request request;
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_true(read_variables(variables, environment, &request, &err));
    assert_true(request.has_origin);
    release(environment);
}

static void the_length_is_digits_and_nothing_else(void **state)
{
    static const struct {
        const char *length;
        enum error_kind kind; /* ERROR_NONE: it is accepted */
        uint64_t value;
    } rows[] = {
        {"CONTENT_LENGTH=0", ERROR_NONE, 0},
        {"CONTENT_LENGTH=007", ERROR_NONE, 7},
        {"CONTENT_LENGTH=2147483648", ERROR_NONE, 2147483648},
        {"CONTENT_LENGTH=9223372036854775807", ERROR_NONE, INT64_MAX},
        {"CONTENT_LENGTH=9223372036854775808", ERROR_HTTP_MALFORMED, 0},
        {"CONTENT_LENGTH=18446744073709551617", ERROR_HTTP_MALFORMED, 0},
        {"CONTENT_LENGTH=99999999999999999999999", ERROR_HTTP_MALFORMED, 0},
        {"CONTENT_LENGTH=+5", ERROR_HTTP_MALFORMED, 0},
        {"CONTENT_LENGTH=-5", ERROR_HTTP_MALFORMED, 0},
        {"CONTENT_LENGTH=0x10", ERROR_HTTP_MALFORMED, 0},
        {"CONTENT_LENGTH=3,3", ERROR_HTTP_MALFORMED, 0},
        {"CONTENT_LENGTH=3, 3", ERROR_HTTP_MALFORMED, 0},
        {"CONTENT_LENGTH= 3", ERROR_HTTP_MALFORMED, 0},
        {"CONTENT_LENGTH=3 ", ERROR_HTTP_MALFORMED, 0},
        {"CONTENT_LENGTH=3.0", ERROR_HTTP_MALFORMED, 0},
        {"CONTENT_LENGTH=\xd9\xa3", ERROR_HTTP_MALFORMED, 0},
        {"CONTENT_LENGTH=", ERROR_NONE, 0},
        {NULL, ERROR_NONE, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *const variables[VARIABLES] = {"REQUEST_METHOD=POST", QUERY, rows[i].length};
        char *environment[VARIABLES + 1];
        struct request request = {.length = 99};
        struct error err = ERROR_EMPTY;
        bool taken = read_variables(variables, environment, &request, &err);

        assert_int_equal(taken, rows[i].kind == ERROR_NONE);
        assert_int_equal(err.kind, rows[i].kind);
        assert_int_equal(request.length, taken ? rows[i].value : 99);
        if (taken)
            assert_int_equal(request.has_length,
                             rows[i].length != NULL &&
                                 strcmp(rows[i].length, "CONTENT_LENGTH=") != 0);
        release(environment);
    }
}

static void refused_with_its_status(void **state)
{
    static const struct {
        const char *variables[VARIABLES];
        enum error_kind kind;
    } rows[] = {
        {{QUERY}, ERROR_HTTP_MALFORMED},
        {{"REQUEST_METHOD="}, ERROR_HTTP_MALFORMED},
        {{"REQUEST_METHOD=PUT"}, ERROR_HTTP_METHOD},
        {{"REQUEST_METHOD=get"}, ERROR_HTTP_METHOD},
        {{"REQUEST_METHOD=GETS"}, ERROR_HTTP_METHOD},
        {{"REQUEST_METHOD=OPTIONS"}, ERROR_HTTP_METHOD},
        {{"REQUEST_METHOD=POST", "CONTENT_LENGTH=5", "HTTP_TRANSFER_ENCODING=chunked"},
         ERROR_HTTP_LENGTH},
        {{"REQUEST_METHOD=POST", "CONTENT_LENGTH=5", "HTTP_TRANSFER_ENCODING="}, ERROR_HTTP_LENGTH},
        {{"REQUEST_METHOD=GET", "HTTP_TRANSFER_ENCODING=chunked"}, ERROR_HTTP_LENGTH},
        {{"REQUEST_METHOD=GET", "REQUEST_METHOD=POST"}, ERROR_HTTP_MALFORMED},
        {{"REQUEST_METHOD=GET", QUERY, QUERY}, ERROR_HTTP_MALFORMED},
        {{"REQUEST_METHOD=GET", "HTTP_HOST=a", "HTTP_HOST=b"}, ERROR_HTTP_MALFORMED},
        {{"REQUEST_METHOD=GET", "HTTP_ORIGIN=", "HTTP_ORIGIN="}, ERROR_HTTP_MALFORMED},
        {{"REQUEST_METHOD=GET", "QUERY_STRING=ISP_IMAGE\n"}, ERROR_HTTP_MALFORMED},
        {{"REQUEST_METHOD=GET", "QUERY_STRING=\x7f"}, ERROR_HTTP_MALFORMED},
        {{"REQUEST_METHOD=GET", "HTTP_HOST=camera\tevil"}, ERROR_HTTP_MALFORMED},
        {{"REQUEST_METHOD=GET", "HTTP_REFERER=http://\xc3\xa4"}, ERROR_HTTP_MALFORMED},
        {{"REQUEST_METHOD=GET", "REMOTE_USER=a\rb"}, ERROR_HTTP_MALFORMED},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char *environment[VARIABLES + 1];
        struct request request;
        struct error err = ERROR_EMPTY;

        assert_false(read_variables(rows[i].variables, environment, &request, &err));
        assert_int_equal(err.kind, rows[i].kind);
        release(environment);
    }
}

/* Unused fields are not parsed: what else a browser sends cannot break an update. */
static void values_that_are_not_used_may_hold_anything(void **state)
{
    const char *const variables[VARIABLES] = {"REQUEST_METHOD=GET", "HTTP_COOKIE=\xc3\xa4\t",
                                              "HTTP_COOKIE=twice", "", "no equals sign"};
    char *environment[VARIABLES + 1];
    struct request request;
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_true(read_variables(variables, environment, &request, &err));
    release(environment);
}

static void every_known_variable_may_stand_there_once(void **state)
{
    static const char *const rows[][2] = {
        {"REQUEST_METHOD=GET", "method"},
        {"QUERY_STRING=X", "query"},
        {"CONTENT_TYPE=a/b", "Content-Type"},
        {"CONTENT_LENGTH=1", "Content-Length"},
        {"HTTP_TRANSFER_ENCODING=chunked", "Transfer-Encoding"},
        {"HTTP_REFERER=http://a/", "Referer"},
        {"HTTP_ORIGIN=http://a", "Origin"},
        {"HTTP_SEC_FETCH_SITE=none", "Sec-Fetch-Site"},
        {"HTTP_X_ISP_REQUEST=1", "X-ISP-Request"},
        {"HTTP_X_ISP_ACCOUNT=YTpi", "X-ISP-Account"},
        {"HTTP_X_ISP_TICKET=1-a", "X-ISP-Ticket"},
        {"HTTP_HOST=a", "Host"},
        {"AUTH_TYPE=Basic", "AUTH_TYPE"},
        {"REMOTE_USER=admin", "REMOTE_USER"},
        {"REMOTE_ADDR=192.0.2.7", "REMOTE_ADDR"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *const variables[VARIABLES] = {rows[i][0], "PATH=/bin", rows[i][0]};
        char *environment[VARIABLES + 1];
        struct request request;
        struct error err = ERROR_EMPTY;
        char text[ERROR_TEXT_SIZE];

        (void)snprintf(text, sizeof(text), "request: %s given twice", rows[i][1]);
        assert_false(read_variables(variables, environment, &request, &err));
        assert_string_equal(err.text, text);
        assert_int_equal(err.kind, ERROR_HTTP_MALFORMED);
        release(environment);
    }
}

static void values_past_their_limit_are_refused(void **state)
{
    static const struct {
        const char *name;
        size_t limit;
    } rows[] = {{"QUERY_STRING=", REQUEST_QUERY_LIMIT},
                {"HTTP_REFERER=", REQUEST_FIELD_LIMIT},
                {"CONTENT_TYPE=", REQUEST_FIELD_LIMIT}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        for (size_t extra = 0; extra < 2; extra++) {
            char text[REQUEST_FIELD_LIMIT + 64];
            const char *const variables[VARIABLES] = {"REQUEST_METHOD=GET", text};
            size_t name = strlen(rows[i].name);
            char *environment[VARIABLES + 1];
            struct request request;
            struct error err = ERROR_EMPTY;

            memcpy(text, rows[i].name, name);
            memset(text + name, 'x', rows[i].limit + extra);
            text[name + rows[i].limit + extra] = '\0';
            assert_int_equal(read_variables(variables, environment, &request, &err), extra == 0);
            assert_int_equal(err.kind, extra == 0 ? ERROR_NONE : ERROR_HTTP_LONG);
            release(environment);
        }
}

static void a_request_that_cannot_be_read_says_whether_bytes_may_follow(void **state)
{
    static const struct {
        const char *variables[VARIABLES];
        bool may;
    } rows[] = {
        {{"REQUEST_METHOD=GET", NULL}, false},
        {{"REQUEST_METHOD=HEAD", "CONTENT_LENGTH=", NULL}, false},
        {{"REQUEST_METHOD=GET", "CONTENT_LENGTH=0", NULL}, false},
        {{"REQUEST_METHOD=", NULL}, false},
        {{"PATH=/bin", NULL}, false},
        {{"REQUEST_METHOD=POST", NULL}, true},
        {{"REQUEST_METHOD=PUT", NULL}, true},
        {{"REQUEST_METHOD=GET", "HTTP_TRANSFER_ENCODING=chunked", NULL}, true},
        {{"REQUEST_METHOD=GET", "CONTENT_LENGTH=x", NULL}, true},
        {{"CONTENT_LENGTH=7", "REQUEST_METHOD=GET", NULL}, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char *environment[VARIABLES + 1];
        struct error err = ERROR_EMPTY;
        struct request request;

        (void)read_variables(rows[i].variables, environment, &request, &err);
        assert_int_equal(request_may_have_body(environment), rows[i].may);
        release(environment);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_is_handed_on_as_it_was_sent),
        cmocka_unit_test(head_is_read_like_get_and_what_is_absent_is_empty),
        cmocka_unit_test(a_get_may_have_a_body_and_a_length_that_is_none_is_nothing),
        cmocka_unit_test(a_user_counts_only_if_the_server_says_how_it_authenticated),
        cmocka_unit_test(an_empty_origin_is_there),
        cmocka_unit_test(the_length_is_digits_and_nothing_else),
        cmocka_unit_test(refused_with_its_status),
        cmocka_unit_test(values_that_are_not_used_may_hold_anything),
        cmocka_unit_test(every_known_variable_may_stand_there_once),
        cmocka_unit_test(values_past_their_limit_are_refused),
        cmocka_unit_test(a_request_that_cannot_be_read_says_whether_bytes_may_follow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
