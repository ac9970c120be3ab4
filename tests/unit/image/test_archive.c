/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "image/archive.h"

#include "packing.h"
#include "source_memory.h"

#define END ((size_t)2 * ARCHIVE_BLOCK)

/* Reads all members, `step` bytes at a time, and appends names and bytes to `read`. */
static bool read_members(struct archive *archive, size_t step, struct packing *read,
                         struct error *err)
{
    struct archive_member member;
    bool end = false;

    while (archive_next(archive, &member, &end, err)) {
        unsigned char data[1024];
        size_t got = 1;

        if (end)
            return true;
        packing_add_text(read, member.name);
        while (got > 0) {
            if (!archive_read(archive, data, step, &got, err))
                return false;
            packing_add(read, span_of(data, got));
        }
    }
    return false;
}

static bool read_packed(struct span packed, size_t piece, size_t step, struct packing *read,
                        struct error *err)
{
    CLEANUP(source_memory_close) struct source_memory source;
    CLEANUP(gzip_close) struct gzip *gzip = NULL;
    struct archive archive;

    source_memory_open(&source, packed, piece);
    if (!gzip_open(&gzip, &source.source, err))
        return false;
    archive_open(&archive, gzip);
    return read_members(&archive, step, read, err);
}

static bool read_plain(const struct packing *plain, struct error *err)
{
    CLEANUP(packing_free) struct packing packed = {NULL, 0}, read = {NULL, 0};

    packing_add_gzip(&packed, packing_span(plain), 1);
    return read_packed(packing_span(&packed), 0, 1024, &read, err);
}

static void refuses(const struct packing *plain, const char *text)
{
    struct error err = ERROR_EMPTY;

    assert_false(read_plain(plain, &err));
    assert_int_equal(err.kind, ERROR_IMAGE);
    assert_string_equal(err.text, text);
}

/* Sizes of members around the size of a block. */
static void add_members(struct packing *plain, struct packing *expected)
{
    static const size_t sizes[] = {0, 1, 511, 512, 513, 1024, 3000};
    char name[] = "member-0";

    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        CLEANUP(packing_free) struct packing content = {NULL, 0};

        name[7] = (char)('0' + i);
        packing_add_noise(&content, sizes[i], (uint32_t)i);
        packing_add_member(plain, name, packing_span(&content));
        packing_add_text(expected, name);
        packing_add(expected, packing_span(&content));
    }
}

static void reads_members_of_any_size_in_any_steps(void **state)
{
    static const size_t cuts[] = {1, 3, 511, 512, 1000};
    CLEANUP(packing_free) struct packing plain = {NULL, 0}, packed = {NULL, 0}, made = {NULL, 0};

    (void)state;
    add_members(&plain, &made);
    packing_add_zeros(&plain, END);
    packing_add_gzip(&packed, packing_span(&plain), 9);
    for (size_t i = 0; i < COUNT_OF(cuts) * COUNT_OF(cuts); i++) {
        CLEANUP(packing_free) struct packing read = {NULL, 0};
        struct error err = ERROR_EMPTY;

        if (!read_packed(packing_span(&packed), cuts[i / COUNT_OF(cuts)], cuts[i % COUNT_OF(cuts)],
                         &read, &err))
            fail_msg("%s", err.text);
        assert_true(span_same(packing_span(&read), packing_span(&made)));
    }
}

static void takes_zero_blocks_up_to_a_full_record_and_no_more(void **state)
{
    (void)state;
    for (size_t before = 0; before < 45; before++) {
        size_t end = (before + 3) * ARCHIVE_BLOCK; /* head, content, two zero blocks */
        size_t record = (end + ARCHIVE_RECORD - 1) / ARCHIVE_RECORD * ARCHIVE_RECORD;

        for (size_t more = 0; more < 24; more++) {
            CLEANUP(packing_free) struct packing plain = {NULL, 0}, content = {NULL, 0};
            struct error err = ERROR_EMPTY;

            packing_add_noise(&content, before * ARCHIVE_BLOCK, 1);
            packing_add_member(&plain, "a", packing_span(&content));
            packing_add_zeros(&plain, END + more * ARCHIVE_BLOCK);
            assert_int_equal(read_plain(&plain, &err), end + more * ARCHIVE_BLOCK <= record);
        }
    }
}

static void takes_an_archive_of_nothing(void **state)
{
    CLEANUP(packing_free) struct packing plain = {NULL, 0};
    struct error err = ERROR_EMPTY;

    (void)state;
    packing_add_zeros(&plain, END);
    assert_true(read_plain(&plain, &err));
    packing_add_zeros(&plain, ARCHIVE_RECORD - END);
    assert_true(read_plain(&plain, &err));
    packing_add_zeros(&plain, ARCHIVE_BLOCK);
    refuses(&plain, "archive: bytes after its end");
}

static void refuses_bytes_after_the_end(void **state)
{
    static const size_t places[] = {0, 1, 511, 512, 1000, ARCHIVE_RECORD - 3 * ARCHIVE_BLOCK};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        CLEANUP(packing_free) struct packing plain = {NULL, 0};

        packing_add_member(&plain, "a", SPAN_EMPTY);
        packing_add_zeros(&plain, END + places[i]);
        packing_add_text(&plain, "x");
        packing_add_zeros(&plain, -plain.size % ARCHIVE_BLOCK);
        refuses(&plain, "archive: bytes after its end");
    }
    CLEANUP(packing_free) struct packing plain = {NULL, 0};
    packing_add_member(&plain, "a", SPAN_EMPTY);
    packing_add_zeros(&plain, END);
    packing_add_member(&plain, "b", SPAN_EMPTY);
    refuses(&plain, "archive: bytes after its end");
}

static void refuses_part_of_a_block_after_the_end(void **state)
{
    CLEANUP(packing_free) struct packing plain = {NULL, 0};

    (void)state;
    packing_add_member(&plain, "a", SPAN_EMPTY);
    packing_add_zeros(&plain, END + 1);
    refuses(&plain, "archive: bytes after its end");
    packing_add_zeros(&plain, 510);
    refuses(&plain, "archive: bytes after its end");
}

static void refuses_a_single_zero_block(void **state)
{
    CLEANUP(packing_free) struct packing plain = {NULL, 0};

    (void)state;
    packing_add_member(&plain, "a", SPAN_EMPTY);
    packing_add_zeros(&plain, ARCHIVE_BLOCK);
    packing_add_member(&plain, "b", SPAN_EMPTY);
    packing_add_zeros(&plain, END);
    refuses(&plain, "archive: one zero block, not two, at its end");
}

static void says_at_every_cut_that_it_is_cut_short(void **state)
{
    CLEANUP(packing_free) struct packing whole = {NULL, 0};

    (void)state;
    packing_add_member(&whole, "a", span_text("twelve bytes"));
    packing_add_member(&whole, "b", SPAN_EMPTY);
    packing_add_zeros(&whole, END);
    for (size_t size = 0; size < whole.size; size++) {
        struct packing plain = {whole.data, size};
        size_t content = ARCHIVE_BLOCK, end = content + strlen("twelve bytes");

        if (size >= content && size < end)
            refuses(&plain, "archive: cut short within a member");
        else if (size >= end && size < content + ARCHIVE_BLOCK)
            refuses(&plain, "archive: cut short after a member");
        else
            refuses(&plain, "archive: cut short: no two zero blocks at its end");
    }
}

static void refuses_filling_that_is_not_zero(void **state)
{
    (void)state;
    for (size_t at = 1; at < ARCHIVE_BLOCK; at++) {
        CLEANUP(packing_free) struct packing plain = {NULL, 0};

        packing_add_member(&plain, "a", span_text("x"));
        packing_add_zeros(&plain, END);
        plain.data[ARCHIVE_BLOCK + at] = 1;
        refuses(&plain, "archive: bytes after a member are not zero");
    }
}

static void refuses_a_member_that_is_larger_than_what_is_there(void **state)
{
    CLEANUP(packing_free) struct packing plain = {NULL, 0};

    (void)state;
    packing_add_member(&plain, "a", SPAN_EMPTY);
    packing_add_zeros(&plain, END);
    archive_format_head("a", ARCHIVE_SIZE_LIMIT, plain.data);
    refuses(&plain, "archive: cut short within a member");
}

static void refuses_what_the_stream_around_it_has_wrong(void **state)
{
    CLEANUP(packing_free) struct packing plain = {NULL, 0}, packed = {NULL, 0}, read = {NULL, 0};
    struct error err = ERROR_EMPTY;

    (void)state;
    packing_add_member(&plain, "a", SPAN_EMPTY);
    packing_add_zeros(&plain, END);
    packing_add_gzip(&packed, packing_span(&plain), 9);
    packing_add_text(&packed, "x");
    assert_false(read_packed(packing_span(&packed), 0, 100, &read, &err));
    assert_string_equal(err.text, "gzip: bytes after the end");
    packed.size--;
    packed.data[packed.size - 5] ^= 1;
    assert_false(read_packed(packing_span(&packed), 0, 100, &read, &err));
    assert_string_equal(err.text, "gzip: damaged: its CRC-32 is wrong");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_members_of_any_size_in_any_steps),
        cmocka_unit_test(takes_zero_blocks_up_to_a_full_record_and_no_more),
        cmocka_unit_test(takes_an_archive_of_nothing),
        cmocka_unit_test(refuses_bytes_after_the_end),
        cmocka_unit_test(refuses_part_of_a_block_after_the_end),
        cmocka_unit_test(refuses_a_single_zero_block),
        cmocka_unit_test(says_at_every_cut_that_it_is_cut_short),
        cmocka_unit_test(refuses_filling_that_is_not_zero),
        cmocka_unit_test(refuses_a_member_that_is_larger_than_what_is_there),
        cmocka_unit_test(refuses_what_the_stream_around_it_has_wrong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
