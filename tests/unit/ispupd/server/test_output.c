/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/server/output.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static bool parse(const char *text, struct output_reply *reply, struct error *err)
{
    static unsigned char copy[4096];
    struct output output = {copy, strlen(text), sizeof(copy), false};

    memcpy(copy, text, output.size);
    return output_parse(&output, reply, err);
}

static void a_reply_keeps_its_fields_spelled_and_ordered(void **state)
{
    struct output_reply reply;
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_true(parse("Content-type: text/plain\r\nStatus: 404 Not Here\r\n"
                      "Content-Length: 3\r\nX-other:  a b \r\nCache-Control: no-store\r\n\r\nOK\n",
                      &reply, &err));
    assert_int_equal(reply.status, 404);
    assert_true(span_is(reply.reason, "Not Here"));
    assert_int_equal(reply.field_count, 4);
    assert_true(span_is(reply.fields[0].name, "Content-type"));
    assert_true(span_is(reply.fields[1].name, "Content-Length"));
    assert_true(span_is(reply.fields[2].name, "X-other"));
    assert_true(span_is(reply.fields[2].value, "a b"));
    assert_true(reply.has_length);
    assert_true(reply.has_cache_control);
    assert_true(span_is(reply.body, "OK\n"));
}

static void accepted_forms(void **state)
{
    static const struct {
        const char *text;
        unsigned status;
        const char *body;
    } rows[] = {
        {"Content-type: a\n\nb", 200, "b"},
        {"Content-type: a\r\n\nb", 200, "b"},
        {"content-TYPE:a\n\n\n", 200, "\n"},
        {"Content-type: a\nContent-Length: 0\n\n", 200, ""},
        {"Status: 204\n\n", 204, ""},
        {"\n", 200, ""},
        {"Content-type: a\nContent-Length: 00002\n\nbc", 200, "bc"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct output_reply reply;
        struct error err = ERROR_EMPTY;

        assert_true(parse(rows[i].text, &reply, &err));
        assert_int_equal(reply.status, rows[i].status);
        assert_true(span_is(reply.body, rows[i].body));
    }
}

static void malformed_output_never_becomes_a_reply(void **state)
{
    static const char *const rows[] = {
        "",
        "OK",
        "OK\n",
        "Content-type: text/plain",
        "Content-type: text/plain\n",
        "Content-type: text/plain\r\n",
        "HTTP/1.0 200 OK\nContent-type: a\n\nb",
        "no colon\n\n",
        ": a\n\n",
        "A b: c\n\n",
        "A : c\n\n",
        " A: c\n\n",
        "A: c\n folded\n\n",
        "A: \x01\n\n",
        "A: a\rb\n\n",
        "A: \x80\n\n",
        "\nb",
        "Status: 200\n\nb",
        "Content-type:\n\nb",
        "Content-type: a\nContent-type: a\n\nb",
        "Content-type: a\nContent-Length: 2\n\nb",
        "Content-type: a\nContent-Length: 0\n\nb",
        "Content-type: a\nContent-Length: +1\n\nb",
        "Content-type: a\nContent-Length: 1\nContent-Length: 1\n\nb",
        "Content-type: a\nContent-Length: 18446744073709551617\n\nb",
        "Status: 199\n\n",
        "Status: 600\n\n",
        "Status: 0200\n\n",
        "Status: 20\n\n",
        "Status: OK\n\n",
        "Status: 200\nStatus: 200\n\n",
        "Status:\n\n",
        "Connection: close\n\n",
        "transfer-encoding: chunked\n\n",
        "Date: now\n\n",
        "A:\nA:\nA:\nA:\nA:\nA:\nA:\nA:\nA:\nA:\nA:\nA:\nA:\nA:\nA:\nA:\nA:\n\n",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct output_reply reply = {.status = 77};
        struct error err = ERROR_EMPTY;

        if (parse(rows[i], &reply, &err))
            print_message("taken: %s\n", rows[i]);
        assert_int_equal(err.kind, ERROR_INTERNAL);
        assert_int_equal(reply.status, 77);
    }
}

static void collected_to_the_end_and_no_further_than_the_limit(void **state)
{
    static const size_t sizes[] = {0, 1, 4095, 4096, 4097, OUTPUT_LIMIT, OUTPUT_LIMIT + 1};
    static char bytes[OUTPUT_LIMIT + 1];

    (void)state;
    memset(bytes, 'a', sizeof(bytes));
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        struct output output = {.data = NULL};
        struct error err = ERROR_EMPTY;
        bool has_ended = false;
        int ends[2];

        assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
        assert_true(fcntl(ends[1], F_SETPIPE_SZ, 2 * OUTPUT_LIMIT) > OUTPUT_LIMIT);
        assert_int_equal(write(ends[1], bytes, sizes[i]), sizes[i]);
        assert_true(output_take(&output, ends[0], &has_ended, &err));
        assert_false(has_ended);
        assert_int_equal(close(ends[1]), 0);
        assert_true(output_take(&output, ends[0], &has_ended, &err));
        assert_true(has_ended);
        assert_int_equal(output.size, sizes[i] > OUTPUT_LIMIT ? OUTPUT_LIMIT : sizes[i]);
        assert_int_equal(output.is_too_long, sizes[i] > OUTPUT_LIMIT);
        assert_int_equal(close(ends[0]), 0);
        output_release(&output);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reply_keeps_its_fields_spelled_and_ordered),
        cmocka_unit_test(accepted_forms),
        cmocka_unit_test(malformed_output_never_becomes_a_reply),
        cmocka_unit_test(collected_to_the_end_and_no_further_than_the_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
