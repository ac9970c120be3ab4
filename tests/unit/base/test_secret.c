/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fd.h"
#include "scratch.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { LONGEST = SECRET_TEXT_SIZE - 1 };

static void equal_means_every_byte_and_the_size(void **state)
{
    static const struct {
        const char *one;
        size_t one_size;
        const char *other;
        size_t other_size;
        bool equal;
    } rows[] = {
        {"secret", 6, "secret", 6, true},
        {"", 0, "", 0, true},
        {NULL, 0, "", 0, true},
        {"secret", 6, "secreT", 6, false},
        {"secret", 6, "Secret", 6, false},
        {"secret", 6, "secret1", 7, false},
        {"secret", 6, "secre", 5, false},
        {"secret", 6, "", 0, false},
        {"secret", 6, NULL, 0, false},
        {"secret", 6, "s", 1, false},
        {"a\0b", 3, "a\0c", 3, false},
        {"a\0b", 3, "a\0b", 3, true},
        {"a\0", 2, "a", 1, false},
        {"\x01\x02", 2, "\x02\x01", 2, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct span one = span_of(rows[i].one, rows[i].one_size);
        struct span other = span_of(rows[i].other, rows[i].other_size);

        assert_int_equal(secret_equal(one, other), rows[i].equal);
        assert_int_equal(secret_equal(other, one), rows[i].equal);
    }
}

/* Every bit of every byte is compared, not only the last byte. */
static void one_bit_anywhere_makes_them_different(void **state)
{
    unsigned char one[32], other[32];

    (void)state;
    memset(one, 0xa5, sizeof(one));
    for (size_t bit = 0; bit < 8 * sizeof(one); bit++) {
        memcpy(other, one, sizeof(one));
        other[bit / 8] = (unsigned char)(other[bit / 8] ^ 1 << bit % 8);
        assert_false(secret_equal(span_of(one, sizeof(one)), span_of(other, sizeof(other))));
    }
}

static void nothing_is_left_after_wiping(void **state)
{
    static const struct secret empty = {.text = ""};
    struct secret secret;

    (void)state;
    memset(&secret, 'x', sizeof(secret));
    secret_wipe(&secret);
    assert_memory_equal(&secret, &empty, sizeof(secret));
}

/* Reads a secret from a file with these bytes; `at` is the file's position afterwards. */
static bool read_from(struct span bytes, struct secret *secret, off_t *at, struct error *err)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    CLEANUP(fd_close) int fd = FD_NONE;
    bool read;

    scratch_make(&scratch);
    scratch_write(&scratch, "password", bytes);
    fd = open(scratch_path(&scratch, "password"), O_RDONLY | O_CLOEXEC);
    assert_true(fd != FD_NONE);
    read = secret_read(fd, secret, err);
    *at = lseek(fd, 0, SEEK_CUR);
    return read;
}

static void the_first_line_is_read_and_nothing_after_it(void **state)
{
    static const struct {
        const char *bytes, *text;
        off_t at;
    } rows[] = {
        {"secret\n", "secret", 7},
        {"secret", "secret", 6},
        {"secret\nother\n", "secret", 7},
        {" sec ret \n", " sec ret ", 10},
        {"s\n\n", "s", 2},
        {"secret\r\n", "secret", 8},
        {"\xef\xbb\xbfsecret\r\nother\r\n", "secret", 11},
        {"secret\r", "secret", 7},
        {"sec\rret\r\r\n", "sec\rret\r", 10},
        {"\xef\xbb\xbf\xef\xbb\xbfs", "\xef\xbb\xbfs", 7},
        {"secret\xef\xbb\xbf\n", "secret\xef\xbb\xbf", 10},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct secret secret;
        struct error err = ERROR_EMPTY;
        off_t at;

        memset(&secret, 'x', sizeof(secret));
        assert_true(read_from(span_text(rows[i].bytes), &secret, &at, &err));
        assert_string_equal(secret.text, rows[i].text);
        assert_int_equal(at, rows[i].at);
    }
}

static void no_password_and_one_too_long_are_refused(void **state)
{
    char longest[LONGEST + 2];
    struct secret secret;
    struct error err = ERROR_EMPTY;
    off_t at;

    (void)state;
    memset(longest, 'p', sizeof(longest));
    longest[LONGEST] = '\n';
    assert_true(read_from(span_of(longest, LONGEST + 1), &secret, &at, &err));
    assert_int_equal(strlen(secret.text), LONGEST);
    assert_true(read_from(span_of(longest, LONGEST), &secret, &at, &err));
    longest[LONGEST] = 'p';
    assert_false(read_from(span_of(longest, LONGEST + 1), &secret, &at, &err));
    assert_string_equal(err.text, "password: longer than 511 bytes");
    assert_int_equal(err.kind, ERROR_USAGE);
    assert_false(read_from(span_text("\nsecret\n"), &secret, &at, &err));
    assert_string_equal(err.text, "password: none given");
    assert_false(read_from(span_text("\r\nsecret\r\n"), &secret, &at, &err));
    assert_string_equal(err.text, "password: none given");
    assert_false(read_from(span_text("\xef\xbb\xbf\r\n"), &secret, &at, &err));
    assert_string_equal(err.text, "password: none given");
    assert_false(read_from(SPAN_EMPTY, &secret, &at, &err));
    assert_string_equal(err.text, "password: none given");
    assert_false(secret_read(FD_NONE, &secret, &err));
    assert_string_equal(err.text, "password: reading: Bad file descriptor");
}

static void random_bytes_fill_all_of_it_and_no_more(void **state)
{
    unsigned char one[34], other[34];
    struct error err = ERROR_EMPTY;

    (void)state;
    memset(one, 0, sizeof(one));
    memset(other, 0, sizeof(other));
    assert_true(secret_random(one, 33, &err) && secret_random_at_once(other, 33, &err));
    assert_memory_not_equal(one, other, 16);
    assert_memory_not_equal(one + 17, other + 17, 16);
    assert_int_equal(one[33], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_means_every_byte_and_the_size),
        cmocka_unit_test(one_bit_anywhere_makes_them_different),
        cmocka_unit_test(nothing_is_left_after_wiping),
        cmocka_unit_test(the_first_line_is_read_and_nothing_after_it),
        cmocka_unit_test(no_password_and_one_too_long_are_refused),
        cmocka_unit_test(random_bytes_fill_all_of_it_and_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
