/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "form_reading.h"

#define TYPE FORM_READING_TYPE
#define DISPOSITION FORM_READING_DISPOSITION
#define FILE_HEAD DISPOSITION "; filename=\"f.bin\"\r\n\r\n"
#define SUBMIT "Content-Disposition: form-data; name=\"URL_FIRMWARE_SUBMIT\"\r\n\r\nApply\r\n"

/* A body built piece by piece: it is too long for a string in the source. */
struct draft {
    char *text;
    size_t size, capacity;
};

static struct draft draft_of(size_t capacity)
{
    return (struct draft){test_malloc(capacity), 0, capacity};
}

static void add(struct draft *draft, const char *text)
{
    assert_true(strlen(text) <= draft->capacity - draft->size);
    memcpy(draft->text + draft->size, text, strlen(text));
    draft->size += strlen(text);
}

static void fill(struct draft *draft, char byte, size_t count)
{
    assert_true(count <= draft->capacity - draft->size);
    memset(draft->text + draft->size, byte, count);
    draft->size += count;
}

/* Parses it in pieces of several sizes, and frees it. */
static void assert_draft(struct draft *draft, const char *refusal)
{
    static const size_t pieces[] = {0, 1, 7, 4096};
    struct form_outcome outcome;

    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        bool good = form_reading_cut(span_text(TYPE), span_of(draft->text, draft->size), 0,
                                     pieces[i], &outcome);

        assert_string_equal(outcome.err.text, refusal);
        assert_int_equal(good, refusal[0] == '\0');
    }
    test_free(draft->text);
}

static void a_hundred_thousand_parts_are_refused_at_the_limit(void **state)
{
    struct draft draft = draft_of(8 << 20);

    (void)state;
    for (size_t i = 0; i < 100000; i++)
        add(&draft, "--XyZ\r\n" SUBMIT);
    add(&draft, "--XyZ\r\n" FILE_HEAD "data\r\n--XyZ--\r\n");
    assert_draft(&draft, "form: more than 16 parts");
}

static void parts_are_counted_to_the_limit_on_both_sides_of_the_file(void **state)
{
    (void)state;
    for (size_t extra = 0; extra < 2; extra++) {
        struct draft draft = draft_of(8192);

        for (size_t i = 1; i < 8; i++)
            add(&draft, "--XyZ\r\n" SUBMIT);
        add(&draft, "--XyZ\r\n" FILE_HEAD "data\r\n");
        for (size_t i = 8; i < FORM_PARTS_LIMIT + extra; i++)
            add(&draft, "--XyZ\r\n" SUBMIT);
        add(&draft, "--XyZ--\r\n");
        assert_draft(&draft, extra == 0 ? "" : "form: more than 16 parts");
    }
}

static void a_fields_value_is_taken_to_its_limit(void **state)
{
    for (size_t extra = 0; extra < 2; extra++)
        for (size_t after = 0; after < 2; after++) {
            struct draft draft = draft_of(8192);

            if (after == 1)
                add(&draft, "--XyZ\r\n" FILE_HEAD "data\r\n");
            add(&draft, "--XyZ\r\nContent-Disposition: form-data; name=\"field\"\r\n\r\n");
            fill(&draft, '\r', FORM_VALUE_LIMIT + extra);
            if (after == 0)
                add(&draft, "\r\n--XyZ\r\n" FILE_HEAD "data");
            add(&draft, "\r\n--XyZ--\r\n");
            assert_draft(&draft, extra == 0 ? "" : "form: field field is longer than 1024 bytes");
        }
    (void)state;
}

static void a_parts_header_is_taken_to_its_limit(void **state)
{
    static const char head[] = FILE_HEAD;

    (void)state;
    for (size_t extra = 0; extra < 2; extra++) {
        struct draft draft = draft_of(16384);

        add(&draft, "--XyZ\r\nX: ");
        fill(&draft, 'x', FORM_HEAD_LIMIT - (sizeof(head) - 1) - 5 + extra);
        add(&draft, "\r\n" FILE_HEAD "data\r\n--XyZ--\r\n");
        assert_draft(&draft, extra == 0 ? "" : "form: a part's header is longer than 8192 bytes");
    }
}

static void a_file_name_is_taken_to_its_limit(void **state)
{
    static const struct {
        size_t size;
        const char *refusal;
    } rows[] = {{1024, ""},
                {1025, "form: filename is longer than 1024 bytes"},
                {65536, "form: a part's header is longer than 8192 bytes"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct draft draft = draft_of(1 << 17);

        add(&draft, "--XyZ\r\n" DISPOSITION "; filename=\"");
        fill(&draft, 'x', rows[i].size);
        add(&draft, "\"\r\n\r\ndata\r\n--XyZ--\r\n");
        assert_draft(&draft, rows[i].refusal);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hundred_thousand_parts_are_refused_at_the_limit),
        cmocka_unit_test(parts_are_counted_to_the_limit_on_both_sides_of_the_file),
        cmocka_unit_test(a_fields_value_is_taken_to_its_limit),
        cmocka_unit_test(a_parts_header_is_taken_to_its_limit),
        cmocka_unit_test(a_file_name_is_taken_to_its_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
