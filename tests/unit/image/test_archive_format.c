/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "image/archive.h"

#include "base/span.h"

/* The bytes at each offset, all others zero: POSIX.1-1988, ustar. */
static const struct {
    size_t at;
    const char *text;
} fields[] = {
    {0, "ISP-Image.desc"}, {100, "0000644"},     {108, "0000000"}, {116, "0000000"},
    {124, "00000001750"},  {136, "00000000000"}, {156, "0"},       {257, "ustar"},
    {263, "00"},           {329, "0000000"},     {337, "0000000"},
};

static void writes_every_field_in_its_place(void **state)
{
    unsigned char block[ARCHIVE_BLOCK], expected[ARCHIVE_BLOCK] = {0};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        memcpy(expected + fields[i].at, fields[i].text, strlen(fields[i].text));
    archive_format_head("ISP-Image.desc", 1000, block);
    memcpy(expected + 148, block + 148, 8);
    assert_memory_equal(block, expected, sizeof(block));
}

static void sums_all_bytes_with_blanks_for_the_sum(void **state)
{
    unsigned char block[ARCHIVE_BLOCK];
    unsigned sum = 0, told = 0;

    (void)state;
    archive_format_head("a", ARCHIVE_SIZE_LIMIT, block);
    for (size_t i = 0; i < sizeof(block); i++)
        sum += i >= 148 && i < 156 ? ' ' : block[i];
    for (size_t i = 148; i < 154; i++)
        told = told * 8 + (unsigned)(block[i] - '0');
    assert_int_equal(told, sum);
    assert_int_equal(block[154], '\0');
    assert_int_equal(block[155], ' ');
}

static void takes_the_longest_name_and_the_greatest_size(void **state)
{
    unsigned char block[ARCHIVE_BLOCK];
    char name[ARCHIVE_NAME_SIZE + 1];

    (void)state;
    memset(name, 'n', ARCHIVE_NAME_SIZE);
    name[ARCHIVE_NAME_SIZE] = '\0';
    archive_format_head(name, ARCHIVE_SIZE_LIMIT, block);
    assert_memory_equal(block, name, ARCHIVE_NAME_SIZE);
    assert_memory_equal(block + 100, "0000644", 8);
    assert_memory_equal(block + 124, "77777777777", 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_every_field_in_its_place),
        cmocka_unit_test(sums_all_bytes_with_blanks_for_the_sum),
        cmocka_unit_test(takes_the_longest_name_and_the_greatest_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
