/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/fd.h"
#include "form_reading.h"
#include "source_memory.h"

#include <fcntl.h>

#define TYPE FORM_READING_TYPE
#define DISPOSITION FORM_READING_DISPOSITION
#define FILE_HEAD DISPOSITION "; filename=\"f.bin\"\r\n\r\n"
#define SUBMIT "Content-Disposition: form-data; name=\"URL_FIRMWARE_SUBMIT\"\r\n\r\nApply\r\n"

static size_t read_specification(const char *path, unsigned char *data, size_t capacity)
{
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct error err = ERROR_EMPTY;
    size_t size;

    assert_true(fd_read(fd, data, capacity, &size, &err));
    return size;
}

static void the_specifications_upload_is_read_at_every_cut(void **state)
{
    static const char image[] = "\x1f\x8b\b\0\r\n--\r\n-----------------------------7d834b76e070\r";
    unsigned char body[2048];
    size_t size;

    (void)state;
    size = read_specification(SPECIFICATION_FOLDER "/stage3.body-before-image", body, 1024);
    memcpy(body + size, image, sizeof(image));
    size += sizeof(image);
    size += read_specification(SPECIFICATION_FOLDER "/stage3.body-after-image", body + size, 512);
    form_reading_takes("multipart/form-data; boundary=---------------------------7d834b76e0708",
                       span_of(body, size), "ISP-U-0300-V1.00.00.bin",
                       span_of(image, sizeof(image)));
}

/* ATTACKS 14: text that looks like a delimiter and is not one. */
static void bytes_like_a_boundary_are_the_images(void **state)
{
    static const char *const images[] = {
        "",
        "x",
        "\r",
        "\n",
        "\r\n",
        "\r\n\r\n",
        "\r\r\n",
        "--",
        "XyZ--",
        "x--XyZ--\r\n",
        "x\n--XyZ--\r\n",
        "x\r--XyZ--\r\n",
        "\r\n-XyZ",
        "\r\n--XyzXyZ",
        "\r\n--Xy",
        "\r\n--Xy\r\n--Xy\r\n--X",
        "\r\r\r\r\n-\r\n-",
        "\r\n\r\n--Xy\r",
        "\n--XyZ\r\n" DISPOSITION "\r\n\r\n",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(images); i++) {
        char body[1024];
        int size =
            snprintf(body, sizeof(body), "--XyZ\r\n" FILE_HEAD "%s\r\n--XyZ--\r\n", images[i]);

        print_message("%s\n", images[i]);
        form_reading_takes(TYPE, span_of(body, (size_t)size), "f.bin", span_text(images[i]));
    }
}

static void every_byte_value_comes_through(void **state)
{
    static const char front[] = "--XyZ\r\n" FILE_HEAD;
    static const char back[] = "\r\n--XyZ--";
    unsigned char image[256];
    unsigned char body[512];
    size_t size = sizeof(front) - 1;

    (void)state;
    for (size_t i = 0; i < sizeof(image); i++)
        image[i] = (unsigned char)i;
    memcpy(body, front, size);
    memcpy(body + size, image, sizeof(image));
    memcpy(body + size + sizeof(image), back, sizeof(back) - 1);
    form_reading_takes(TYPE, span_of(body, size + sizeof(image) + sizeof(back) - 1), "f.bin",
                       span_of(image, sizeof(image)));
}

static void forms_of_other_shapes_are_taken(void **state)
{
    static const char *const bodies[] = {
        "--XyZ\r\n" FILE_HEAD "data\r\n--XyZ--",
        "--XyZ\r\n" FILE_HEAD "data\r\n--XyZ--\r\n",
        "--XyZ\r\n" FILE_HEAD "data\r\n--XyZ--\r\nepilogue\r\n",
        "\r\n--XyZ\r\n" FILE_HEAD "data\r\n--XyZ--\r\n",
        "preamble --XyZ\r\n--XyZ\r\n" FILE_HEAD "data\r\n--XyZ--\r\n",
        "--XyZ\r\n" SUBMIT "--XyZ\r\n" FILE_HEAD "data\r\n--XyZ--\r\n",
        "--XyZ\r\n" FILE_HEAD "data\r\n--XyZ\r\n" SUBMIT "--XyZ--\r\n",
        "--XyZ\r\n" SUBMIT "--XyZ\r\n" SUBMIT "--XyZ\r\n" FILE_HEAD "data\r\n--XyZ--\r\n",
        "--XyZ\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n"
        "\r\neA==\r\n--XyZ\r\n" FILE_HEAD "data\r\n--XyZ\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n" SUBMIT "--XyZ--\r\n",
        /* RFC 2046: the one line end of an empty part may belong to the delimiter. */
        "--XyZ\r\nContent-Disposition: form-data; name=a\r\n\r\n--XyZ\r\n" FILE_HEAD
        "data\r\n--XyZ--\r\n",
        "--XyZ\r\nContent-Disposition: form-data; name=a; "
        "filename=\"\"\r\n\r\n\r\n--XyZ\r\n" FILE_HEAD "data\r\n--XyZ--\r\n",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        print_message("%s\n", bodies[i]);
        form_reading_takes(TYPE, span_text(bodies[i]), "f.bin", span_text("data"));
    }
}

/* ATTACKS 14 and 15: the structure of the form. */
static void forms_that_two_readers_could_take_differently_are_refused(void **state)
{
    static const struct {
        const char *body, *refusal;
    } rows[] = {
        {"", "form: body is empty"},
        {"x", "form: the boundary of Content-Type is not in the body"},
        {"--xyz\r\n", "form: the boundary of Content-Type is not in the body"},
        {"--Xy", "form: the boundary of Content-Type is not in the body"},
        {"x--XyZ--\r\n", "form: the boundary of Content-Type is not in the body"},
        {"\n--XyZ--\r\n", "form: the boundary of Content-Type is not in the body"},
        {"--XyZ--\r\n", "form: no part is named URL_FIRMWARE_IMAGE"},
        {"--XyZ\r\n" SUBMIT "--XyZ--\r\n", "form: no part is named URL_FIRMWARE_IMAGE"},
        {"--XyZ", "form: body ends before its closing delimiter"},
        {"--XyZ\r", "form: body ends before its closing delimiter"},
        {"--XyZ\r\n", "form: body ends before its closing delimiter"},
        {"--XyZ\r\n" DISPOSITION "\r\n", "form: body ends before its closing delimiter"},
        {"--XyZ\r\n" FILE_HEAD, "form: body ends before its closing delimiter"},
        {"--XyZ\r\n" FILE_HEAD "data", "form: body ends before its closing delimiter"},
        {"--XyZ\r\n" FILE_HEAD "data\r\n--Xy", "form: body ends before its closing delimiter"},
        {"--XyZ\r\n" FILE_HEAD "data\r\n--XyZ", "form: body ends before its closing delimiter"},
        {"--XyZ\r\n" FILE_HEAD "data\r\n--XyZ-", "form: body ends before its closing delimiter"},
        {"--XyZ\r\n" FILE_HEAD "data\r\n--XyZ\r\n", "form: body ends before its closing delimiter"},
        {"--XyZ\r\n" FILE_HEAD "data\r\n--XyZ\r\n" SUBMIT,
         "form: body ends before its closing delimiter"},
        {"--XyZ\r\n" FILE_HEAD "data\r\n--XyZ--\r", "form: body ends before its closing delimiter"},
        {"--XyZ \r\n" FILE_HEAD "data\r\n--XyZ--\r\n", "form: other bytes after a delimiter"},
        {"--XyZ\r\n" FILE_HEAD "data\r\n--XyZ--  \r\n", "form: other bytes after a delimiter"},
        {"--XyZ\r\n" FILE_HEAD "data\r\n--XyZ\t\r\n" SUBMIT "--XyZ--\r\n",
         "form: other bytes after a delimiter"},
        {"--XyZ\n" FILE_HEAD "data\r\n--XyZ--\r\n", "form: other bytes after a delimiter"},
        {"--XyZ\r\n" FILE_HEAD "data\r\n--XyZa\r\n--XyZ--\r\n",
         "form: other bytes after a delimiter"},
        {"--XyZ\r\n" FILE_HEAD "--XyZa\r\n--XyZ--\r\n", "form: other bytes after a delimiter"},
        {"--XyZ\r\n" FILE_HEAD "data\r\n--XyZ-a\r\n--XyZ--\r\n",
         "form: other bytes after a delimiter"},
        {"--XyZ\r\n" FILE_HEAD "data\r\n--XyZ--a\r\n", "form: other bytes after a delimiter"},
        {"--XyZ\r\n" FILE_HEAD "data\r\n--XyZ--\r\n--XyZ\r\n" FILE_HEAD "more\r\n--XyZ--\r\n",
         "form: another delimiter after the closing one"},
        {"--XyZ\r\n" FILE_HEAD "data\r\n--XyZ--\r\nepilogue\r\n--XyZ--\r\n",
         "form: another delimiter after the closing one"},
        {"--XyZ\r\n" FILE_HEAD "data\r\n--XyZ\r\n" FILE_HEAD "more\r\n--XyZ--\r\n",
         "form: URL_FIRMWARE_IMAGE given twice"},
        {"--XyZ\r\n" FILE_HEAD "data\r\n--XyZ\r\n" DISPOSITION "\r\n\r\nmore\r\n--XyZ--\r\n",
         "form: URL_FIRMWARE_IMAGE given twice"},
        {"--XyZ\r\n" DISPOSITION "; filename=\"a\"\r\n--XyZ--\r\n",
         "form: body ends before its closing delimiter"},
        {"--XyZ\r\n" DISPOSITION "; filename=\"a\"\r\n--XyZ\r\n" SUBMIT "--XyZ--\r\n",
         "form: a part's header is malformed"},
        {"--XyZ\n" DISPOSITION "; filename=\"a\"\n\ndata\n--XyZ--\n",
         "form: other bytes after a delimiter"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        print_message("%s\n", rows[i].body);
        form_reading_refuses(TYPE, span_text(rows[i].body), rows[i].refusal);
    }
}

static void a_form_cut_short_anywhere_is_refused(void **state)
{
    static const char body[] = "--XyZ\r\n" SUBMIT "--XyZ\r\n" FILE_HEAD "data\r\n--XyZ--";

    (void)state;
    for (size_t size = 0; size < sizeof(body) - 1; size++) {
        struct form_outcome outcome;

        assert_false(form_reading_cut(span_text(TYPE), span_of(body, size), 0, 0, &outcome));
        assert_false(form_reading_cut(span_text(TYPE), span_of(body, size), 0, 1, &outcome));
        assert_int_equal(outcome.err.kind, ERROR_UPLOAD);
    }
}

static void a_failing_body_fails_with_its_own_words_at_every_byte(void **state)
{
    static const char body[] = "--XyZ\r\n" SUBMIT "--XyZ\r\n" FILE_HEAD "data\r\n--XyZ--\r\nend";

    (void)state;
    for (size_t size = 0; size < sizeof(body) - 1; size++) {
        CLEANUP(source_memory_close) struct source_memory memory;
        struct form_outcome outcome;

        source_memory_open(&memory, span_text(body), 3);
        memory.fails_after = size;
        assert_false(form_reading(span_text(TYPE), &memory.source, &outcome));
        assert_string_equal(outcome.err.text, SOURCE_MEMORY_FAILURE);
    }
}

#define BOUNDARY_70 "1234567890123456789012345678901234567890123456789012345678901234567890"

static void content_types_of_other_shapes_are_taken(void **state)
{
    static const struct {
        const char *type, *boundary;
    } rows[] = {
        {"multipart/form-data; boundary=XyZ", "XyZ"},
        {"multipart/form-data;boundary=XyZ", "XyZ"},
        {"Multipart/Form-Data ; Boundary=XyZ ", "XyZ"},
        {"multipart/form-data; charset=utf-8; boundary=XyZ", "XyZ"},
        {"multipart/form-data; boundary=\"XyZ\"", "XyZ"},
        {"multipart/form-data; boundary=\"a b'()+_,-./:=?\"", "a b'()+_,-./:=?"},
        {"multipart/form-data; boundary=" BOUNDARY_70, BOUNDARY_70},
        {"multipart/form-data; boundary=-", "-"},
        {"multipart/form-data; boundary=----", "----"},
        {"multipart/form-data; boundary=XyZ;", "XyZ"},
        {"multipart/form-data;; ; boundary=XyZ ;\t", "XyZ"},
        {"multipart/form-data; boundary=\"\\X\\yZ\"", "XyZ"},
        {"multipart/form-data; boundary=\"X\\=Z\"", "X=Z"},
        {"multipart/form-data; boundary=\"\\" BOUNDARY_70 "\"", BOUNDARY_70},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char body[512];
        int size = snprintf(body, sizeof(body), "--%s\r\n" FILE_HEAD "data\r\n--%s--\r\n",
                            rows[i].boundary, rows[i].boundary);

        print_message("%s\n", rows[i].type);
        form_reading_takes(rows[i].type, span_of(body, (size_t)size), "f.bin", span_text("data"));
    }
}

static void other_content_types_are_refused(void **state)
{
    static const struct {
        const char *type, *refusal;
    } rows[] = {
        {"", "form: Content-Type is not multipart/form-data"},
        {"text/plain; boundary=XyZ", "form: Content-Type is not multipart/form-data"},
        {"multipart/mixed; boundary=XyZ", "form: Content-Type is not multipart/form-data"},
        {"multipart/form-data, boundary=XyZ", "form: Content-Type is not multipart/form-data"},
        {"application/x-www-form-urlencoded", "form: Content-Type is not multipart/form-data"},
        {"multipart/form-data", "form: Content-Type has 0 boundaries, not one"},
        {"multipart/form-data; charset=utf-8", "form: Content-Type has 0 boundaries, not one"},
        {"multipart/form-data; boundary=XyZ; boundary=XyZ",
         "form: Content-Type has 2 boundaries, not one"},
        {"multipart/form-data; boundary=XyZ; BOUNDARY=abc",
         "form: Content-Type has 2 boundaries, not one"},
        {"multipart/form-data; boundary=XyZ, multipart/form-data; boundary=abc",
         "form: Content-Type is malformed"},
        {"multipart/form-data; boundary=", "form: Content-Type is malformed"},
        {"multipart/form-data; boundary", "form: Content-Type is malformed"},
        {"multipart/form-data; boundary =XyZ", "form: Content-Type is malformed"},
        {"multipart/form-data; boundary= XyZ", "form: Content-Type is malformed"},
        {"multipart/form-data; boundary=XyZ; =", "form: Content-Type is malformed"},
        {"multipart/form-data;", "form: Content-Type has 0 boundaries, not one"},
        {"multipart/form-data; boundary=\"Xy\\\\Z\"",
         "form: boundary is not 1 to 70 of RFC 2046's bytes"},
        {"multipart/form-data; boundary=\"XyZ\\\\\"", "form: Content-Type is malformed"},
        {"multipart/form-data; boundary=\"XyZ\\ \"",
         "form: boundary is not 1 to 70 of RFC 2046's bytes"},
        {"multipart/form-data; boundary=\"\\" BOUNDARY_70 "1\"",
         "form: boundary is not 1 to 70 of RFC 2046's bytes"},
        {"multipart/form-data; boundary=\"XyZ", "form: Content-Type is malformed"},
        {"multipart/form-data; boundary*=XyZ; boundary=XyZ", "form: Content-Type is malformed"},
        {"multipart/form-data; boundary=\"\"", "form: boundary is not 1 to 70 of RFC 2046's bytes"},
        {"multipart/form-data; boundary=\"XyZ \"",
         "form: boundary is not 1 to 70 of RFC 2046's bytes"},
        {"multipart/form-data; boundary=\"X\\\"yZ\"",
         "form: boundary is not 1 to 70 of RFC 2046's bytes"},
        {"multipart/form-data; boundary=\"X\r\nyZ\"",
         "form: boundary is not 1 to 70 of RFC 2046's bytes"},
        {"multipart/form-data; boundary=\"X\xc3\xa4\"",
         "form: boundary is not 1 to 70 of RFC 2046's bytes"},
        {"multipart/form-data; boundary=X~Z", "form: boundary is not 1 to 70 of RFC 2046's bytes"},
        {"multipart/form-data; boundary=" BOUNDARY_70 "1",
         "form: boundary is not 1 to 70 of RFC 2046's bytes"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        print_message("%s\n", rows[i].type);
        form_reading_refuses(rows[i].type, span_text("--XyZ\r\n" FILE_HEAD "data\r\n--XyZ--\r\n"),
                             rows[i].refusal);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_specifications_upload_is_read_at_every_cut),
        cmocka_unit_test(bytes_like_a_boundary_are_the_images),
        cmocka_unit_test(every_byte_value_comes_through),
        cmocka_unit_test(forms_of_other_shapes_are_taken),
        cmocka_unit_test(forms_that_two_readers_could_take_differently_are_refused),
        cmocka_unit_test(a_form_cut_short_anywhere_is_refused),
        cmocka_unit_test(a_failing_body_fails_with_its_own_words_at_every_byte),
        cmocka_unit_test(content_types_of_other_shapes_are_taken),
        cmocka_unit_test(other_content_types_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
