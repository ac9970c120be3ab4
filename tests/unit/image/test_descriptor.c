/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "image/descriptor.h"

#define HASH "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define IMAGE "[image]\nformat = 1\nplatform = 0300\nversion = V1.00.00\n"
#define FIRMWARE                                                                                   \
    "[firmware]\nfile = ISP-F-0300-V1.00.00.bin\nversion = V1.00.00\nsize = 7\nsha256 = " HASH "\n"
#define HARDWARE                                                                                   \
    "[hardware]\nfile = ISP-H-0300-V1.00.01.bin\nversion = V1.00.01\nsize = 9\nsha256 = " HASH "\n"

static const char example[] =
    "; ISP-Image.desc\n"
    "[image]\n"
    "format = 1\n"
    "platform = 0300\n"
    "version = V1.00.00\n"
    "built = 2026-11-22T10:00:00Z\n"
    "notes = Fixes a green tint in low light. Advisory: https://example.org/a/17\n"
    "\n"
    "[firmware]\n"
    "file = ISP-F-0300-V1.00.00.bin\n"
    "version = V1.00.00\n"
    "size = 1048576\n"
    "sha256 = " HASH "\n";

static struct descriptor parsed(const char *text)
{
    struct error err = ERROR_EMPTY;
    struct descriptor descriptor;

    if (!descriptor_parse(span_text(text), &descriptor, &err))
        fail_msg("%s", err.text);
    return descriptor;
}

static void takes_the_documentations_example(void **state)
{
    struct descriptor descriptor = parsed(example);
    const struct descriptor_component *firmware = &descriptor.components[COMPONENT_FIRMWARE];
    char digest[DIGEST_TEXT_SIZE + 1];

    (void)state;
    assert_string_equal(descriptor.platform.text, "0300");
    assert_int_equal(descriptor.version.major, 1);
    assert_string_equal(descriptor.built, "2026-11-22T10:00:00Z");
    assert_true(span_begins(span_text(descriptor.notes), "Fixes a green tint"));
    assert_int_equal(descriptor.count, 1);
    assert_int_equal(descriptor.order[0], COMPONENT_FIRMWARE);
    assert_true(firmware->present);
    assert_false(descriptor.components[COMPONENT_HARDWARE].present);
    assert_string_equal(firmware->file, "ISP-F-0300-V1.00.00.bin");
    assert_int_equal(firmware->size, 1048576);
    digest_format(&firmware->sha256, digest);
    assert_string_equal(digest, HASH);
    assert_int_equal(descriptor_size(&descriptor), 1048576);
}

static void keeps_the_texts_order(void **state)
{
    struct descriptor descriptor = parsed(IMAGE HARDWARE FIRMWARE);

    (void)state;
    assert_int_equal(descriptor.count, 2);
    assert_int_equal(descriptor.order[0], COMPONENT_HARDWARE);
    assert_int_equal(descriptor.order[1], COMPONENT_FIRMWARE);
    assert_int_equal(descriptor_size(&descriptor), 16);
    assert_string_equal(descriptor.built, "");
    assert_string_equal(descriptor.notes, "");
}

static void passes_over_what_a_newer_packer_may_add(void **state)
{
    struct descriptor descriptor =
        parsed(IMAGE "signed-by = x\nsize = -1\n[lens]\nfile = ../x\n" FIRMWARE "colour = green\n");

    (void)state;
    assert_int_equal(descriptor.count, 1);
}

/* Each pair is the whole text, and the error text after "ISP-Image.desc: ". */
static const struct {
    const char *text;
    const char *error;
} refused[] = {
    {"", "does not begin with the section [image]"},
    {FIRMWARE IMAGE, "does not begin with the section [image]"},
    {"[Image]\nformat = 1\n", "does not begin with the section [image]"},
    {"format = 1\n", "line 1: key before the first section"},
    {"[image]\n", "[image] has no format"},
    {"[image]\nformat = 2\n", "line 2: format is not 1, the only one known here"},
    {"[image]\nformat = 01\n", "line 2: format is not 1, the only one known here"},
    {"[image]\nformat =\n", "line 2: format is not 1, the only one known here"},
    {"[image]\nformat = 1\n", "[image] has no platform"},
    {"[image]\nformat = 1\nPlatform = 0300\n", "[image] has no platform"},
    {"[image]\nformat = 1\nplatform = 03000\n", "line 3: platform is not 4 of A-Z and 0-9"},
    {"[image]\nformat = 1\nplatform = aanp\n", "line 3: platform is not 4 of A-Z and 0-9"},
    {"[image]\nformat = 1\nplatform = 0300\nplatform = 0400\n", "line 4: key platform given twice"},
    {"[image]\nformat = 1\nplatform = 0300\nplatform = 0300\n", "line 4: key platform given twice"},
    {"[image]\nformat = 1\nplatform = 0300\n", "[image] has no version"},
    {"[image]\nformat = 1\nplatform = 0300\nversion = 1.00.00\n",
     "line 4: version is not of the form V1.00.00"},
    {"[image]\nformat = 1\nplatform = 0300\nversion = UNKNOWN\n",
     "line 4: version is not of the form V1.00.00"},
    {IMAGE "built = yesterday\n", "line 5: built is not a time such as 2026-11-22T10:00:00Z"},
    {IMAGE "built =\n", "line 5: built is not a time such as 2026-11-22T10:00:00Z"},
    {IMAGE "built = 2026-02-30T10:00:00Z\n",
     "line 5: built is not a time such as 2026-11-22T10:00:00Z"},
    {IMAGE "notes = a\x1b[31m\n", "line 5: control character"},
    {IMAGE "notes = a\tb\n", "line 5: a tab: use blanks"},
    {IMAGE "notes = a\xff\n", "line 5: not UTF-8"},
    {IMAGE "notes = a \n", "line 5: blank after the value"},
    {IMAGE, "has none of [firmware], [device-resource], [hardware]"},
    {IMAGE "[Firmware]\n", "has none of [firmware], [device-resource], [hardware]"},
    {IMAGE FIRMWARE FIRMWARE, "line 10: section [firmware] given twice"},
    {IMAGE "[firmware]\n", "[firmware] has no file"},
    {IMAGE "[firmware]\nfile = a/b\n",
     "line 6: file is not 1 to 100 of A-Za-z0-9._-, the first a letter or digit"},
    {IMAGE "[firmware]\nfile = ../b\n",
     "line 6: file is not 1 to 100 of A-Za-z0-9._-, the first a letter or digit"},
    {IMAGE "[firmware]\nfile =\n",
     "line 6: file is not 1 to 100 of A-Za-z0-9._-, the first a letter or digit"},
    {IMAGE "[firmware]\nfile = ISP-Image.desc\n", "line 6: file is not a name for a component"},
    {IMAGE "[firmware]\nfile = ISP-Image.desc.sig\n", "line 6: file is not a name for a component"},
    {IMAGE FIRMWARE "[hardware]\nfile = ISP-F-0300-V1.00.00.bin\n",
     "line 11: file is also the file of another component"},
    {IMAGE "[hardware]\nfile = a\n", "[hardware] has no version"},
    {IMAGE "[hardware]\nfile = a\nversion = V1.0.0\n",
     "line 7: version is not of the form V1.00.00"},
    {IMAGE "[hardware]\nfile = a\nversion = V1.00.00\n", "[hardware] has no size"},
    {IMAGE "[hardware]\nfile = a\nversion = V1.00.00\nsize = 1\n", "[hardware] has no sha256"},
    {IMAGE "[hardware]\nfile = a\nversion = V1.00.00\nsize = 1\nsha256 = 9F\n",
     "line 9: sha256 is not 64 lower-case hex digits"},
    {"[image]\r\n", "line 1: ends with CR LF: use LF alone"},
    {"\xef\xbb\xbf[image]\n", "line 1: byte order mark"},
    {IMAGE "[firmware", "line 5: no line end"},
};

static void refuses_with_the_place_and_the_cause(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        struct descriptor descriptor = {.count = 77};
        struct error err = ERROR_EMPTY;
        char expected[ERROR_TEXT_SIZE];

        assert_false(descriptor_parse(span_text(refused[i].text), &descriptor, &err));
        assert_int_equal(err.kind, ERROR_IMAGE);
        (void)snprintf(expected, sizeof(expected), "ISP-Image.desc: %s", refused[i].error);
        assert_string_equal(err.text, expected);
        assert_int_equal(descriptor.count, 77);
    }
}

static bool takes_size(const char *size, const char *rest)
{
    struct error err = ERROR_EMPTY;
    struct descriptor descriptor;
    char text[1024];
    int used =
        snprintf(text, sizeof(text),
                 IMAGE "[firmware]\nfile = a\nversion = V1.00.00\nsha256 = " HASH "\nsize = %s\n%s",
                 size, rest);

    return descriptor_parse(span_of(text, (size_t)used), &descriptor, &err);
}

static void sizes_begin_at_1_and_have_digits_alone(void **state)
{
    static const char *const bad[] = {"0",
                                      "00",
                                      "01",
                                      "-1",
                                      "+1",
                                      "1 0",
                                      "0x10",
                                      "1.0",
                                      "1K",
                                      "1e3",
                                      "",
                                      "x",
                                      "18446744073709551616"};

    (void)state;
    assert_true(takes_size("1", ""));
    assert_true(takes_size("18446744073709551615", ""));
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(takes_size(bad[i], ""));
}

static void the_sum_of_sizes_cannot_wrap(void **state)
{
    (void)state;
    assert_true(takes_size("18446744073709551606", HARDWARE));
    assert_false(takes_size("18446744073709551607", HARDWARE));
}

static void refuses_a_nul_and_a_text_past_its_limit(void **state)
{
    static char text[DESCRIPTOR_LIMIT + 1];
    struct error err = ERROR_EMPTY;
    struct descriptor descriptor;

    (void)state;
    assert_false(descriptor_parse(span_of("[image]\0\n", 9), &descriptor, &err));
    assert_string_equal(err.text, "ISP-Image.desc: line 1: control character");

    memset(text, '\n', sizeof(text));
    memcpy(text, IMAGE FIRMWARE, strlen(IMAGE FIRMWARE));
    assert_true(descriptor_parse(span_of(text, DESCRIPTOR_LIMIT), &descriptor, &err));
    assert_false(descriptor_parse(span_of(text, DESCRIPTOR_LIMIT + 1), &descriptor, &err));
    assert_string_equal(err.text, "ISP-Image.desc: larger than 65536 bytes");
}

static void notes_are_one_printable_line(void **state)
{
    static const char *const bad[] = {"a\xc2\x9b"
                                      "31m",
                                      "\xe2\x80\xae"
                                      "nib",
                                      "a\xe2\x80\xa8", "\xe2\x80\x8b",
                                      "\xef\xbb\xbf"
                                      "a"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct error err = ERROR_EMPTY;
        struct descriptor descriptor;
        char text[4096];
        size_t size;

        (void)snprintf(text, sizeof(text), IMAGE "notes = %s\n" FIRMWARE, bad[i]);
        descriptor = parsed(text);
        assert_string_equal(descriptor.notes, bad[i]);
        assert_false(descriptor_check_notes(&descriptor, &err));
        assert_int_equal(err.kind, ERROR_IMAGE);
        assert_string_equal(err.text, "ISP-Image.desc: line 5: notes is not one printable line");
        assert_false(descriptor_format(&descriptor, text, sizeof(text), &size, &err));
    }
}

static void cuts_long_notes_between_characters(void **state)
{
    static char text[8192];
    char notes[DESCRIPTOR_NOTES_SIZE + 10];

    (void)state;
    for (size_t before = DESCRIPTOR_NOTES_SIZE - 4; before <= DESCRIPTOR_NOTES_SIZE; before++) {
        size_t expected = before + 3 <= DESCRIPTOR_NOTES_SIZE ? before + 3 : before;
        struct descriptor descriptor;

        memset(notes, 'n', sizeof(notes));
        memcpy(notes + before,
               "\xe2\x82\xac"
               "end",
               7);
        (void)snprintf(text, sizeof(text), IMAGE "notes = %s\n" FIRMWARE, notes);
        descriptor = parsed(text);
        if (before + 3 < DESCRIPTOR_NOTES_SIZE)
            expected = DESCRIPTOR_NOTES_SIZE;
        assert_int_equal(strlen(descriptor.notes), expected);
        assert_memory_equal(descriptor.notes, notes, expected);
    }
}

/* A parsed value can be written again: the parser accepts no blank after a value. */
static void cuts_long_notes_before_blanks(void **state)
{
    struct descriptor descriptor;
    struct error err = ERROR_EMPTY;
    char notes[DESCRIPTOR_NOTES_SIZE + 10];
    char text[2048];

    (void)state;
    memset(notes, 'n', sizeof(notes));
    memset(notes + DESCRIPTOR_NOTES_SIZE - 3, ' ', 5);
    notes[sizeof(notes) - 1] = '\0';
    (void)snprintf(text, sizeof(text), IMAGE "notes = %s\n" FIRMWARE, notes);
    assert_true(descriptor_parse(span_text(text), &descriptor, &err));
    assert_int_equal(strlen(descriptor.notes), DESCRIPTOR_NOTES_SIZE - 3);
}

static void refuses_every_cut_of_the_text(void **state)
{
    size_t taken = 0;

    (void)state;
    for (size_t size = 0; size < sizeof(example) - 1; size++) {
        struct error err = ERROR_EMPTY;
        struct descriptor descriptor;

        taken += descriptor_parse(span_of(example, size), &descriptor, &err);
    }
    assert_int_equal(taken, 0);
}

static void formats_the_example_byte_for_byte(void **state)
{
    struct descriptor descriptor = parsed(example);
    struct error err = ERROR_EMPTY;
    char text[1024];
    size_t size = 0;

    (void)state;
    assert_true(descriptor_format(&descriptor, text, sizeof(text), &size, &err));
    assert_int_equal(size, strlen(text));
    assert_string_equal(text, example + strlen("; ISP-Image.desc\n"));
}

static void formats_components_in_their_order(void **state)
{
    struct descriptor descriptor = parsed(IMAGE HARDWARE FIRMWARE);
    struct error err = ERROR_EMPTY;
    char text[1024];
    size_t size = 0;

    (void)state;
    assert_true(descriptor_format(&descriptor, text, sizeof(text), &size, &err));
    assert_string_equal(text, IMAGE "\n" HARDWARE "\n" FIRMWARE);
}

static void formats_nothing_that_does_not_fit(void **state)
{
    struct descriptor descriptor = parsed(example);
    struct error err = ERROR_EMPTY;
    size_t exact = strlen(example) - strlen("; ISP-Image.desc\n");
    char text[1024];

    (void)state;
    for (size_t capacity = 0; capacity <= exact; capacity++) {
        size_t size = 77;

        assert_false(descriptor_format(&descriptor, text, capacity, &size, &err));
        assert_true(span_begins(span_text(err.text), "ISP-Image.desc: does not fit in "));
        assert_int_equal(size, 77);
    }
    size_t size;
    assert_true(descriptor_format(&descriptor, text, exact + 1, &size, &err));
}

static void formats_nothing_that_would_read_otherwise(void **state)
{
    static const char *const notes[] = {" a",    "a ",   "a\nb", "a\n[hardware]",
                                        "a\x01", "\xff", "a\n"};
    struct error err = ERROR_EMPTY;
    char text[1024];
    size_t size;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(notes); i++) {
        struct descriptor descriptor = parsed(example);

        (void)snprintf(descriptor.notes, sizeof(descriptor.notes), "%s", notes[i]);
        assert_false(descriptor_format(&descriptor, text, sizeof(text), &size, &err));
    }
    struct descriptor descriptor = parsed(example);
    memcpy(descriptor.components[0].file, "a\nx = 1", 8);
    assert_false(descriptor_format(&descriptor, text, sizeof(text), &size, &err));
    descriptor = parsed(example);
    descriptor.components[0].size = 0;
    assert_false(descriptor_format(&descriptor, text, sizeof(text), &size, &err));
    descriptor = parsed(example);
    descriptor.count = 0;
    assert_false(descriptor_format(&descriptor, text, sizeof(text), &size, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_documentations_example),
        cmocka_unit_test(keeps_the_texts_order),
        cmocka_unit_test(passes_over_what_a_newer_packer_may_add),
        cmocka_unit_test(refuses_with_the_place_and_the_cause),
        cmocka_unit_test(sizes_begin_at_1_and_have_digits_alone),
        cmocka_unit_test(the_sum_of_sizes_cannot_wrap),
        cmocka_unit_test(refuses_a_nul_and_a_text_past_its_limit),
        cmocka_unit_test(notes_are_one_printable_line),
        cmocka_unit_test(cuts_long_notes_between_characters),
        cmocka_unit_test(cuts_long_notes_before_blanks),
        cmocka_unit_test(refuses_every_cut_of_the_text),
        cmocka_unit_test(formats_the_example_byte_for_byte),
        cmocka_unit_test(formats_components_in_their_order),
        cmocka_unit_test(formats_nothing_that_does_not_fit),
        cmocka_unit_test(formats_nothing_that_would_read_otherwise),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
