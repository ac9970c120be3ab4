/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/referer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define REST "/cgi-bin/update?USER=admin&PWD=123456&ISP_IMAGE"

struct row {
    const char *url, *host;
};

static void own_referer_gives_its_credentials_and_command(void **state)
{
    static const struct row rows[] = {
        {"http://172.16.3.14" REST, "172.16.3.14"},
        {"https://172.16.3.14" REST, "172.16.3.14"},
        {"http://172.16.3.14:80" REST, "172.16.3.14"},
        {"http://172.16.3.14" REST, "172.16.3.14:80"},
        {"https://172.16.3.14:443" REST, "172.16.3.14"},
        {"https://172.16.3.14" REST, "172.16.3.14:443"},
        {"http://172.16.3.14:8080" REST, "172.16.3.14:8080"},
        {"http://172.16.3.14:443" REST, "172.16.3.14:443"},
        {"HTTP://Camera-3.Example" REST, "camera-3.EXAMPLE"},
        {"http://front_door" REST, "front_door"},
        {"http://camera." REST, "camera."},
        {"http://[2001:DB8::1]" REST, "[2001:db8::1]"},
        {"http://[::1]:80" REST, "[::1]"},
        {"http://[::1]:8080" REST, "[::1]:8080"},
        {"http://[::ffff:172.16.3.14]" REST, "[::ffff:172.16.3.14]"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct query query = {.has_credentials = false};

        print_message("%s\n", rows[i].url);
        assert_true(referer_parse(span_text(rows[i].url), span_text(rows[i].host), &query));
        assert_true(query.has_credentials);
        assert_true(span_is(query.user, "admin"));
        assert_true(span_is(query.password, "123456"));
        assert_true(span_is(query.command, "ISP_IMAGE"));
    }
}

static const struct row foreign[] = {
    {"http://evil/", "camera"},
    {"http://camera.evil/", "camera"},
    {"http://cameras/", "camera"},
    {"http://amera/", "camera"},
    {"http://evil.camera/", "camera"},
    {"http://camera./", "camera"},
    {"http://camera/", "camera."},
    {"http://camera@evil/", "camera"},
    {"http://camera@evil/", "evil"},
    {"http://camera:80@evil/", "camera"},
    {"http://evil@camera/", "camera"},
    {"http://@camera/", "camera"},
    {"http://camera:8080/", "camera"},
    {"http://camera/", "camera:8080"},
    {"http://camera:81/", "camera:80"},
    {"https://camera:80/", "camera"},
    {"http://camera:443/", "camera"},
    {"https://camera/", "camera:80"},
    {"http://camera/", "camera:443"},
    {"http://camera:/", "camera"},
    {"http://camera/", "camera:"},
    {"http://camera:/", "camera:"},
    {"http://camera:080/", "camera"},
    {"http://camera:+80/", "camera"},
    {"http://camera:80:80/", "camera"},
    {"http://camera:000080/", "camera"},
    {"http://camera:65616/", "camera"},
    {"http://camera:8o/", "camera:8o"},
    {"http:///camera/", "camera"},
    {"http:/camera/", "camera"},
    {"http:camera/", "camera"},
    {"http:/\\camera/", "camera"},
    {"http:\\\\camera/", "camera"},
    {"http://camera\\@evil/", "camera"},
    {"http://camera\\@evil/", "camera\\@evil"},
    {"http://evil\\.camera/", "camera"},
    {"http://camera%2eevil/", "camera"},
    {"http://camera%00.evil/", "camera"},
    {"http://camera%00/", "camera%00"},
    {"http://camera .evil/", "camera"},
    {"http://camera\t/", "camera"},
    {"http://cam\tera/", "camera"},
    {"http://camera\n/", "camera"},
    {"http:// camera/", "camera"},
    {" http://camera/", "camera"},
    {"http://c\xd0\xb0mera/", "camera"},
    {"http://camera,evil/", "camera"},
    {"http://camera;evil/", "camera"},
    {"http://[camera]/", "camera"},
    {"http://camera/", "[camera]"},
    {"http://[::1/", "[::1"},
    {"http://[::1]evil/", "[::1]"},
    {"http://[::1]evil/", "[::1]evil"},
    {"http://[::1]@evil/", "[::1]"},
    {"http://[::1%25eth0]/", "[::1%25eth0]"},
    {"http://[]/", "[]"},
    {"http://::1/", "::1"},
    {"http://[0:0:0:0:0:0:0:1]/", "[::1]"},
    {"http://camera/", ""},
    {"http:///", ""},
    {"http://", ""},
    {"", ""},
    {"", "camera"},
    {"null", "camera"},
    {"null", "null"},
    {"camera", "camera"},
    {"//camera/", "camera"},
    {"/cgi-bin/update", "camera"},
    {"ftp://camera/", "camera"},
    {"httpx://camera/", "camera"},
    {"file://camera/", "camera"},
    {"javascript://camera/", "camera"},
    {"view-source:http://camera/", "camera"},
    {"http://camera/", "camera/"},
    {"http://camera/", "evil, camera"},
    {"http://camera/", "evil@camera"},
    {"http://camera?@evil/", "camera?@evil"},
};

static void other_hosts_are_foreign(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(foreign); i++) {
        print_message("%s by %s\n", foreign[i].url, foreign[i].host);
        assert_false(referer_is_own(span_text(foreign[i].url), span_text(foreign[i].host)));
    }
}

static void own_pages_are_own_with_any_path(void **state)
{
    static const char *const urls[] = {
        "http://camera",  "http://camera/",     "http://camera/x?y#z", "http://camera?",
        "http://camera#", "https://CAMERA:443", "http://camera:80/a@b"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(urls); i++)
        assert_true(referer_is_own(span_text(urls[i]), span_text("camera")));
}

static void other_pages_and_queries_carry_no_credentials(void **state)
{
    static const char *const urls[] = {
        "http://camera",
        "http://camera/cgi-bin/update",
        "http://camera/cgi-bin/update?",
        "http://camera/cgi-bin/update?ISP_IMAGE",
        "http://camera/cgi-bin/update?USER=admin&PWD=123456",
        "http://camera/cgi-bin/update?USER=admin&PWD=&ISP_IMAGE",
        "http://camera/cgi-bin/update?USER=&PWD=123456&ISP_IMAGE",
        "http://camera/cgi-bin/update?USER=admin&USER=x&PWD=123456&ISP_IMAGE",
        "http://camera/cgi-bin/update?USER=x&USER=admin&PWD=123456&ISP_IMAGE",
        "http://camera/cgi-bin/update?USER=admin&PWD=123456&USER=x&PWD=y&ISP_IMAGE",
        "http://camera/cgi-bin/update#?USER=admin&PWD=123456&ISP_IMAGE",
        "http://camera/cgi-bin/update?ISP_IMAGE#USER=admin&PWD=123456&ISP_IMAGE",
        "http://camera/cgi-bin/update?USER=admin&PWD=123456&ISP_IMAGE#",
        "http://camera/cgi-bin/update?USER=admin&PWD=123456&ISP_IMAGE&FIRMWARE",
        "http://camera/cgi-bin/update?USER=admin&PWD=123456&ISP_IMAGE/",
        "http://camera#/cgi-bin/update?USER=admin&PWD=123456&ISP_IMAGE",
        "http://camera?/cgi-bin/update?USER=admin&PWD=123456&ISP_IMAGE",
        "http://camera//cgi-bin/update?USER=admin&PWD=123456&ISP_IMAGE",
        "http://camera/cgi-bin//update?USER=admin&PWD=123456&ISP_IMAGE",
        "http://camera/cgi-bin/../cgi-bin/update?USER=admin&PWD=123456&ISP_IMAGE",
        "http://camera/cgi-bin/cmd/update?USER=admin&PWD=123456&ISP_IMAGE",
        "http://camera/cgi-bin/update/?USER=admin&PWD=123456&ISP_IMAGE",
        "http://camera/cgi-bin/system?USER=admin&PWD=123456&ISP_IMAGE",
        "http://camera/CGI-BIN/update?USER=admin&PWD=123456&ISP_IMAGE",
        "http://camera/cgi-bin\\update?USER=admin&PWD=123456&ISP_IMAGE",
        "http://camera/cgi-bin/updat%65?USER=admin&PWD=123456&ISP_IMAGE",
        "http://evil/?http://camera/cgi-bin/update?USER=admin&PWD=123456&ISP_IMAGE",
        "http://evil/cgi-bin/update?USER=admin&PWD=123456&ISP_IMAGE",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(urls); i++) {
        struct query query = {.command = span_text("as it was")};

        print_message("%s\n", urls[i]);
        assert_false(referer_parse(span_text(urls[i]), span_text("camera"), &query));
        assert_true(span_is(query.command, "as it was"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_referer_gives_its_credentials_and_command),
        cmocka_unit_test(other_hosts_are_foreign),
        cmocka_unit_test(own_pages_are_own_with_any_path),
        cmocka_unit_test(other_pages_and_queries_carry_no_credentials),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
