/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "image/gzip.h"
#include "image/gzip_head.h"
#include "image/inflater.h"

#define BEGIN(flags) "\x1f\x8b\x08" flags "\x78\x56\x34\x12\x02\x03"
#define WITH_SIZE(text) (text), sizeof(text) - 1

/* Parses the head in pieces of `piece` bytes; `left` bytes must remain after it. */
static bool takes(struct span bytes, size_t piece, size_t left, struct error *err)
{
    struct gzip_head head = {.part = GZIP_HEAD_FIXED};
    bool done = false;

    while (!done && bytes.size > 0) {
        struct span part = span_first(bytes, piece);
        size_t given = part.size;

        if (!gzip_head_take(&head, &part, &done, err))
            return false;
        assert_true(done || part.size == 0);
        bytes = span_from(bytes, given - part.size);
    }
    return done && bytes.size == left;
}

static const struct {
    const char *text;
    size_t size;
} good[] = {
    {WITH_SIZE(BEGIN("\x00"))},
    {WITH_SIZE(BEGIN("\x01"))},
    {WITH_SIZE(BEGIN("\x04") "\x00\x00")},
    {WITH_SIZE(BEGIN("\x04") "\x05\x00"
                             "extra")},
    {WITH_SIZE(BEGIN("\x08") "name.tar\x00")},
    {WITH_SIZE(BEGIN("\x08") "\x00")},
    {WITH_SIZE(BEGIN("\x10") "a comment\nof two lines\x00")},
    {WITH_SIZE(BEGIN("\x1c") "\x01\x00"
                             "x"
                             "name\x00"
                             "comment\x00")},
};

static void takes_every_optional_field_however_it_is_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++)
        for (size_t piece = 1; piece <= good[i].size; piece++) {
            struct error err = ERROR_EMPTY;

            assert_true(takes(span_of(good[i].text, good[i].size), piece, 0, &err));
        }
}

static void leaves_the_bytes_after_it(void **state)
{
    struct error err = ERROR_EMPTY;
    char bytes[128];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        memcpy(bytes, good[i].text, good[i].size);
        memset(bytes + good[i].size, 0x55, 7);
        for (size_t piece = 1; piece <= good[i].size + 7; piece++)
            assert_true(takes(span_of(bytes, good[i].size + 7), piece, 7, &err));
    }
}

static void is_not_done_before_its_last_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++)
        for (size_t size = 0; size < good[i].size; size++) {
            struct error err = ERROR_EMPTY;

            assert_false(takes(span_of(good[i].text, size), 3, 0, &err));
            assert_int_equal(err.kind, ERROR_NONE);
        }
}

static void checks_its_own_crc_if_there_is_one(void **state)
{
    unsigned char bytes[] = BEGIN("\x0a") "name\x00"
                                          "cc";
    size_t size = sizeof(bytes) - 1;
    uint32_t crc = inflater_crc(0, span_of(bytes, size - 2));

    (void)state;
    bytes[size - 2] = (unsigned char)crc;
    bytes[size - 1] = (unsigned char)(crc >> 8);
    for (size_t piece = 1; piece <= size; piece++) {
        struct error err = ERROR_EMPTY;

        assert_true(takes(span_of(bytes, size), piece, 0, &err));
    }
    for (size_t bit = 0; bit < 8 * size; bit++) {
        struct error err = ERROR_EMPTY;

        bytes[bit / 8] = (unsigned char)(bytes[bit / 8] ^ 1 << bit % 8);
        assert_false(takes(span_of(bytes, size), size, 0, &err));
        if (bit >= 8 * (size - 2))
            assert_string_equal(err.text, "gzip: damaged: the CRC of its head is wrong");
        bytes[bit / 8] = (unsigned char)(bytes[bit / 8] ^ 1 << bit % 8);
    }
}

static const struct {
    const char *text;
    size_t size;
    const char *error;
} bad[] = {
    {WITH_SIZE("PK\x03\x04"), "gzip: this is not a gzip file"},
    {WITH_SIZE("\x1f"
               "x"),
     "gzip: this is not a gzip file"},
    {WITH_SIZE("\x1f\x9d\x90"), "gzip: this is not a gzip file"},
    {WITH_SIZE("\x00"), "gzip: this is not a gzip file"},
    {WITH_SIZE("\x1f\x8b\x07\x00"), "gzip: compressed by method 7, not deflate"},
    {WITH_SIZE("\x1f\x8b\x08\x20"), "gzip: reserved flags are set: 0x20"},
    {WITH_SIZE("\x1f\x8b\x08\x40"), "gzip: reserved flags are set: 0x40"},
    {WITH_SIZE("\x1f\x8b\x08\x9f"), "gzip: reserved flags are set: 0x9f"},
};

static void refuses_what_the_standard_does_not_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        for (size_t piece = 1; piece <= bad[i].size; piece++) {
            struct error err = ERROR_EMPTY;

            assert_false(takes(span_of(bad[i].text, bad[i].size), piece, 0, &err));
            assert_int_equal(err.kind, ERROR_IMAGE);
            assert_string_equal(err.text, bad[i].error);
        }
}

static void refuses_a_head_past_its_limit(void **state)
{
    static unsigned char bytes[GZIP_HEAD_LIMIT + 1];
    struct error err = ERROR_EMPTY;

    (void)state;
    memset(bytes, 'c', sizeof(bytes));
    memcpy(bytes, BEGIN("\x10"), 10);
    bytes[GZIP_HEAD_LIMIT - 1] = '\0';
    assert_true(takes(span_of(bytes, GZIP_HEAD_LIMIT), 1000, 0, &err));
    bytes[GZIP_HEAD_LIMIT - 1] = 'c';
    bytes[GZIP_HEAD_LIMIT] = '\0';
    assert_false(takes(span_of(bytes, sizeof(bytes)), 1000, 0, &err));
    assert_string_equal(err.text, "gzip: head is larger than 65536 bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_every_optional_field_however_it_is_cut),
        cmocka_unit_test(leaves_the_bytes_after_it),
        cmocka_unit_test(is_not_done_before_its_last_byte),
        cmocka_unit_test(checks_its_own_crc_if_there_is_one),
        cmocka_unit_test(refuses_what_the_standard_does_not_say),
        cmocka_unit_test(refuses_a_head_past_its_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
