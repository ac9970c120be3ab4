/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "form_reading.h"

#define TYPE FORM_READING_TYPE
#define DISPOSITION FORM_READING_DISPOSITION

/* ATTACKS 16 and 17: valid headers of a part. */
static void headers_of_other_shapes_are_taken(void **state)
{
    static const struct {
        const char *head, *name;
    } rows[] = {
        {DISPOSITION ";filename=\"a.bin\"\r\n", "a.bin"},
        {DISPOSITION " ;\t filename=\"a.bin\"\t\r\n", "a.bin"},
        {DISPOSITION "; filename=a.bin\r\n", "a.bin"},
        {DISPOSITION "; filename=\"C:\\fw\\a.bin\"\r\n", "C:\\fw\\a.bin"},
        {DISPOSITION "; filename=\"\\\\host\\a.bin\"\r\n", "\\\\host\\a.bin"},
        {DISPOSITION "; filename=\"a\\\"b.bin\"\r\n", "a\\\"b.bin"},
        {DISPOSITION "; filename=\"a%22b.bin\"\r\n", "a%22b.bin"},
        {DISPOSITION "; filename=\"a;b=c, d\"\r\n", "a;b=c, d"},
        {DISPOSITION "; filename=\"\xc3\xa4\xff\"\r\n", "\xc3\xa4\xff"},
        {DISPOSITION "; size=3; filename=\"a\"\r\n", "a"},
        {DISPOSITION ";; filename=\"a\"\r\n", "a"},
        {DISPOSITION "; filename=\"a\"; \r\n", "a"},
        {DISPOSITION "; filename=\"a\";\t;\r\n", "a"},
        {DISPOSITION "; filename=a.bin; filename*=utf-8''a.bin\r\n", "a.bin"},
        {DISPOSITION "; filename*=UTF-8'en-GB'a.bin; FileName=\"a.bin\"\r\n", "a.bin"},
        {DISPOSITION "; filename=\"\xc3\xa4 %41\"; filename*=UTF-8''%C3%a4%20%2541\r\n",
         "\xc3\xa4 %41"},
        {DISPOSITION "; filename=\"a\"; filename*=\"utf-8''%61\"\r\n", "a"},
        {"Content-Disposition:form-data;filename=a;name=URL_FIRMWARE_IMAGE\r\n", "a"},
        {"content-disposition:\tFORM-DATA; NAME=\"URL_FIRMWARE_IMAGE\"; FileName=\"a\" \r\n", "a"},
        {"Content-Type: text/html\r\n" DISPOSITION "; filename=\"a\"\r\n", "a"},
        {DISPOSITION "; filename=\"a\"\r\nContent-Type:\r\n", "a"},
        {DISPOSITION "; filename=\"a\"\r\nContent-Type: nonsense; boundary=XyZ\r\n", "a"},
        {DISPOSITION "; filename=\"a\"\r\nContent-Transfer-Encoding: binary\r\n", "a"},
        {DISPOSITION "; filename=\"a\"\r\nContent-Transfer-Encoding: 8BIT\r\n", "a"},
        {DISPOSITION "; filename=\"a\"\r\nContent-Transfer-Encoding: 7bit\r\n", "a"},
        {DISPOSITION "; filename=\"a\"\r\nX-Other: y\r\nX-Other: z\r\n", "a"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char body[1024];
        int size = snprintf(body, sizeof(body), "--XyZ\r\n%s\r\ndata\r\n--XyZ--\r\n", rows[i].head);

        print_message("%s", rows[i].head);
        form_reading_takes(TYPE, span_of(body, (size_t)size), rows[i].name, span_text("data"));
    }
}

#define NOT_TAKEN "form: filename* and the like are not taken"

static const struct {
    const char *head, *refusal;
} refused[] = {
    {"", "form: a part has no Content-Disposition"},
    {"Content-Type: text/plain\r\n", "form: a part has no Content-Disposition"},
    {"Content-Disposition: form-data\r\n", "form: a part has no name"},
    {"Content-Disposition: form-data; filename=\"a\"\r\n", "form: a part has no name"},
    {"Content-Disposition: form-data; name=\"\"\r\n", "form: a part has no name"},
    {"Content-Disposition: attachment; name=\"URL_FIRMWARE_IMAGE\"\r\n",
     "form: a part is not form-data"},
    {"Content-Disposition:\r\n", "form: a part is not form-data"},
    {DISPOSITION "\r\n", "form: URL_FIRMWARE_IMAGE has no filename"},
    {DISPOSITION "; filename=\"\"\r\n", "form: no file was chosen"},
    {DISPOSITION "; filename=\r\n", "form: Content-Disposition is malformed"},
    {DISPOSITION "; filename\r\n", "form: Content-Disposition is malformed"},
    {DISPOSITION "; filename=\"a\r\n", "form: Content-Disposition is malformed"},
    {DISPOSITION "; filename=\"a\\\"\r\n", "form: Content-Disposition is malformed"},
    {DISPOSITION "; filename=\"a\\\\\"\r\n", "form: Content-Disposition is malformed"},
    {DISPOSITION "; filename=\"a\"b\r\n", "form: Content-Disposition is malformed"},
    {DISPOSITION "; filename = \"a\"\r\n", "form: Content-Disposition is malformed"},
    {DISPOSITION "; filename=a b\r\n", "form: Content-Disposition is malformed"},
    {DISPOSITION "; filename=C:\\a\r\n", "form: Content-Disposition is malformed"},
    {DISPOSITION ", filename=\"a\"\r\n", "form: Content-Disposition is malformed"},
    {DISPOSITION "; =\"a\"\r\n", "form: Content-Disposition is malformed"},
    {DISPOSITION "; filename*=UTF-8''a\r\n", "form: filename* and the like are not taken"},
    {DISPOSITION "; filename=\"a\"; filename*=UTF-8''b\r\n",
     "form: filename* and the like are not taken"},
    {DISPOSITION "; filename=a; filename*=UTF-8''a%00\r\n", NOT_TAKEN},
    {DISPOSITION "; filename=a; filename*=UTF-8''\r\n", NOT_TAKEN},
    {DISPOSITION "; filename=a; filename*=UTF-8''ab\r\n", NOT_TAKEN},
    {DISPOSITION "; filename=ab; filename*=UTF-8''a\r\n", NOT_TAKEN},
    {DISPOSITION "; filename=a; filename*=UTF-8''A\r\n", NOT_TAKEN},
    {DISPOSITION "; filename=a; filename*=UTF-8''%6\r\n", NOT_TAKEN},
    {DISPOSITION "; filename=a; filename*=UTF-8''%62\r\n", NOT_TAKEN},
    {DISPOSITION "; filename=a; filename*=UTF-8'a\r\n", NOT_TAKEN},
    {DISPOSITION "; filename=a; filename*=iso-8859-1''a\r\n", NOT_TAKEN},
    {DISPOSITION "; filename=a; filename*=''a\r\n", NOT_TAKEN},
    {DISPOSITION "; filename=a; filename*=a\r\n", NOT_TAKEN},
    {DISPOSITION "; filename*=UTF-8''a; filename*=UTF-8''a; filename=a\r\n",
     "form: filename* of a part given twice"},
    {"Content-Disposition: form-data; name*=UTF-8''URL_FIRMWARE_IMAGE; filename=a\r\n", NOT_TAKEN},
    {DISPOSITION "; filename*0=\"a\"; filename*1=\"b\"\r\n",
     "form: filename* and the like are not taken"},
    {DISPOSITION "; filename=\"a\"; filename=\"b\"\r\n", "form: filename of a part given twice"},
    {DISPOSITION "; filename=\"a\"; FILENAME=\"a\"\r\n", "form: FILENAME of a part given twice"},
    {DISPOSITION "; filename=\"a\"; name=\"b\"\r\n", "form: name of a part given twice"},
    {DISPOSITION "; filename=\"a\"\r\n" DISPOSITION "; filename=\"a\"\r\n",
     "form: Content-Disposition of a part given twice"},
    {DISPOSITION "; filename=\"a\"\r\nContent-Type: a/b\r\ncontent-type: a/b\r\n",
     "form: Content-Type of a part given twice"},
    {DISPOSITION "; filename=\"a\"\r\nContent-Type: multipart/mixed; boundary=abc\r\n",
     "form: a part is a multipart itself"},
    {DISPOSITION "; filename=\"a\"\r\nContent-Type: Multipart/form-data\r\n",
     "form: a part is a multipart itself"},
    {DISPOSITION "; filename=\"a\"\r\nContent-Transfer-Encoding: base64\r\n",
     "form: Content-Transfer-Encoding is not binary, 8bit or 7bit"},
    {DISPOSITION "; filename=\"a\"\r\nContent-Transfer-Encoding: quoted-printable\r\n",
     "form: Content-Transfer-Encoding is not binary, 8bit or 7bit"},
    {DISPOSITION "; filename=\"a\"\r\nContent-Transfer-Encoding:\r\n",
     "form: Content-Transfer-Encoding is not binary, 8bit or 7bit"},
    {DISPOSITION "; filename=\"a\"\r\nContent-Transfer-Encoding: binary, base64\r\n",
     "form: Content-Transfer-Encoding is not binary, 8bit or 7bit"},
    {DISPOSITION ";\r\n filename=\"a\"\r\n", "form: a part's header is malformed"},
    {DISPOSITION "; filename=\"a\nb\"\r\n", "form: a part's header is malformed"},
    {DISPOSITION "; filename=\"a\rb\"\r\n", "form: a part's header is malformed"},
    {DISPOSITION "; filename=\"a\x01\"\r\n", "form: a part's header is malformed"},
    {DISPOSITION "; filename=\"a\x7f\"\r\n", "form: a part's header is malformed"},
    {"Content-Disposition : form-data; name=\"a\"\r\n", "form: a part's header is malformed"},
    {" " DISPOSITION "\r\n", "form: a part's header is malformed"},
    {": x\r\n", "form: a part's header is malformed"},
    {"no colon\r\n", "form: a part's header is malformed"},
};

static void headers_that_two_readers_could_take_differently_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        char body[1024];
        int size =
            snprintf(body, sizeof(body), "--XyZ\r\n%s\r\ndata\r\n--XyZ--\r\n", refused[i].head);

        print_message("%s", refused[i].head);
        form_reading_refuses(TYPE, span_of(body, (size_t)size), refused[i].refusal);
    }
}

static void nul_in_a_header_is_refused(void **state)
{
    static const char body[] = "--XyZ\r\n" DISPOSITION "; filename=\"a\0b\"\r\n\r\n\r\n--XyZ--";

    (void)state;
    form_reading_refuses(TYPE, span_of(body, sizeof(body) - 1),
                         "form: a part's header is malformed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_of_other_shapes_are_taken),
        cmocka_unit_test(headers_that_two_readers_could_take_differently_are_refused),
        cmocka_unit_test(nul_in_a_header_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
