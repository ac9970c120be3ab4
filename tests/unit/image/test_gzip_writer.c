/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <zlib.h>

#include <cmocka.h>

#include "image/gzip_writer.h"

#include "base/fd.h"

enum { PLAIN_SIZE = 300000, PACKED_SIZE = 400000 };

/* One half is compressible, the other half is not. */
static const unsigned char *plain(void)
{
    static unsigned char bytes[PLAIN_SIZE];
    uint32_t number = 1;

    for (size_t i = 0; i < PLAIN_SIZE; i++) {
        number = number * 1664525 + 1013904223;
        bytes[i] = (unsigned char)(i < PLAIN_SIZE / 2 ? number >> 24 : i >> 10);
    }
    return bytes;
}

/* Packs `bytes` in pieces; returns the packed size. */
static size_t pack(struct span bytes, size_t piece, unsigned char packed[PACKED_SIZE])
{
    CLEANUP(gzip_writer_close) struct gzip_writer *writer = NULL;
    CLEANUP(fd_close) int fd = memfd_create("packed", MFD_CLOEXEC);
    struct error err = ERROR_EMPTY;
    size_t size;

    assert_true(gzip_writer_open(&writer, fd, &err));
    for (size_t at = 0; at < bytes.size; at += piece)
        assert_true(gzip_writer_add(writer, span_first(span_from(bytes, at), piece), &err));
    assert_true(gzip_writer_end(writer, &err));
    assert_true(fd_read_at(fd, 0, packed, PACKED_SIZE, &size, &err));
    return size;
}

static void writes_a_head_without_name_and_time(void **state)
{
    static const unsigned char head[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3};
    static unsigned char packed[PACKED_SIZE];

    (void)state;
    assert_true(pack(span_text("x"), 1, packed) > sizeof(head));
    assert_memory_equal(packed, head, sizeof(head));
}

static void unpacks_to_the_same_bytes(void **state)
{
    static const size_t sizes[] = {0, 1, 65535, 65536, PLAIN_SIZE};
    static unsigned char packed[PACKED_SIZE], again[PLAIN_SIZE + 1];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        z_stream stream = {.next_in = packed, .next_out = again, .avail_out = sizeof(again)};

        stream.avail_in = (uInt)pack(span_of(plain(), sizes[i]), PLAIN_SIZE, packed);
        assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
        assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
        assert_int_equal(stream.avail_in, 0);
        assert_int_equal(stream.total_out, sizes[i]);
        assert_memory_equal(again, plain(), sizes[i]);
        (void)inflateEnd(&stream);
    }
}

static void gives_the_same_bytes_however_the_input_is_cut(void **state)
{
    static const size_t pieces[] = {1, 511, 512, 4096, 65536, 99999};
    static unsigned char packed[PACKED_SIZE], again[PACKED_SIZE];
    size_t size = pack(span_of(plain(), PLAIN_SIZE), PLAIN_SIZE, packed);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        assert_int_equal(pack(span_of(plain(), PLAIN_SIZE), pieces[i], again), size);
        assert_memory_equal(again, packed, size);
    }
}

static void says_what_the_file_did_not_take(void **state)
{
    CLEANUP(gzip_writer_close) struct gzip_writer *writer = NULL;
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_true(gzip_writer_open(&writer, FD_NONE, &err));
    assert_true(gzip_writer_add(writer, span_text("x"), &err));
    assert_false(gzip_writer_end(writer, &err));
    assert_string_equal(err.text, "writing: Bad file descriptor");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_a_head_without_name_and_time),
        cmocka_unit_test(unpacks_to_the_same_bytes),
        cmocka_unit_test(gives_the_same_bytes_however_the_input_is_cut),
        cmocka_unit_test(says_what_the_file_did_not_take),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
