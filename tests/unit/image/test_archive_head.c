/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "image/archive_head.h"

#include "packing.h"

#define NAME "ISP-Image.desc"

/* A valid head for NAME, changed: `text` is at `at`, and the checksum is right. */
static void make_head(struct packing *head, size_t at, struct span text)
{
    packing_add_member(head, NAME, SPAN_EMPTY);
    assert_true(at + text.size <= ARCHIVE_BLOCK);
    if (text.size > 0)
        memcpy(head->data + at, text.data, text.size);
    packing_sum_head(head, 0);
}

static bool parses(const struct packing *head, struct archive_member *member, struct error *err)
{
    *member = (struct archive_member){.name = "kept", .size = 77};
    return archive_head_parse(head->data, member, err);
}

static void takes_what_the_packer_writes(void **state)
{
    CLEANUP(packing_free) struct packing head = {NULL, 0};
    struct error err = ERROR_EMPTY;
    struct archive_member member;

    (void)state;
    packing_add_member(&head, "a-component.bin", span_text("12345"));
    assert_true(parses(&head, &member, &err));
    assert_string_equal(member.name, "a-component.bin");
    assert_int_equal(member.size, 5);
}

#define AT(at, text) (at), (text), sizeof(text) - 1

/* Changes to a valid head that leave it valid. */
static const struct {
    size_t at;
    const char *text;
    size_t size;
} harmless[] = {
    {AT(0, NAME)},
    {AT(100, "0004755\0")},                  /* set-user-ID: modes are ignored */
    {AT(100, "100644 \0")},                  /* mode with file type */
    {AT(108, "0001750\0")},                  /* owner */
    {AT(108, "\x80\0\0\0\xff\xff\xff\xff")}, /* an owner in base 256 */
    {AT(136, "14707654321\0")},              /* time */
    {AT(136, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")},
    {AT(265, "root")}, /* owner and group by name */
    {AT(297, "root")},
    {AT(156, "\0")},           /* the older type flag of a regular file */
    {AT(257, "ustar  \0")},    /* the older magic */
    {AT(124, "00000000000 ")}, /* sizes as other programs write them */
    {AT(124, "0\0\0\0\0\0\0\0\0\0\0\0")},
    {AT(124, "0           ")},
};

static void takes_what_other_writers_of_ustar_write(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(harmless); i++) {
        CLEANUP(packing_free) struct packing head = {NULL, 0};
        struct error err = ERROR_EMPTY;
        struct archive_member member;

        make_head(&head, harmless[i].at, span_of(harmless[i].text, harmless[i].size));
        if (!parses(&head, &member, &err))
            fail_msg("%zu: %s", i, err.text);
        assert_string_equal(member.name, NAME);
        assert_int_equal(member.size, 0);
    }
}

static void takes_both_forms_of_the_checksum(void **state)
{
    CLEANUP(packing_free) struct packing head = {NULL, 0};
    struct error err = ERROR_EMPTY;
    struct archive_member member;
    unsigned char digits[6];

    (void)state;
    make_head(&head, 0, SPAN_EMPTY);
    memcpy(digits, head.data + 148, 6);
    assert_int_equal(head.data[154], '\0');
    assert_int_equal(head.data[155], ' ');
    assert_true(parses(&head, &member, &err));
    head.data[148] = '0'; /* seven digits and a NUL */
    memcpy(head.data + 149, digits, 6);
    head.data[155] = '\0';
    assert_true(parses(&head, &member, &err));
    head.data[155] = '0'; /* eight digits and no terminator */
    assert_false(parses(&head, &member, &err));
}

/* Changes that make the head invalid, and the error text. */
static const struct {
    size_t at;
    const char *text;
    size_t size;
    const char *error;
} refused[] = {
    {AT(257, "ustar\0"
             "01"),
     "archive: not a ustar archive"},
    {AT(257, "ustar\0\0\0"), "archive: not a ustar archive"},
    {AT(257, "ustar\0  "), "archive: not a ustar archive"},
    {AT(257, "ustar 00"), "archive: not a ustar archive"},
    {AT(257, "USTAR\0"
             "00"),
     "archive: not a ustar archive"},
    {AT(257, "\0\0\0\0\0\0\0\0"), "archive: not a ustar archive"},
    {AT(156, "1"), "archive: " NAME " is a hard link"},
    {AT(156, "2"), "archive: " NAME " is a symbolic link"},
    {AT(156, "3"), "archive: " NAME " is a character device"},
    {AT(156, "4"), "archive: " NAME " is a block device"},
    {AT(156, "5"), "archive: " NAME " is a folder"},
    {AT(156, "6"), "archive: " NAME " is a FIFO"},
    {AT(156, "7"), "archive: " NAME " is a contiguous file"},
    {AT(156, "x"), "archive: " NAME " is an extended head"},
    {AT(156, "g"), "archive: " NAME " is an extended head"},
    {AT(156, "L"), "archive: " NAME " is a long name"},
    {AT(156, "K"), "archive: " NAME " is a long link name"},
    {AT(156, "S"), "archive: " NAME " is a sparse file"},
    {AT(156, "D"), "archive: " NAME " is of an unknown type"},
    {AT(156, "M"), "archive: " NAME " is of an unknown type"},
    {AT(156, "8"), "archive: " NAME " is of an unknown type"},
    {AT(156, "\x80"), "archive: " NAME " is of an unknown type"},
    {AT(0, "./P-Image.desc"), "archive: a folder in a name: ./P-Image.desc"},
    {AT(0, "/SP-Image.desc"), "archive: a folder in a name: /SP-Image.desc"},
    {AT(0, "../../etc/fstab"), "archive: a folder in a name: ../../etc/fstab"},
    {AT(0, "ISP-Image.des/"), "archive: a folder in a name: ISP-Image.des/"},
    {AT(0, "\0"), "archive: a name in two parts: "},
    {AT(0, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), "archive: a member without a name"},
    {AT(3, "\0"), "archive: a name in two parts: ISP"},
    {AT(99, "x"), "archive: a name in two parts: " NAME},
    {AT(345, "folder"), "archive: a name in two parts: " NAME},
    {AT(511, "x"), "archive: a name in two parts: " NAME},
    {AT(0, "\x1b[2J-Image.desc"), "archive: a name that is not printable: ?[2J-Image.desc"},
    {AT(0, "ISP\n"), "archive: a name that is not printable: ISP?Image.desc"},
    {AT(0, "\xc3\x8f"), "archive: a name that is not printable: ??P-Image.desc"},
    {AT(124, "\x80\0\0\0\0\0\0\0\0\0\0\1"), "archive: the size of " NAME " is not octal"},
    {AT(124, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
     "archive: the size of " NAME " is not octal"},
    {AT(124, "-0000000001\0"), "archive: the size of " NAME " is not octal"},
    {AT(124, "+0000000001\0"), "archive: the size of " NAME " is not octal"},
    {AT(124, "          1\0"), "archive: the size of " NAME " is not octal"},
    {AT(124, "00000000008\0"), "archive: the size of " NAME " is not octal"},
    {AT(124, "0000000000a\0"), "archive: the size of " NAME " is not octal"},
    {AT(124, "000 0000001\0"), "archive: the size of " NAME " is not octal"},
    {AT(124, "000000000001"), "archive: the size of " NAME " is not octal"},
    {AT(124, "777777777777"), "archive: the size of " NAME " is not octal"},
    {AT(124, "\0\0\0\0\0\0\0\0\0\0\0\0"), "archive: the size of " NAME " is not octal"},
};

static void refuses_everything_else_by_its_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        CLEANUP(packing_free) struct packing head = {NULL, 0};
        struct error err = ERROR_EMPTY;
        struct archive_member member;

        make_head(&head, refused[i].at, span_of(refused[i].text, refused[i].size));
        assert_false(parses(&head, &member, &err));
        assert_int_equal(err.kind, ERROR_IMAGE);
        assert_string_equal(err.text, refused[i].error);
        assert_string_equal(member.name, "kept");
        assert_int_equal(member.size, 77);
    }
}

static void sees_every_flipped_bit(void **state)
{
    CLEANUP(packing_free) struct packing head = {NULL, 0};

    (void)state;
    make_head(&head, 0, SPAN_EMPTY);
    for (size_t bit = 0; bit < 8 * (size_t)ARCHIVE_BLOCK; bit++) {
        struct error err = ERROR_EMPTY;
        struct archive_member member;

        if (bit / 8 == 154 || bit / 8 == 155)
            continue; /* a NUL and a blank end the checksum, in either order */
        head.data[bit / 8] = (unsigned char)(head.data[bit / 8] ^ 1 << bit % 8);
        assert_false(parses(&head, &member, &err));
        head.data[bit / 8] = (unsigned char)(head.data[bit / 8] ^ 1 << bit % 8);
    }
}

static void takes_the_longest_name_and_the_greatest_size(void **state)
{
    CLEANUP(packing_free) struct packing head = {NULL, 0};
    struct error err = ERROR_EMPTY;
    struct archive_member member;
    char name[ARCHIVE_NAME_SIZE + 1];

    (void)state;
    memset(name, 'n', ARCHIVE_NAME_SIZE);
    name[ARCHIVE_NAME_SIZE] = '\0';
    packing_add_zeros(&head, ARCHIVE_BLOCK);
    archive_format_head(name, ARCHIVE_SIZE_LIMIT, head.data);
    assert_true(parses(&head, &member, &err));
    assert_string_equal(member.name, name);
    assert_true(member.size == ARCHIVE_SIZE_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_what_the_packer_writes),
        cmocka_unit_test(takes_what_other_writers_of_ustar_write),
        cmocka_unit_test(takes_both_forms_of_the_checksum),
        cmocka_unit_test(refuses_everything_else_by_its_name),
        cmocka_unit_test(sees_every_flipped_bit),
        cmocka_unit_test(takes_the_longest_name_and_the_greatest_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
