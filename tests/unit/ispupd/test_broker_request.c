/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/broker_request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct text {
    const char *bytes;
    size_t size;
};

#define TEXT(literal)                                                                              \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

static void what_is_asked_is_read_as_it_was_meant(void **state)
{
    static const struct {
        struct broker_request request;
        struct text name, variables;
    } rows[] = {
        {{.kind = BROKER_REQUEST_FIND}, TEXT("update"), TEXT("")},
        {{.kind = BROKER_REQUEST_START}, TEXT("my-own-2"), TEXT("A=1\0B=2\0")},
        {{.kind = BROKER_REQUEST_START}, TEXT("x"), TEXT("")},
        {{.kind = BROKER_REQUEST_HAS_ENDED, .number = UINT64_MAX}, TEXT(""), TEXT("")},
        {{.kind = BROKER_REQUEST_PAGE}, TEXT("a_B-1.css"), TEXT("")},
        {{.kind = BROKER_REQUEST_CERTIFICATE}, TEXT(""), TEXT("")},
    };
    static unsigned char record[BROKER_REQUEST_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct broker_request sent = rows[i].request, read;
        struct error err = ERROR_EMPTY;
        size_t size;

        sent.name = span_of(rows[i].name.bytes, rows[i].name.size);
        sent.variables = span_of(rows[i].variables.bytes, rows[i].variables.size);
        assert_true(broker_request_format(&sent, record, &size, &err));
        assert_true(broker_request_parse(span_of(record, size), &read, &err));
        assert_int_equal(read.kind, sent.kind);
        assert_int_equal(read.number, sent.number);
        assert_true(span_same(read.name, sent.name));
        assert_true(span_same(read.variables, sent.variables));
    }
}

static void what_no_server_sends_is_refused(void **state)
{
    static const struct text rows[] = {
        TEXT(""),
        TEXT("\0"),
        TEXT("X"),
        TEXT("f"),
        TEXT("F"),
        TEXT("F\0"),
        TEXT("F.."),
        TEXT("F../update"),
        TEXT("F/bin/sh"),
        TEXT("FUPDATE"),
        TEXT("Fa\0b"),
        TEXT("Fa b"),
        TEXT("S"),
        TEXT("Supdate"),
        TEXT("S\0A=1\0"),
        TEXT("S/a\0"),
        TEXT("E"),
        TEXT("E-1"),
        TEXT("E1x"),
        TEXT("E1\0"),
        TEXT("E 1"),
        TEXT("P"),
        TEXT("P."),
        TEXT("P..x"),
        TEXT("Pa/b"),
        TEXT("P/etc"),
        TEXT("Pa\0"),
        TEXT("P.hidden"),
        TEXT("Ca"),
        TEXT("C\0"),
        TEXT("E18446744073709551616"),
        TEXT("Faaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct error err = ERROR_EMPTY;
        struct broker_request request;

        if (broker_request_parse(span_of(rows[i].bytes, rows[i].size), &request, &err))
            fail_msg("taken: %s", rows[i].bytes);
    }
}

static void what_does_not_fit_is_not_sent(void **state)
{
    static const unsigned char text[BROKER_REQUEST_SIZE];
    static unsigned char record[BROKER_REQUEST_SIZE];
    struct broker_request request = {.kind = BROKER_REQUEST_START, .name = span_text("a")};
    struct error err = ERROR_EMPTY;
    size_t size;

    (void)state;
    request.variables = span_of(text, BROKER_REQUEST_SIZE - 3);
    assert_true(broker_request_format(&request, record, &size, &err));
    assert_int_equal(size, BROKER_REQUEST_SIZE);
    request.variables = span_of(text, BROKER_REQUEST_SIZE - 2);
    assert_false(broker_request_format(&request, record, &size, &err));
    assert_int_equal(err.kind, ERROR_HTTP_LONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_asked_is_read_as_it_was_meant),
        cmocka_unit_test(what_no_server_sends_is_refused),
        cmocka_unit_test(what_does_not_fit_is_not_sent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
