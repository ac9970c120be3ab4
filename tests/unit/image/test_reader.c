/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "image/reader.h"

#include "packing.h"
#include "source_memory.h"

#define IMAGE_SECTION "[image]\nformat = 1\nplatform = 0300\nversion = V1.00.00\n"
#define FIRMWARE "ISP-F-0300-V1.00.00.bin"
#define HARDWARE "ISP-H-0300-V1.00.00.bin"

/* Not a multiple of a block, so that the archive needs padding. */
static struct span firmware(void)
{
    return span_text("firmware bytes, more of them than one block is long: "
                     "0123456789012345678901234567890123456789012345678901234567890123456789"
                     "0123456789012345678901234567890123456789012345678901234567890123456789"
                     "0123456789012345678901234567890123456789012345678901234567890123456789"
                     "0123456789012345678901234567890123456789012345678901234567890123456789"
                     "0123456789012345678901234567890123456789012345678901234567890123456789"
                     "0123456789012345678901234567890123456789012345678901234567890123456789"
                     "0123456789012345678901234567890123456789012345678901234567890123456789");
}

static struct span hardware(void)
{
    return span_text("hardware");
}

static void describe(struct packing *text)
{
    packing_add_text(text, IMAGE_SECTION);
    packing_add_section(text, "firmware", FIRMWARE, firmware());
    packing_add_section(text, "hardware", HARDWARE, hardware());
}

/* The members of an archive, one letter each. */
static void add_member(struct packing *plain, char letter)
{
    CLEANUP(packing_free) struct packing text = {NULL, 0};

    describe(&text);
    switch (letter) {
    case 'd':
        packing_add_member(plain, DESCRIPTOR_FILE, packing_span(&text));
        break;
    case 's':
        packing_add_member(plain, SIGNATURE_FILE, span_text("signature"));
        break;
    case 'f':
        packing_add_member(plain, FIRMWARE, firmware());
        break;
    case 'h':
        packing_add_member(plain, HARDWARE, hardware());
        break;
    case 'F': /* too short by one byte */
        packing_add_member(plain, FIRMWARE, span_first(firmware(), firmware().size - 1));
        break;
    case 'H': /* too long by one byte */
        packing_add_member(plain, HARDWARE, span_text("hardware+"));
        break;
    case 'l':
        packing_add_special(plain, FIRMWARE, '2', SPAN_EMPTY);
        break;
    case 'x':
        packing_add_member(plain, "extra.bin", span_text("x"));
        break;
    case 'D':
        packing_add_zeros(&text, DESCRIPTOR_LIMIT);
        packing_add_member(plain, DESCRIPTOR_FILE, packing_span(&text));
        break;
    case 'S':
        packing_add_zeros(&text, SIGNATURE_TEXT_LIMIT + 1 - text.size);
        packing_add_member(plain, SIGNATURE_FILE, packing_span(&text));
        break;
    case 'e':
        packing_add_member(plain, SIGNATURE_FILE, SPAN_EMPTY);
        break;
    case 'b':
        packing_add_member(plain, DESCRIPTOR_FILE, span_text("[image]\nformat = 2\n"));
        break;
    default:
        fail();
    }
}

static void make_image(struct packing *packed, const char *members)
{
    CLEANUP(packing_free) struct packing plain = {NULL, 0};

    for (const char *letter = members; *letter != '\0'; letter++)
        add_member(&plain, *letter);
    packing_add_zeros(&plain, (size_t)2 * ARCHIVE_BLOCK);
    packing_add_gzip(packed, packing_span(&plain), 9);
}

/* Reads everything, `step` bytes at a time, and appends it to `read`. */
static bool read_all(struct source *source, size_t step, struct packing *read, struct error *err)
{
    CLEANUP(image_reader_close) struct image_reader reader = {.gzip = NULL};
    enum component which = COMPONENT_COUNT;
    bool end = false;

    if (!image_reader_open(&reader, source, err))
        return false;
    packing_add(read, reader.description);
    packing_add(read, reader.signature);
    while (true) {
        unsigned char data[700];
        size_t got = 1;

        if (!image_reader_next(&reader, &which, &end, err))
            return false;
        if (end)
            return true;
        packing_add_text(read, component_name(which));
        while (got > 0) {
            if (!image_reader_read(&reader, data, step, &got, err))
                return false;
            packing_add(read, span_of(data, got));
        }
    }
}

static void expect_all(struct packing *expected, bool is_signed)
{
    describe(expected);
    if (is_signed)
        packing_add_text(expected, "signature");
    packing_add_text(expected, "firmware");
    packing_add(expected, firmware());
    packing_add_text(expected, "hardware");
    packing_add(expected, hardware());
}

static void reads_the_same_however_it_is_cut(void **state)
{
    static const size_t steps[] = {1, 511, 512, 700};

    (void)state;
    for (int is_signed = 0; is_signed < 2; is_signed++) {
        CLEANUP(packing_free) struct packing packed = {NULL, 0}, expected = {NULL, 0};

        make_image(&packed, is_signed ? "dsfh" : "dfh");
        expect_all(&expected, is_signed);
        for (size_t first = 1; first <= packed.size; first++) {
            CLEANUP(packing_free) struct packing read = {NULL, 0};
            CLEANUP(source_memory_close) struct source_memory source;
            struct error err = ERROR_EMPTY;

            source_memory_open(&source, packing_span(&packed), first % 3);
            source.first = first;
            if (!read_all(&source.source, steps[first % COUNT_OF(steps)], &read, &err))
                fail_msg("%s", err.text);
            assert_true(span_same(packing_span(&read), packing_span(&expected)));
        }
    }
}

static void refuses_every_image_that_is_cut_short(void **state)
{
    CLEANUP(packing_free) struct packing packed = {NULL, 0};

    (void)state;
    make_image(&packed, "dsfh");
    for (size_t size = 0; size < packed.size; size++) {
        CLEANUP(packing_free) struct packing read = {NULL, 0};
        CLEANUP(source_memory_close) struct source_memory source;
        struct error err = ERROR_EMPTY;

        source_memory_open(&source, span_first(packing_span(&packed), size), 0);
        assert_false(read_all(&source.source, 700, &read, &err));
        assert_int_equal(err.kind, ERROR_IMAGE);
        assert_string_equal(err.text, size == 0 ? "gzip: the file is empty"
                                                : "gzip: cut short: the file is not whole");
    }
}

static void passes_on_what_its_source_says(void **state)
{
    CLEANUP(packing_free) struct packing packed = {NULL, 0};

    (void)state;
    make_image(&packed, "dsfh");
    for (size_t size = 0; size <= packed.size; size++) {
        CLEANUP(packing_free) struct packing read = {NULL, 0};
        CLEANUP(source_memory_close) struct source_memory source;
        struct error err = ERROR_EMPTY;

        source_memory_open(&source, packing_span(&packed), 0);
        source.fails_after = size;
        assert_false(read_all(&source.source, 700, &read, &err));
        assert_int_equal(err.kind, ERROR_UPLOAD);
        assert_string_equal(err.text, SOURCE_MEMORY_FAILURE);
    }
}

/* The members, and why they are refused. */
static const struct {
    const char *members;
    const char *error;
} refused[] = {
    {"", "archive: empty, without ISP-Image.desc"},
    {"fdh", "archive: begins with " FIRMWARE ", not with ISP-Image.desc"},
    {"sdfh", "archive: begins with ISP-Image.desc.sig, not with ISP-Image.desc"},
    {"d", "archive: " FIRMWARE " is missing"},
    {"ds", "archive: " FIRMWARE " is missing"},
    {"df", "archive: " HARDWARE " is missing"},
    {"dh", "archive: " HARDWARE " comes before " FIRMWARE},
    {"dhf", "archive: " HARDWARE " comes before " FIRMWARE},
    {"dfsh", "archive: ISP-Image.desc.sig is not the second member"},
    {"dfhs", "archive: ISP-Image.desc.sig is not the second member"},
    {"dssfh", "archive: ISP-Image.desc.sig is not the second member"},
    {"ddfh", "archive: ISP-Image.desc is there twice"},
    {"dsdfh", "archive: ISP-Image.desc is there twice"},
    {"dfhd", "archive: ISP-Image.desc is there twice"},
    {"dffh", "archive: " FIRMWARE " is there twice"},
    {"dfhf", "archive: " FIRMWARE " is there twice"},
    {"dfhh", "archive: " HARDWARE " is there twice"},
    {"dxfh", "archive: extra.bin is not listed in ISP-Image.desc"},
    {"dsxfh", "archive: extra.bin is not listed in ISP-Image.desc"},
    {"dfhx", "archive: extra.bin is not listed in ISP-Image.desc"},
    {"dlh", "archive: " FIRMWARE " is a symbolic link"},
    {"dFh", FIRMWARE ": has 542 bytes, ISP-Image.desc says 543"},
    {"dfH", HARDWARE ": has 9 bytes, ISP-Image.desc says 8"},
    {"Dfh", "ISP-Image.desc: larger than 65536 bytes"},
    {"dSfh", "ISP-Image.desc.sig: larger than 1024 bytes"},
    {"defh", "signature: malformed ISP-Image.desc.sig: line 1: must be key = and 16 hex digits"},
    {"bfh", "ISP-Image.desc: line 2: format is not 1, the only one known here"},
};

static void refuses_what_the_descriptor_does_not_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        CLEANUP(packing_free) struct packing packed = {NULL, 0}, read = {NULL, 0};
        CLEANUP(source_memory_close) struct source_memory source;
        struct error err = ERROR_EMPTY;

        make_image(&packed, refused[i].members);
        source_memory_open(&source, packing_span(&packed), 0);
        assert_false(read_all(&source.source, 700, &read, &err));
        assert_int_equal(err.kind, ERROR_IMAGE);
        assert_string_equal(err.text, refused[i].error);
    }
}

static void an_unlisted_member_of_any_size_ends_it_at_its_head(void **state)
{
    CLEANUP(packing_free) struct packing plain = {NULL, 0}, packed = {NULL, 0}, read = {NULL, 0};
    CLEANUP(source_memory_close) struct source_memory source;
    struct error err = ERROR_EMPTY;
    size_t before;

    (void)state;
    add_member(&plain, 'd');
    before = plain.size;
    packing_add_zeros(&plain, (size_t)64 << 20);
    archive_format_head("bomb", ARCHIVE_SIZE_LIMIT, plain.data + before);
    packing_add_gzip(&packed, packing_span(&plain), 1);
    source_memory_open(&source, packing_span(&packed), 512);
    assert_false(read_all(&source.source, 700, &read, &err));
    assert_string_equal(err.text, "archive: bomb is not listed in ISP-Image.desc");
    assert_true(source.lent < 4096);
}

static void closes_a_zeroed_reader(void **state)
{
    struct image_reader reader = {.gzip = NULL};

    (void)state;
    image_reader_close(&reader);
    assert_null(reader.gzip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_same_however_it_is_cut),
        cmocka_unit_test(refuses_every_image_that_is_cut_short),
        cmocka_unit_test(passes_on_what_its_source_says),
        cmocka_unit_test(refuses_what_the_descriptor_does_not_name),
        cmocka_unit_test(an_unlisted_member_of_any_size_ends_it_at_its_head),
        cmocka_unit_test(closes_a_zeroed_reader),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
