/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "image/reader.h"
#include "image/writer.h"

#include "base/fd.h"

#include "packing.h"
#include "source_memory.h"

#define FILE_NAME "ISP-F-0300-V1.00.00.bin"

enum { PACKED_SIZE = 16384 };

static void describe(struct span content, struct packing *text)
{
    packing_add_text(text, "[image]\nformat = 1\nplatform = 0300\nversion = V1.00.00\n");
    packing_add_section(text, "firmware", FILE_NAME, content);
}

/* Writes an image with one component, its bytes in pieces; returns the packed size. */
static size_t write_image(struct span content, struct span signature, size_t piece,
                          unsigned char packed[PACKED_SIZE])
{
    CLEANUP(image_writer_close) struct image_writer writer = {.gzip = NULL};
    CLEANUP(fd_close) int fd = memfd_create("image", MFD_CLOEXEC);
    CLEANUP(packing_free) struct packing text = {NULL, 0};
    struct error err = ERROR_EMPTY;
    size_t size;

    describe(content, &text);
    assert_true(image_writer_open(&writer, fd, packing_span(&text), signature, &err));
    assert_true(image_writer_begin(&writer, FILE_NAME, content.size, &err));
    for (size_t at = 0; at < content.size; at += piece)
        assert_true(image_writer_add(&writer, span_first(span_from(content, at), piece), &err));
    assert_true(image_writer_end(&writer, &err));
    assert_true(fd_read_at(fd, 0, packed, PACKED_SIZE, &size, &err));
    return size;
}

static void assert_reads_back(struct span packed, struct span content, struct span signature)
{
    CLEANUP(source_memory_close) struct source_memory memory;
    CLEANUP(image_reader_close) struct image_reader reader = {.gzip = NULL};
    CLEANUP(packing_free) struct packing text = {NULL, 0};
    struct error err = ERROR_EMPTY;
    unsigned char found[PACKED_SIZE];
    enum component which;
    size_t got;
    bool end;

    describe(content, &text);
    source_memory_open(&memory, packed, 0);
    assert_true(image_reader_open(&reader, &memory.source, &err));
    assert_true(span_same(reader.description, packing_span(&text)));
    assert_true(span_same(reader.signature, signature));
    assert_true(image_reader_next(&reader, &which, &end, &err));
    assert_true(image_reader_read(&reader, found, sizeof(found), &got, &err));
    assert_true(span_same(span_of(found, got), content));
    assert_true(image_reader_read(&reader, found, sizeof(found), &got, &err));
    assert_true(image_reader_next(&reader, &which, &end, &err));
    assert_true(end);
}

static void the_reader_reads_back_what_was_written(void **state)
{
    static const size_t sizes[] = {1, 511, 512, 513, 1024, 5000};
    unsigned char content[5000], packed[PACKED_SIZE];

    (void)state;
    memset(content, 'x', sizeof(content));
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        struct span bytes = span_of(content, sizes[i]);
        size_t size = write_image(bytes, SPAN_EMPTY, 4096, packed);

        assert_reads_back(span_of(packed, size), bytes, SPAN_EMPTY);
        size = write_image(bytes, span_text("signature"), 4096, packed);
        assert_reads_back(span_of(packed, size), bytes, span_text("signature"));
    }
}

static void writes_the_same_however_the_bytes_come(void **state)
{
    unsigned char content[700], packed[PACKED_SIZE], again[PACKED_SIZE];
    size_t size;

    (void)state;
    memset(content, 'x', sizeof(content));
    size = write_image(span_of(content, sizeof(content)), SPAN_EMPTY, sizeof(content), packed);
    for (size_t piece = 1; piece < sizeof(content); piece += 37) {
        assert_int_equal(write_image(span_of(content, sizeof(content)), SPAN_EMPTY, piece, again),
                         size);
        assert_memory_equal(again, packed, size);
    }
}

static void says_what_the_file_did_not_take(void **state)
{
    CLEANUP(image_writer_close) struct image_writer writer = {.gzip = NULL};
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_true(image_writer_open(&writer, FD_NONE, span_text("x"), SPAN_EMPTY, &err));
    assert_false(image_writer_end(&writer, &err));
    assert_string_equal(err.text, "writing: Bad file descriptor");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reader_reads_back_what_was_written),
        cmocka_unit_test(writes_the_same_however_the_bytes_come),
        cmocka_unit_test(says_what_the_file_did_not_take),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
