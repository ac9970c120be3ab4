/* SPDX-License-Identifier: Apache-2.0 */
#include <endian.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "image/gzip.h"
#include "image/inflater.h"

#include "packing.h"
#include "source_memory.h"

#define CUT_SHORT "gzip: cut short: the file is not whole"
#define BEGIN "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"

/* Unpacks everything, `step` bytes at a time; true only if no byte follows the stream. */
static bool unpack(struct source *source, size_t step, struct packing *plain, struct error *err)
{
    CLEANUP(gzip_close) struct gzip *gzip = NULL;
    CLEANUP(packing_free) struct packing room = {NULL, 0};
    size_t got = 1;

    packing_add_zeros(&room, step);
    if (!gzip_open(&gzip, source, err))
        return false;
    while (got > 0) {
        if (!gzip_read(gzip, room.data, step, &got, err))
            return false;
        packing_add(plain, span_of(room.data, got));
        assert_true(got == step || got == 0 || plain->size % step == got);
    }
    if (!gzip_read(gzip, room.data, step, &got, err))
        return false;
    assert_int_equal(got, 0);
    return gzip_finish(gzip, err);
}

static bool unpack_bytes(struct span packed, size_t piece, size_t step, struct packing *plain,
                         struct error *err)
{
    CLEANUP(source_memory_close) struct source_memory source;

    source_memory_open(&source, packed, piece);
    return unpack(&source.source, step, plain, err);
}

static void refuses(struct span packed, const char *text)
{
    static const size_t pieces[] = {0, 1, 7};

    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        CLEANUP(packing_free) struct packing plain = {NULL, 0};
        struct error err = ERROR_EMPTY;

        assert_false(unpack_bytes(packed, pieces[i], 100, &plain, &err));
        assert_int_equal(err.kind, ERROR_IMAGE);
        assert_string_equal(err.text, text);
    }
}

/* Noise, text, zeros, and a piece that repeats at the largest distance that zlib uses. */
static void make_plain(struct packing *plain, size_t size)
{
    packing_add_noise(plain, 32768, 1);
    for (size_t i = 0; i < 400; i++)
        packing_add_text(plain, "code that repeats itself, ");
    packing_add_noise(plain, 300, 1);
    packing_add_zeros(plain, 70000);
    packing_add_noise(plain, 258, 2);
    packing_add_noise(plain, 32506 - 258, 3);
    packing_add_noise(plain, 258, 2);
    packing_add_noise(plain, 60000, 4);
    assert_true(plain->size >= size);
    plain->size = size;
}

static void unpacks_the_same_however_it_is_cut(void **state)
{
    static const size_t sizes[] = {0, 1, 2, 258, 32767, 32768, 32769, 65536, 200000};
    static const size_t cuts[] = {1, 2, 13, 700, 5000, 65536};
    static const int levels[] = {0, 1, 9};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes) * COUNT_OF(levels); i++) {
        CLEANUP(packing_free) struct packing plain = {NULL, 0}, packed = {NULL, 0};

        make_plain(&plain, sizes[i / COUNT_OF(levels)]);
        packing_add_gzip(&packed, packing_span(&plain), levels[i % COUNT_OF(levels)]);
        for (size_t j = 0; j < COUNT_OF(cuts) * COUNT_OF(cuts); j++) {
            CLEANUP(packing_free) struct packing found = {NULL, 0};
            size_t piece = cuts[j / COUNT_OF(cuts)], step = cuts[j % COUNT_OF(cuts)];
            struct error err = ERROR_EMPTY;

            if ((piece < 500 || step < 500) && plain.size > 258)
                continue; /* larger sizes repeat the same and are slower */
            if (!unpack_bytes(packing_span(&packed), piece, step, &found, &err))
                fail_msg("%s", err.text);
            assert_true(span_same(packing_span(&found), packing_span(&plain)));
        }
    }
}

/* A stored block of 32768 bytes, then a block of fixed codes (RFC 1951, 3.2.6) that copies the
 * first 258 of them: length code 285, distance code 29 with 13 bits set, end of block. */
static void unpacks_a_copy_from_as_far_back_as_deflate_reaches(void **state)
{
    static const size_t cuts[] = {7, 100, 32768, 100000};
    static const char copy[] = "\x1b\xbd\xff\x1f\x00";
    CLEANUP(packing_free) struct packing plain = {NULL, 0}, packed = {NULL, 0};
    uint32_t tail[2];

    (void)state;
    packing_add_noise(&plain, 32768, 9);
    packing_add(&packed, span_of(BEGIN "\x00\x00\x80\xff\x7f", 15));
    packing_add(&packed, packing_span(&plain));
    packing_add_noise(&plain, 258, 9);
    packing_add(&packed, span_of(copy, sizeof(copy) - 1));
    tail[0] = htole32(inflater_crc(0, packing_span(&plain)));
    tail[1] = htole32((uint32_t)plain.size);
    packing_add(&packed, span_of(tail, sizeof(tail)));
    for (size_t i = 0; i < COUNT_OF(cuts) * COUNT_OF(cuts); i++) {
        CLEANUP(packing_free) struct packing found = {NULL, 0};
        struct error err = ERROR_EMPTY;

        if (!unpack_bytes(packing_span(&packed), cuts[i / COUNT_OF(cuts)], cuts[i % COUNT_OF(cuts)],
                          &found, &err))
            fail_msg("%s", err.text);
        assert_true(span_same(packing_span(&found), packing_span(&plain)));
    }
}

static void make_small(struct packing *plain, struct packing *packed)
{
    packing_add_text(plain, "Once upon a time, and once upon a time again, there was");
    packing_add_noise(plain, 300, 7);
    packing_add_text(plain, "Once upon a time, and once upon a time again, there was");
    packing_add_gzip(packed, packing_span(plain), 9);
}

static void unpacks_the_same_at_every_split(void **state)
{
    CLEANUP(packing_free) struct packing plain = {NULL, 0}, packed = {NULL, 0};

    (void)state;
    make_small(&plain, &packed);
    for (size_t first = 1; first <= packed.size; first++) {
        CLEANUP(packing_free) struct packing found = {NULL, 0};
        CLEANUP(source_memory_close) struct source_memory source;
        struct error err = ERROR_EMPTY;

        source_memory_open(&source, packing_span(&packed), first % 2);
        source.first = first;
        assert_true(unpack(&source.source, 1 + first % 70, &found, &err));
        assert_true(span_same(packing_span(&found), packing_span(&plain)));
    }
}

static void says_at_every_cut_that_it_is_not_whole(void **state)
{
    CLEANUP(packing_free) struct packing plain = {NULL, 0}, packed = {NULL, 0};

    (void)state;
    make_small(&plain, &packed);
    refuses(SPAN_EMPTY, "gzip: the file is empty");
    for (size_t size = 1; size < packed.size; size++)
        refuses(span_first(packing_span(&packed), size), CUT_SHORT);
}

static void sees_every_bit_of_crc_and_length(void **state)
{
    CLEANUP(packing_free) struct packing plain = {NULL, 0}, packed = {NULL, 0};

    (void)state;
    make_small(&plain, &packed);
    for (size_t bit = 0; bit < 64; bit++) {
        unsigned char *byte = packed.data + packed.size - 8 + bit / 8;

        *byte = (unsigned char)(*byte ^ 1 << bit % 8);
        refuses(packing_span(&packed), bit < 32 ? "gzip: damaged: its CRC-32 is wrong"
                                                : "gzip: damaged: its length is wrong");
        *byte = (unsigned char)(*byte ^ 1 << bit % 8);
    }
}

static void no_flipped_bit_changes_what_comes_out(void **state)
{
    CLEANUP(packing_free) struct packing plain = {NULL, 0}, packed = {NULL, 0};

    (void)state;
    make_small(&plain, &packed);
    for (size_t bit = 0; bit < 8 * packed.size; bit++) {
        CLEANUP(packing_free) struct packing found = {NULL, 0};
        unsigned char *byte = packed.data + bit / 8;
        struct error err = ERROR_EMPTY;

        *byte = (unsigned char)(*byte ^ 1 << bit % 8);
        if (unpack_bytes(packing_span(&packed), 0, 4096, &found, &err))
            assert_true(span_same(packing_span(&found), packing_span(&plain)));
        else
            assert_int_equal(err.kind, ERROR_IMAGE);
        *byte = (unsigned char)(*byte ^ 1 << bit % 8);
    }
}

/* Deflate data written by hand, from its first block on. */
static const struct {
    const char *data;
    size_t size;
} broken[] = {
    {"\x07", 1},                 /* a block of the reserved type */
    {"\x01\x01\x00\xff\xff", 5}, /* a stored block whose two lengths differ */
    {"\x03\x02\x00", 3},         /* a fixed block that copies from before the start */
    {"\xfd\xff\xff\xff\xff", 5}, /* a dynamic block with more codes than exist */
    {"\x05\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 11}, /* one without any code */
};

static void refuses_what_is_no_deflate_data(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(broken); i++) {
        CLEANUP(packing_free) struct packing packed = {NULL, 0};

        packing_add(&packed, span_of(BEGIN, 10));
        packing_add(&packed, span_of(broken[i].data, broken[i].size));
        packing_add_zeros(&packed, 64);
        refuses(packing_span(&packed), "gzip: damaged: its data cannot be unpacked");
    }
}

static void refuses_bytes_after_the_end(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *error;
    } after[] = {
        {"\0", 1, "gzip: bytes after the end"},
        {"\n", 1, "gzip: bytes after the end"},
        {"\0\0\0\0\0\0\0\0\0\0\0\0", 12, "gzip: bytes after the end"},
        {"\x1f\x8b\x08", 3, "gzip: a second member after the end"},
        {BEGIN "\x03\x00\0\0\0\0\0\0\0\0", 20, "gzip: a second member after the end"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(after); i++) {
        CLEANUP(packing_free) struct packing plain = {NULL, 0}, packed = {NULL, 0};

        make_small(&plain, &packed);
        packing_add(&packed, span_of(after[i].bytes, after[i].size));
        refuses(packing_span(&packed), after[i].error);
    }
}

/* The source fails after so many bytes. */
static void fails(struct span packed, size_t after, size_t piece, const char *text)
{
    CLEANUP(packing_free) struct packing found = {NULL, 0};
    CLEANUP(source_memory_close) struct source_memory source;
    struct error err = ERROR_EMPTY;

    source_memory_open(&source, packed, piece);
    source.fails_after = after;
    assert_false(unpack(&source.source, 50, &found, &err));
    assert_string_equal(err.text, text);
}

/* Also soon after the end: if a form's closing delimiter is missing, the image is not to blame. */
static void passes_on_what_its_source_says(void **state)
{
    static const size_t pieces[] = {0, 1, 7, 5000};
    CLEANUP(packing_free) struct packing plain = {NULL, 0}, packed = {NULL, 0};

    (void)state;
    make_small(&plain, &packed);
    for (size_t size = 0; size <= packed.size; size++)
        fails(packing_span(&packed), size, 0, SOURCE_MEMORY_FAILURE);
    packing_add_zeros(&packed, 65537);
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        fails(span_first(packing_span(&packed), packed.size - 1), packed.size - 1, pieces[i],
              SOURCE_MEMORY_FAILURE);
        fails(packing_span(&packed), packed.size, pieces[i], "gzip: bytes after the end");
    }
}

static void takes_the_optional_fields_of_the_head(void **state)
{
    CLEANUP(packing_free) struct packing plain = {NULL, 0}, packed = {NULL, 0}, made = {NULL, 0};
    static const char head[] = "\x1f\x8b\x08\x1c\0\0\0\0\x02\x03\x02\0xxname\0comment";

    (void)state;
    make_small(&plain, &packed);
    packing_add(&made, span_of(head, sizeof(head)));
    packing_add(&made, span_from(packing_span(&packed), 10));
    for (size_t piece = 1; piece < 40; piece++) {
        CLEANUP(packing_free) struct packing found = {NULL, 0};
        struct error err = ERROR_EMPTY;

        assert_true(unpack_bytes(packing_span(&made), piece, 100, &found, &err));
        assert_true(span_same(packing_span(&found), packing_span(&plain)));
    }
}

static void gives_what_it_has_before_it_asks_for_more(void **state)
{
    CLEANUP(gzip_close) struct gzip *gzip = NULL;
    CLEANUP(packing_free) struct packing plain = {NULL, 0}, packed = {NULL, 0};
    CLEANUP(source_memory_close) struct source_memory source;
    struct error err = ERROR_EMPTY;
    size_t got = 0, taken = 0;
    unsigned char data[512];

    (void)state;
    packing_add_zeros(&plain, (size_t)1 << 20);
    packing_add_gzip(&packed, packing_span(&plain), 9);
    source_memory_open(&source, packing_span(&packed), 80);
    source.fails_after = 80;
    assert_true(gzip_open(&gzip, &source.source, &err));
    while (gzip_read(gzip, data, sizeof(data), &got, &err))
        taken += got;
    assert_string_equal(err.text, SOURCE_MEMORY_FAILURE);
    assert_true(taken > 30000);
}

/* How many bytes of `plain` are read, `step` at a time, before the damage is found. */
static size_t read_before_damage(struct span packed, size_t first, size_t step, struct span plain)
{
    CLEANUP(source_memory_close) struct source_memory source;
    CLEANUP(gzip_close) struct gzip *gzip = NULL;
    struct error err = ERROR_EMPTY;
    unsigned char piece[1024];
    size_t size = 0, got;

    source_memory_open(&source, packed, 0);
    source.first = first;
    assert_true(gzip_open(&gzip, &source.source, &err));
    while (gzip_read(gzip, piece, step, &got, &err)) {
        assert_int_equal(got, step);
        assert_true(span_same(span_of(piece, got), span_first(span_from(plain, size), got)));
        size += got;
    }
    assert_true(span_begins(span_text(err.text), "gzip: damaged: "));
    return size;
}

/* Otherwise the error of an archive in a damaged stream would depend on how the stream is cut. */
static void gives_all_bytes_before_it_says_that_the_tail_is_wrong(void **state)
{
    static const size_t steps[] = {1, 100, 512, 600};

    (void)state;
    for (size_t i = 0; i < 8 * COUNT_OF(steps); i++) {
        CLEANUP(packing_free) struct packing plain = {NULL, 0}, packed = {NULL, 0};
        size_t step = steps[i % COUNT_OF(steps)];

        packing_add_noise(&plain, 600, 5);
        packing_add_gzip(&packed, packing_span(&plain), 0);
        packed.data[packed.size - 1 - i / COUNT_OF(steps)] ^= 1;
        for (size_t first = 0; first < packed.size; first++)
            assert_int_equal(
                read_before_damage(packing_span(&packed), first, step, packing_span(&plain)),
                600 / step * step);
    }
}

static void closes_what_was_never_opened(void **state)
{
    struct gzip *gzip = NULL;

    (void)state;
    gzip_close(&gzip);
    assert_null(gzip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unpacks_the_same_however_it_is_cut),
        cmocka_unit_test(unpacks_a_copy_from_as_far_back_as_deflate_reaches),
        cmocka_unit_test(unpacks_the_same_at_every_split),
        cmocka_unit_test(says_at_every_cut_that_it_is_not_whole),
        cmocka_unit_test(sees_every_bit_of_crc_and_length),
        cmocka_unit_test(no_flipped_bit_changes_what_comes_out),
        cmocka_unit_test(refuses_what_is_no_deflate_data),
        cmocka_unit_test(refuses_bytes_after_the_end),
        cmocka_unit_test(passes_on_what_its_source_says),
        cmocka_unit_test(takes_the_optional_fields_of_the_head),
        cmocka_unit_test(gives_what_it_has_before_it_asks_for_more),
        cmocka_unit_test(gives_all_bytes_before_it_says_that_the_tail_is_wrong),
        cmocka_unit_test(closes_what_was_never_opened),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
