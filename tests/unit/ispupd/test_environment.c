/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/environment.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct address server = {.host = "192.0.2.1", .port = 80};
static const struct address client = {.host = "192.0.2.7", .port = 4711};
static const struct environment_peers peers = {&server, &client};

struct fixture {
    struct head head;
    struct route route;
    struct environment part; /* the request's */
    struct environment environment;
};

static void begin(struct fixture *fixture, bool is_post)
{
    memset(fixture, 0, sizeof(*fixture));
    fixture->head.method = span_text(is_post ? "POST" : "GET");
    fixture->head.version = span_text("HTTP/1.1");
    fixture->route = (struct route){.name = "update", .query = span_text("USER=a&PWD=%26&X")};
    fixture->route.is_post = is_post;
    fixture->route.has_length = is_post;
    fixture->route.length = is_post ? 2503864 : 0;
}

static void add(struct fixture *fixture, const char *name, const char *value)
{
    head_add_field(&fixture->head, span_text(name), span_text(value));
}

static bool fill(struct fixture *fixture, struct error *err)
{
    return environment_fill(&fixture->part, &fixture->head, &fixture->route, &peers, err) &&
           environment_complete(&fixture->environment,
                                span_of(fixture->part.text, fixture->part.used),
                                span_text(fixture->route.name), "/etc/ispup.conf", err);
}

static bool has(const struct fixture *fixture, const char *variable)
{
    for (size_t i = 0; i < fixture->environment.count; i++)
        if (strcmp(fixture->environment.variables[i], variable) == 0)
            return true;
    return false;
}

static bool has_name(const struct fixture *fixture, const char *name)
{
    for (size_t i = 0; i < fixture->environment.count; i++)
        if (span_begins(span_text(fixture->environment.variables[i]), name))
            return true;
    return false;
}

static void a_get_has_the_variables_of_cgi_and_no_others(void **state)
{
    static struct fixture fixture;
    struct error err = ERROR_EMPTY;

    (void)state;
    begin(&fixture, false);
    add(&fixture, "Host", "camera:80");
    add(&fixture, "Content-Type", "x/y");
    assert_true(fill(&fixture, &err));
    assert_int_equal(fixture.environment.count, 12);
    assert_null(fixture.environment.variables[12]);
    assert_true(has(&fixture, "GATEWAY_INTERFACE=CGI/1.1"));
    assert_true(has(&fixture, "SERVER_SOFTWARE=ispupd"));
    assert_true(has(&fixture, "SERVER_NAME=192.0.2.1"));
    assert_true(has(&fixture, "SERVER_PORT=80"));
    assert_true(has(&fixture, "SERVER_PROTOCOL=HTTP/1.1"));
    assert_true(has(&fixture, "REMOTE_ADDR=192.0.2.7"));
    assert_true(has(&fixture, "REQUEST_METHOD=GET"));
    assert_true(has(&fixture, "SCRIPT_NAME=/cgi-bin/update"));
    assert_true(has(&fixture, "QUERY_STRING=USER=a&PWD=%26&X"));
    assert_true(has(&fixture, "ISPUP_CONFIG=/etc/ispup.conf"));
    assert_true(has(&fixture, "HTTP_HOST=camera:80"));
}

static void tls_is_told(void **state)
{
    static struct fixture fixture;
    struct error err = ERROR_EMPTY;

    (void)state;
    begin(&fixture, false);
    assert_true(fill(&fixture, &err));
    assert_false(has_name(&fixture, "HTTPS="));
    fixture.head.is_secure = true;
    assert_true(fill(&fixture, &err));
    assert_true(has(&fixture, "HTTPS=on"));
}

static void a_post_tells_length_and_type(void **state)
{
    static struct fixture fixture;
    struct error err = ERROR_EMPTY;

    (void)state;
    begin(&fixture, true);
    add(&fixture, "content-type", "multipart/form-data; boundary=x");
    add(&fixture, "Content-Length", "2503864");
    assert_true(fill(&fixture, &err));
    assert_true(has(&fixture, "CONTENT_LENGTH=2503864"));
    assert_true(has(&fixture, "CONTENT_TYPE=multipart/form-data; boundary=x"));
    assert_false(has_name(&fixture, "HTTP_CONTENT"));
}

static void a_post_without_a_length_tells_none(void **state)
{
    static struct fixture fixture;
    struct error err = ERROR_EMPTY;

    (void)state;
    begin(&fixture, true);
    fixture.route.has_length = false;
    fixture.route.length = 0;
    assert_true(fill(&fixture, &err));
    assert_false(has_name(&fixture, "CONTENT_LENGTH"));
}

static void what_a_client_sends_never_becomes_a_setting(void **state)
{
    static const char *const names[] = {
        "Proxy",      "PROXY",   "Authorization", "Connection",
        "Keep-Alive", "Foo_Bar", "A.b",           "Proxy-Authorization"};
    static struct fixture fixture;
    struct error err = ERROR_EMPTY;

    (void)state;
    begin(&fixture, false);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        add(&fixture, names[i], "evil");
    assert_true(fill(&fixture, &err));
    assert_false(has_name(&fixture, "HTTP_"));
}

static void fields_of_one_name_are_joined_in_order(void **state)
{
    static struct fixture fixture;
    struct error err = ERROR_EMPTY;

    (void)state;
    begin(&fixture, false);
    add(&fixture, "Accept", "a");
    add(&fixture, "Cookie", "c=1");
    add(&fixture, "ACCEPT", "");
    add(&fixture, "X-Last", "z");
    add(&fixture, "cookie", "d=2");
    add(&fixture, "accept", "b");
    assert_true(fill(&fixture, &err));
    assert_true(has(&fixture, "HTTP_ACCEPT=a, , b"));
    assert_true(has(&fixture, "HTTP_COOKIE=c=1; d=2"));
    assert_true(has(&fixture, "HTTP_X_LAST=z"));
}

/* Also a field without bytes, whose value may be a NULL pointer. */
static void an_empty_field_is_joined_too(void **state)
{
    static struct fixture fixture;
    struct error err = ERROR_EMPTY;

    (void)state;
    begin(&fixture, false);
    add(&fixture, "X-Note", "one");
    add(&fixture, "X-Note", NULL);
    add(&fixture, "X-Note", "three");
    assert_true(fill(&fixture, &err));
    assert_true(has(&fixture, "HTTP_X_NOTE=one, , three"));
}

static void the_greatest_head_fits(void **state)
{
    static struct fixture fixture;
    static char names[HEAD_FIELDS_LIMIT][4], value[HEAD_LIMIT];
    struct error err = ERROR_EMPTY;

    (void)state;
    begin(&fixture, true);
    memset(value, 'v', sizeof(value) - 1);
    for (size_t i = 0; i < HEAD_FIELDS_LIMIT; i++) {
        names[i][0] = 'a';
        names[i][1] = (char)('a' + i / 10);
        names[i][2] = (char)('a' + i % 10);
        head_add_field(&fixture.head, span_text(names[i]),
                       span_of(value, (HEAD_LIMIT - HEAD_FIELDS_LIMIT * 7) / HEAD_FIELDS_LIMIT));
    }
    assert_true(fill(&fixture, &err));
    begin(&fixture, true);
    for (size_t i = 0; i < HEAD_FIELDS_LIMIT; i++)
        head_add_field(&fixture.head, span_text("a"), span_of(value, 1000));
    assert_false(fill(&fixture, &err));
    assert_int_equal(err.kind, ERROR_HTTP_LONG);
}

static void what_no_request_makes_is_refused(void **state)
{
    static const struct {
        const char *text;
        size_t size;
    } rows[] = {
#define ROW(text) {text, sizeof(text) - 1}
        ROW("LD_PRELOAD=/x\0"),
        ROW("PATH=/x\0"),
        ROW("ISPUP_CONFIG=/x\0"),
        ROW("SCRIPT_NAME=/cgi-bin/update\0"),
        ROW("REMOTE_USER=admin\0"),
        ROW("AUTH_TYPE=Basic\0"),
        ROW("HTTP_PROXY=x\0"),
        ROW("HTTP_AUTHORIZATION=x\0"),
        ROW("HTTP_PROXY_AUTHORIZATION=x\0"),
        ROW("HTTP_CONTENT_LENGTH=1\0"),
        ROW("HTTP_=x\0"),
        ROW("HTTP_a=x\0"),
        ROW("HTTP_A B=x\0"),
        ROW("HTTP_A=\n\0"),
        ROW("HTTP_A\0"),
        ROW("HTTP_A=1\0HTTP_A=2\0"),
        ROW("HTTP_A=1"),
        ROW("\0"),
        ROW("=\0"),
        ROW("REQUEST_METHOD=PUT\0"),
        ROW("CONTENT_LENGTH=-1\0"),
        ROW("CONTENT_LENGTH=1\0CONTENT_LENGTH=1\0"),
        ROW("CONTENT_TYPE=\r\0"),
        ROW("REMOTE_ADDR=\0"),
        ROW("REMOTE_ADDR=a b\0"),
        ROW("SERVER_PROTOCOL=HTTP/2\0"),
        ROW("HTTPS=off\0"),
        ROW("QUERY_STRING=a b\0"),
        ROW("QUERY_STRING=\x80\0"),
#undef ROW
    };
    static struct environment environment;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct error err = ERROR_EMPTY;

        if (environment_complete(&environment, span_of(rows[i].text, rows[i].size),
                                 span_text("update"), "/c", &err))
            fail_msg("taken: %s", rows[i].text);
        assert_int_equal(err.kind, ERROR_USAGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_get_has_the_variables_of_cgi_and_no_others),
        cmocka_unit_test(tls_is_told),
        cmocka_unit_test(a_post_tells_length_and_type),
        cmocka_unit_test(a_post_without_a_length_tells_none),
        cmocka_unit_test(what_a_client_sends_never_becomes_a_setting),
        cmocka_unit_test(fields_of_one_name_are_joined_in_order),
        cmocka_unit_test(an_empty_field_is_joined_too),
        cmocka_unit_test(the_greatest_head_fits),
        cmocka_unit_test(what_no_request_makes_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
