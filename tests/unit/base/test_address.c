/* SPDX-License-Identifier: Apache-2.0 */
#include "base/address.h"

#include "base/fd.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void read_text(const char *text, struct address *address)
{
    struct sockaddr_storage made;
    struct error err = ERROR_EMPTY;
    socklen_t size;

    assert_true(address_parse(span_text(text), &made, &size, &err));
    address_read((const struct sockaddr *)&made, address);
}

static void an_address_reads_back_as_a_url(void **state)
{
    static const struct {
        const char *text, *url;
    } rows[] = {
        {"127.0.0.1:8080", "http://127.0.0.1:8080/"},
        {"0.0.0.0:0", "http://0.0.0.0:0/"},
        {"[::1]:65535", "http://[::1]:65535/"},
        {"[2001:DB8:0:0:0:0:0:1]:80", "http://[2001:db8::1]:80/"},
        {"[::ffff:192.0.2.1]:80", "http://192.0.2.1:80/"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct address address;
        char url[ADDRESS_URL_SIZE];

        read_text(rows[i].text, &address);
        address_url(&address, false, url);
        assert_string_equal(url, rows[i].url);
    }
}

static void what_is_no_address_and_port_is_refused(void **state)
{
    static const char *const rows[] = {
        "",
        "8080",
        ":8080",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:65536",
        "127.0.0.1:-1",
        "127.0.0.1: 80",
        "127.0.0.1:80 ",
        "127.1:80",
        "localhost:80",
        "::1:80",
        "[::1]",
        "[]:80",
        "[::1:80",
        "[127.0.0.1]:80",
        "*:80",
        "127.0.0.1:8080/",
        "0127.0.0.1:80",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct sockaddr_storage made;
        struct error err = ERROR_EMPTY;
        socklen_t size;

        if (address_parse(span_text(rows[i]), &made, &size, &err))
            print_message("taken: %s\n", rows[i]);
        assert_int_equal(err.kind, ERROR_CONFIGURATION);
    }
}

static void keys_tell_hosts_apart_as_limits_count_them(void **state)
{
    static const struct {
        const char *one, *other;
        bool is_same;
    } rows[] = {
        {"192.0.2.1:1", "192.0.2.1:2", true},
        {"192.0.2.1:1", "192.0.2.2:1", false},
        {"192.0.2.1:1", "[::ffff:192.0.2.1]:1", true},
        {"[2001:db8::1]:1", "[2001:db8::2]:1", true},
        {"[2001:db8:0:1::1]:1", "[2001:db8::1]:1", false},
        {"[::1]:1", "0.0.0.0:1", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct address one, other;

        read_text(rows[i].one, &one);
        read_text(rows[i].other, &other);
        assert_int_equal(address_same_key(&one, &other), rows[i].is_same);
    }
}

static void other_families_have_no_address(void **state)
{
    struct sockaddr other = {.sa_family = AF_UNIX};
    struct address address;

    (void)state;
    address_read(&other, &address);
    assert_string_equal(address.host, "unknown");
}

static void a_port_of_0_is_chosen_and_a_taken_one_is_told(void **state)
{
    CLEANUP(fd_close) int first = FD_NONE;
    struct address address, ignored;
    struct error err = ERROR_EMPTY;
    int second = FD_NONE;
    char text[ADDRESS_URL_SIZE], wanted[ERROR_TEXT_SIZE];

    (void)state;
    assert_true(address_listen("127.0.0.1:0", &first, &address, &err));
    assert_int_not_equal(address.port, 0);
    (void)snprintf(text, sizeof(text), "127.0.0.1:%u", (unsigned)address.port);
    assert_false(address_listen(text, &second, &ignored, &err));
    (void)snprintf(wanted, sizeof(wanted), "cannot listen on %s: Address already in use", text);
    assert_string_equal(err.text, wanted);
    assert_int_equal(second, FD_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_reads_back_as_a_url),
        cmocka_unit_test(what_is_no_address_and_port_is_refused),
        cmocka_unit_test(keys_tell_hosts_apart_as_limits_count_them),
        cmocka_unit_test(other_families_have_no_address),
        cmocka_unit_test(a_port_of_0_is_chosen_and_a_taken_one_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
