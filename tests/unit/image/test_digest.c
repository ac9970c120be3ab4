/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "image/digest.h"

/* FIPS 180-2, appendix B, and the empty message. */
static const struct {
    const char *message;
    const char *digest;
} known[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};

static void gives_the_standards_own_digests(void **state)
{
    char text[DIGEST_TEXT_SIZE + 1];
    struct digest digest;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        digest_of(span_text(known[i].message), &digest);
        digest_format(&digest, text);
        assert_string_equal(text, known[i].digest);
    }
    digest_of(SPAN_EMPTY, &digest);
    digest_format(&digest, text);
    assert_string_equal(text, known[0].digest);
}

static void is_the_same_however_the_bytes_are_cut(void **state)
{
    struct span message = span_text(known[2].message);
    struct digest whole, pieces;

    (void)state;
    digest_of(message, &whole);
    for (size_t cut = 0; cut <= message.size; cut++) {
        struct digest_context context;

        digest_begin(&context);
        digest_add(&context, span_first(message, cut));
        digest_add(&context, span_from(message, cut));
        digest_end(&context, &pieces);
        assert_true(digest_same(&whole, &pieces));
    }
}

static void parses_64_lower_case_digits_alone(void **state)
{
    char text[DIGEST_TEXT_SIZE + 2];
    struct digest digest, kept;

    (void)state;
    assert_true(digest_parse(span_text(known[1].digest), &digest));
    digest_format(&digest, text);
    assert_string_equal(text, known[1].digest);

    kept = digest;
    text[63] = 'A';
    assert_false(digest_parse(span_text(text), &digest));
    text[63] = 'g';
    assert_false(digest_parse(span_text(text), &digest));
    assert_false(digest_parse(span_of(known[1].digest, 63), &digest));
    memset(text, 'a', sizeof(text));
    assert_false(digest_parse(span_of(text, 65), &digest));
    assert_false(digest_parse(SPAN_EMPTY, &digest));
    assert_true(digest_same(&digest, &kept));
}

/* RFC 4231, the test cases 1 and 4: their shorter keys are the same as keys filled up with zeros
 * (RFC 2104). */
static void gives_the_standards_own_macs(void **state)
{
    unsigned char data[50];
    struct digest key = {{0}}, mac;
    char text[DIGEST_TEXT_SIZE + 1];

    (void)state;
    memset(key.bytes, 0x0b, 20);
    digest_keyed(&key, span_text("Hi There"), &mac);
    digest_format(&mac, text);
    assert_string_equal(text, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    for (unsigned char i = 0; i < 25; i++)
        key.bytes[i] = (unsigned char)(i + 1);
    memset(data, 0xcd, sizeof(data));
    digest_keyed(&key, span_of(data, sizeof(data)), &mac);
    digest_format(&mac, text);
    assert_string_equal(text, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
}

static void one_bit_makes_another_digest(void **state)
{
    struct digest one, other;

    (void)state;
    digest_of(span_text("abc"), &one);
    for (size_t bit = 0; bit < 8 * (size_t)DIGEST_SIZE; bit++) {
        other = one;
        other.bytes[bit / 8] = (unsigned char)(other.bytes[bit / 8] ^ 1 << bit % 8);
        assert_false(digest_same(&one, &other));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_standards_own_digests),
        cmocka_unit_test(is_the_same_however_the_bytes_are_cut),
        cmocka_unit_test(parses_64_lower_case_digits_alone),
        cmocka_unit_test(gives_the_standards_own_macs),
        cmocka_unit_test(one_bit_makes_another_digest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
