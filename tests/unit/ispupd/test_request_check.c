/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/request_check.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { BODY_LIMIT = 1000 };

/* A head as lines, each ended by one LF; the first line is `METHOD TARGET VERSION`. */
static void read_head(struct head *head, const char *text)
{
    struct span rest = span_text(text), line, method, target, name;

    memset(head, 0, sizeof(*head));
    head->size = rest.size;
    (void)span_split(&rest, '\n', &line);
    (void)span_split(&line, ' ', &method);
    (void)span_split(&line, ' ', &target);
    head->method = method;
    head->version = line;
    head_set_target(head, target);
    while (span_split(&rest, '\n', &line)) {
        (void)span_split(&line, ':', &name);
        head_add_field(head, name, span_trim(line, ' '));
    }
}

static enum error_kind check(const char *text, struct route *route, struct error *err)
{
    struct head head;

    read_head(&head, text);
    return request_check(&head, BODY_LIMIT, route, err) ? ERROR_NONE : err->kind;
}

#define HOST " HTTP/1.1\nHost: h\n"
#define POST "POST /cgi-bin/update HTTP/1.1\nHost: h\n"

static void accepted_requests_find_their_way(void **state)
{
    static const struct {
        const char *text;
        enum route_kind kind;
        const char *name, *query;
        uint64_t length;
        bool is_post, is_head;
    } rows[] = {
        {"GET /cgi-bin/update?USER=a&PWD=%26b&X" HOST, ROUTE_PROGRAM, "update", "USER=a&PWD=%26b&X",
         0, false, false},
        {"GET /cgi-bin/system?a?b?c" HOST, ROUTE_PROGRAM, "system", "a?b?c", 0, false, false},
        {"GET /cgi-bin/my-own-2" HOST, ROUTE_PROGRAM, "my-own-2", "", 0, false, false},
        {"GET /cgi-bin/update HTTP/1.0\n", ROUTE_PROGRAM, "update", "", 0, false, false},
        {"GET / HTTP/1.0\n", ROUTE_PAGE, "index.html", "", 0, false, false},
        {"HEAD /a_B-1.css?x" HOST, ROUTE_PAGE, "a_B-1.css", "x", 0, false, true},
        {"GET /a..b HTTP/1.0\n", ROUTE_PAGE, "a..b", "", 0, false, false},
        {POST "Content-Length: 1000\n", ROUTE_PROGRAM, "update", "", 1000, true, false},
        {POST "content-length: 0\n", ROUTE_PROGRAM, "update", "", 0, true, false},
        {POST, ROUTE_PROGRAM, "update", "", 0, true, false},
        {POST "Content-Length: 0005\n", ROUTE_PROGRAM, "update", "", 5, true, false},
        {"GET / HTTP/1.1\nHost: h\nContent-Length: 0\n", ROUTE_PAGE, "index.html", "", 0, false,
         false},
        {"GET http://h/cgi-bin/update?X" HOST, ROUTE_PROGRAM, "update", "X", 0, false, false},
        {"GET HTTP://H:80/?X HTTP/1.1\nhost: h:80\n", ROUTE_PAGE, "index.html", "X", 0, false,
         false},
        {"GET / HTTP/1.0\nX-a: \t\x80\xff\nCookie: 1\nCookie: 2\n", ROUTE_PAGE, "index.html", "", 0,
         false, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct route route = {.length = 77};
        struct error err = ERROR_EMPTY;
        struct head head;

        read_head(&head, rows[i].text);
        assert_true(request_check(&head, BODY_LIMIT, &route, &err));
        assert_int_equal(route.kind, rows[i].kind);
        assert_string_equal(route.name, rows[i].name);
        assert_true(span_is(route.query, rows[i].query));
        assert_int_equal(route.length, rows[i].length);
        assert_int_equal(route.is_post, rows[i].is_post);
        assert_int_equal(route.has_length, head_find(&head, "Content-Length") != NULL);
        assert_int_equal(route.is_head, rows[i].is_head);
    }
}

static const struct {
    const char *text;
    enum error_kind kind;
} refused[] = {
    {"GET /cgi-bin/up%64ate" HOST, ERROR_HTTP_NOT_FOUND},
    {"GET /cgi-bin%2fupdate" HOST, ERROR_HTTP_NOT_FOUND},
    {"GET /cgi-bin/update%00" HOST, ERROR_HTTP_NOT_FOUND},
    {"GET //cgi-bin//update" HOST, ERROR_HTTP_NOT_FOUND},
    {"GET //cgi-bin/update" HOST, ERROR_HTTP_NOT_FOUND},
    {"GET /cgi-bin/cmd/update" HOST, ERROR_HTTP_NOT_FOUND},
    {"GET /cgi-bin/" HOST, ERROR_HTTP_NOT_FOUND},
    {"GET /cgi-bin" HOST, ERROR_NONE}, /* the path of a page, but there is no such page */
    {"GET /cgi-bin/update/" HOST, ERROR_HTTP_NOT_FOUND},
    {"GET /cgi-bin/Update" HOST, ERROR_HTTP_NOT_FOUND},
    {"GET /cgi-bin/up_date" HOST, ERROR_HTTP_NOT_FOUND},
    {"GET /cgi-bin/update.sh" HOST, ERROR_HTTP_NOT_FOUND},
    {"GET /cgi-bin/../update" HOST, ERROR_HTTP_NOT_FOUND},
    {"GET /.." HOST, ERROR_HTTP_NOT_FOUND},
    {"GET /.htaccess" HOST, ERROR_HTTP_NOT_FOUND},
    {"GET /a/b" HOST, ERROR_HTTP_NOT_FOUND},
    {"GET /a;b" HOST, ERROR_HTTP_NOT_FOUND},
    {"GET /a\\b" HOST, ERROR_HTTP_NOT_FOUND},
    {"GET /cgi-bin/a234567890123456789012345678901234567890123456789012345678901234" HOST,
     ERROR_HTTP_NOT_FOUND},
    {"PUT /cgi-bin/update" HOST, ERROR_HTTP_METHOD},
    {"get /cgi-bin/update" HOST, ERROR_HTTP_METHOD},
    {"OPTIONS /" HOST, ERROR_HTTP_METHOD},
    {"POST / HTTP/1.1\nHost: h\nContent-Length: 1\n", ERROR_HTTP_METHOD},
    {"OPTIONS *" HOST, ERROR_HTTP_MALFORMED},
    {"GET cgi-bin/update" HOST, ERROR_HTTP_MALFORMED},
    {"GET " HOST, ERROR_HTTP_MALFORMED},
    {"GET /a#b" HOST, ERROR_HTTP_MALFORMED},
    {"GET /cgi-bin/update?a\x01" HOST, ERROR_HTTP_MALFORMED},
    {"GET /cgi-bin/update?a\x80" HOST, ERROR_HTTP_MALFORMED},
    {"GET /cgi-bin/update?a\x7f" HOST, ERROR_HTTP_MALFORMED},
    {"GET http://other/cgi-bin/update" HOST, ERROR_HTTP_MALFORMED},
    {"GET http://hh/" HOST, ERROR_HTTP_MALFORMED},
    {"GET http://h" HOST, ERROR_HTTP_MALFORMED},
    {"GET https://h/" HOST, ERROR_HTTP_MALFORMED},
    {"GET http://user@h/" HOST, ERROR_HTTP_MALFORMED},
    {"GET http:/// HTTP/1.1\nHost:\n", ERROR_HTTP_MALFORMED},
    {"GET http://h/ HTTP/1.0\n", ERROR_HTTP_MALFORMED},
    {"GET / HTTP/1.1\n", ERROR_HTTP_MALFORMED},
    {"GET / HTTP/1.1\nHost: h\nHost: h\n", ERROR_HTTP_MALFORMED},
    {"GET / HTTP/1.1\nHost: h\nhOST: other\n", ERROR_HTTP_MALFORMED},
    {"GET / HTTP/1.0\nReferer: a\nReferer: b\n", ERROR_HTTP_MALFORMED},
    {"GET / HTTP/1.0\nOrigin: a\norigin: b\n", ERROR_HTTP_MALFORMED},
    {"GET / HTTP/1.0\nAuthorization: a\nAuthorization: a\n", ERROR_HTTP_MALFORMED},
    {"GET / HTTP/1.0\nContent-Type: a\nContent-Type: a\n", ERROR_HTTP_MALFORMED},
    {"GET / HTTP/1.0\nContent-Length: 0\nContent-Length: 0\n", ERROR_HTTP_MALFORMED},
    {"GET / HTTP/1.0\nContent-Length : 5\n", ERROR_HTTP_MALFORMED},
    {"GET / HTTP/1.0\n: 5\n", ERROR_HTTP_MALFORMED},
    {"GET / HTTP/1.0\nA b: 5\n", ERROR_HTTP_MALFORMED},
    {"GET / HTTP/1.0\nA: 5\r6\n", ERROR_HTTP_MALFORMED},
    {"GET / HTTP/1.0\nContent-Length: 5\n", ERROR_HTTP_MALFORMED},
    {POST "Transfer-Encoding: chunked\n", ERROR_HTTP_LENGTH},
    {POST "Transfer-Encoding: chunked\nTransfer-Encoding: gzip\n", ERROR_HTTP_MALFORMED},
    {POST "Transfer-Encoding: chunked\nContent-Length: 5\n", ERROR_HTTP_MALFORMED},
    {POST "Transfer-Encoding: identity\n", ERROR_HTTP_MALFORMED},
    {POST "Transfer-Encoding:\n", ERROR_HTTP_MALFORMED},
    {POST "Content-Length:\n", ERROR_HTTP_MALFORMED},
    {POST "Content-Length: +5\n", ERROR_HTTP_MALFORMED},
    {POST "Content-Length: -5\n", ERROR_HTTP_MALFORMED},
    {POST "Content-Length: 0x10\n", ERROR_HTTP_MALFORMED},
    {POST "Content-Length: 3,3\n", ERROR_HTTP_MALFORMED},
    {POST "Content-Length: 9223372036854775808\n", ERROR_HTTP_MALFORMED},
    {POST "Content-Length: 18446744073709551617\n", ERROR_HTTP_MALFORMED},
    {POST "Content-Length: 1001\n", ERROR_HTTP_LARGE},
    {POST "Content-Length: 2147483648\n", ERROR_HTTP_LARGE},
};

static void refused_before_a_program_starts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        struct route route = {.length = 77};
        struct error err = ERROR_EMPTY;
        enum error_kind kind = check(refused[i].text, &route, &err);

        if (kind != refused[i].kind)
            print_message("%s\n%s\n", refused[i].text, err.text);
        assert_int_equal(kind, refused[i].kind);
        if (kind != ERROR_NONE)
            assert_int_equal(route.length, 77);
    }
}

static void bytes_that_no_part_shows_are_refused(void **state)
{
    struct route route;
    struct error err = ERROR_EMPTY;
    struct head head;

    (void)state;
    read_head(&head, "GET / HTTP/1.0\n");
    assert_true(request_check(&head, 0, &route, &err));
    head.is_ambiguous = true;
    assert_false(request_check(&head, 0, &route, &err));
    assert_int_equal(err.kind, ERROR_HTTP_MALFORMED);
}

static void blanks_after_a_value_are_no_part_of_it(void **state)
{
    struct head head;

    (void)state;
    read_head(&head, "GET / HTTP/1.0\nA: b c \t \nB: \t\n");
    assert_true(span_is(head_find(&head, "A")->value, "b c"));
    assert_true(span_is(head_find(&head, "B")->value, ""));
}

static void limits_are_exact(void **state)
{
    struct route route;
    struct error err = ERROR_EMPTY;
    struct head head;
    char target[HEAD_TARGET_LIMIT + 2];

    (void)state;
    read_head(&head, "GET / HTTP/1.0\n");
    head.size = HEAD_LIMIT;
    for (size_t i = 0; i < HEAD_FIELDS_LIMIT; i++)
        head_add_field(&head, span_text("A"), SPAN_EMPTY);
    assert_true(request_check(&head, 0, &route, &err));
    head.size++;
    assert_false(request_check(&head, 0, &route, &err));
    assert_int_equal(err.kind, ERROR_HTTP_LONG);
    head.size--;
    head_add_field(&head, span_text("A"), SPAN_EMPTY);
    assert_false(request_check(&head, 0, &route, &err));
    assert_int_equal(err.kind, ERROR_HTTP_LONG);

    memset(target, 'a', sizeof(target));
    memcpy(target, "/?", 2);
    read_head(&head, "GET / HTTP/1.0\n");
    head_set_target(&head, span_of(target, HEAD_QUERY_LIMIT + 2));
    assert_true(request_check(&head, 0, &route, &err));
    head_set_target(&head, span_of(target, HEAD_QUERY_LIMIT + 3));
    assert_false(request_check(&head, 0, &route, &err));
    assert_int_equal(err.kind, ERROR_HTTP_LONG);
    memcpy(target, "/a", 2);
    head_set_target(&head, span_of(target, HEAD_TARGET_LIMIT + 1));
    assert_false(request_check(&head, 0, &route, &err));
    assert_int_equal(err.kind, ERROR_HTTP_LONG);
}

static void a_log_never_gets_what_a_query_may_hold(void **state)
{
    static const struct {
        const char *text, *path;
    } rows[] = {
        {"GET /cgi-bin/update?USER=a&PWD=b HTTP/1.1\n", "/cgi-bin/update"},
        {"GET /cgi-bin/update&USER=a&PWD=b HTTP/1.1\n", "/cgi-bin/update"},
        {"GET /cgi-bin/update%3fUSER=a HTTP/1.1\n", "/cgi-bin/update"},
        {"GET http://h/cgi-bin/update?USER=a HTTP/1.1\n", "http"},
        {"GET ?PWD=b HTTP/1.1\n", ""},
    };
    struct head head;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        read_head(&head, rows[i].text);
        assert_true(span_is(request_check_loggable_path(&head), rows[i].path));
    }
}

static void under_tls_a_whole_url_says_https(void **state)
{
    static const struct {
        const char *text;
        bool is_secure, is_taken;
    } rows[] = {
        {"GET https://h/cgi-bin/update" HOST, true, true},
        {"GET HTTPS://H/cgi-bin/update" HOST, true, true},
        {"GET https://h/cgi-bin/update" HOST, false, false},
        {"GET http://h/cgi-bin/update" HOST, true, false},
        {"GET https://h" HOST, true, false},
        {"GET https:" HOST, true, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct error err = ERROR_EMPTY;
        struct route route;
        struct head head;

        read_head(&head, rows[i].text);
        head.is_secure = rows[i].is_secure;
        assert_int_equal(request_check(&head, BODY_LIMIT, &route, &err), rows[i].is_taken);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted_requests_find_their_way),
        cmocka_unit_test(refused_before_a_program_starts),
        cmocka_unit_test(bytes_that_no_part_shows_are_refused),
        cmocka_unit_test(blanks_after_a_value_are_no_part_of_it),
        cmocka_unit_test(limits_are_exact),
        cmocka_unit_test(a_log_never_gets_what_a_query_may_hold),
        cmocka_unit_test(under_tls_a_whole_url_says_https),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
