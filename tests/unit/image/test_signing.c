/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "image/signing.h"

#include "base/number.h"

#define BEGIN "-----BEGIN PRIVATE KEY-----\n"
#define END "\n-----END PRIVATE KEY-----\n"

/* RFC 8032, section 7.1, TEST 2: the private key as openssl 3 writes it, the id of its public key,
 * the message and its signature. */
#define PRIVATE_LINE "MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7"
#define PRIVATE_PEM BEGIN PRIVATE_LINE END
#define REPORT_PEM                                                                                 \
    "-----BEGIN ISPUP REPORT PRIVATE KEY-----\n" PRIVATE_LINE                                      \
    "\n-----END ISPUP REPORT PRIVATE KEY-----\n"
#define ID "deb2ded39dc26fce"
#define MESSAGE "r"
#define SIGNATURE_HEX                                                                              \
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"                             \
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"

static void signs_as_the_standards_own_example(void **state)
{
    struct error err = ERROR_EMPTY;
    struct signature signature;
    struct signing_key key;
    char text[2 * SIGNATURE_SIZE + 1];

    (void)state;
    assert_true(signing_key_parse(span_text(PRIVATE_PEM), KEY_FOR_IMAGES, &key, &err));
    signing_sign(span_text(MESSAGE), &key, &signature);
    number_format_hex(span_of(signature.bytes, SIGNATURE_SIZE), text);
    assert_string_equal(text, SIGNATURE_HEX);
    key_id_format(&signature.id, text);
    assert_string_equal(text, ID);
}

static void writes_the_text_that_it_read(void **state)
{
    struct error err = ERROR_EMPTY;
    struct signing_key key;
    char pem[PEM_TEXT_SIZE];

    (void)state;
    assert_true(signing_key_parse(span_text(PRIVATE_PEM), KEY_FOR_IMAGES, &key, &err));
    signing_key_format(&key, KEY_FOR_IMAGES, pem);
    assert_string_equal(pem, PRIVATE_PEM);
}

static void a_made_key_signs_what_its_public_key_checks(void **state)
{
    struct signature_set signatures = {.count = 1};
    struct key_set keys = {.count = 1};
    struct error err = ERROR_EMPTY;
    struct signing_key key;

    (void)state;
    assert_true(signing_key_make(&key, &err));
    keys.keys[0] = key.public_key;
    signing_sign(span_text("description"), &key, &signatures.signatures[0]);
    assert_true(signature_check(span_text("description"), &signatures, &keys, &err));
    assert_false(signature_check(span_text("Description"), &signatures, &keys, &err));
}

static void makes_another_key_each_time(void **state)
{
    struct error err = ERROR_EMPTY;
    struct signing_key one, other;

    (void)state;
    assert_true(signing_key_make(&one, &err));
    assert_true(signing_key_make(&other, &err));
    assert_memory_not_equal(one.secret, other.secret, KEY_SIZE);
}

#define FORM "is not a PEM file of one Ed25519 private key as openssl writes it"

static void refuses_every_other_form_and_quotes_nothing_of_it(void **state)
{
    static const struct {
        const char *pem;
        const char *cause;
    } bad[] = {
        {"", FORM ": it is empty"},
        {PRIVATE_LINE, FORM ": it does not begin with -----BEGIN"},
        {BEGIN PRIVATE_LINE, FORM ": it has no line -----END"},
        {PRIVATE_PEM "\n", FORM ": there is more after the key"},
        {PRIVATE_PEM PRIVATE_PEM, FORM ": there is more after the key"},
        /* X25519 */
        {BEGIN "MC4CAQAwBQYDK2VuBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7" END, FORM},
        {"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGj\n-----END ENCRYPTED PRIVATE KEY-----\n",
         "is an encrypted key: decrypt it with openssl pkey, or sign elsewhere and add the "
         "signature"},
        {REPORT_PEM, "is a key for reports, one for images belongs here"},
        {"-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n",
         "is a public key, a private one belongs here"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct error err = ERROR_EMPTY;
        struct signing_key key;

        assert_false(signing_key_parse(span_text(bad[i].pem), KEY_FOR_IMAGES, &key, &err));
        assert_int_equal(err.kind, ERROR_CONFIGURATION);
        assert_string_equal(err.text, bad[i].cause);
    }
}

static void a_key_for_reports_is_another_kind(void **state)
{
    struct error err = ERROR_EMPTY;
    struct signing_key key;
    char pem[PEM_TEXT_SIZE];

    (void)state;
    assert_true(signing_key_parse(span_text(REPORT_PEM), KEY_FOR_REPORTS, &key, &err));
    signing_key_format(&key, KEY_FOR_REPORTS, pem);
    assert_string_equal(pem, REPORT_PEM);
    assert_false(signing_key_parse(span_text(PRIVATE_PEM), KEY_FOR_REPORTS, &key, &err));
    assert_string_equal(err.text, "is a key for images, one for reports belongs here");
    key_format_public(&key.public_key, KEY_FOR_REPORTS, pem, sizeof(pem));
    assert_true(key_parse_public(span_text(pem), KEY_FOR_REPORTS, &key.public_key, &err));
    assert_false(key_parse_public(span_text(pem), KEY_FOR_IMAGES, &key.public_key, &err));
    assert_string_equal(err.text, "is a key for reports, one for images belongs here");
    assert_false(key_parse_public(span_text(REPORT_PEM), KEY_FOR_REPORTS, &key.public_key, &err));
    assert_string_equal(err.text, "is a private key, a public one belongs here");
}

static void wipes_every_byte(void **state)
{
    static const struct signing_key wiped;
    struct error err = ERROR_EMPTY;
    struct signing_key key;

    (void)state;
    assert_true(signing_key_make(&key, &err));
    signing_key_wipe(&key);
    assert_memory_equal(&key, &wiped, sizeof(key));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signs_as_the_standards_own_example),
        cmocka_unit_test(writes_the_text_that_it_read),
        cmocka_unit_test(a_made_key_signs_what_its_public_key_checks),
        cmocka_unit_test(makes_another_key_each_time),
        cmocka_unit_test(refuses_every_other_form_and_quotes_nothing_of_it),
        cmocka_unit_test(a_key_for_reports_is_another_kind),
        cmocka_unit_test(wipes_every_byte),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
