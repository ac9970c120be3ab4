/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "image/key.h"

#include "base/fd.h"
#include "base/file.h"
#include "base/number.h"
#include "image/pem.h"

#define BEGIN "-----BEGIN PUBLIC KEY-----\n"
#define END "\n-----END PUBLIC KEY-----\n"

/* The public key of RFC 8032, section 7.1, TEST 2, as openssl 3 writes it. Its id is the output
 * of `openssl pkey -pubin -outform DER | sha256sum`. */
#define PUBLIC_LINE "MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw="
#define PUBLIC_PEM BEGIN PUBLIC_LINE END
#define PUBLIC_ID "deb2ded39dc26fce"
/* The key of TEST 1. */
#define OTHER_PEM BEGIN "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=" END
#define OTHER_ID "06e3fd8fda29bb60"
#define PRIVATE_PEM                                                                                \
    "-----BEGIN PRIVATE KEY-----\n"                                                                \
    "MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7\n"                           \
    "-----END PRIVATE KEY-----\n"

static void reads_a_key_as_openssl_writes_it(void **state)
{
    struct error err = ERROR_EMPTY;
    char id[KEY_ID_TEXT_SIZE + 1];
    struct public_key key;

    (void)state;
    assert_true(key_parse_public(span_text(PUBLIC_PEM), KEY_FOR_IMAGES, &key, &err));
    key_id_format(&key.id, id);
    assert_string_equal(id, PUBLIC_ID);
    assert_int_equal(key.bytes[0], 0x3d);
    assert_int_equal(key.bytes[31], 0x0c);
}

static void writes_the_text_that_it_read(void **state)
{
    struct error err = ERROR_EMPTY;
    struct public_key key;
    char pem[256];

    (void)state;
    assert_true(key_parse_public(span_text(PUBLIC_PEM), KEY_FOR_IMAGES, &key, &err));
    key_format_public(&key, KEY_FOR_IMAGES, pem, sizeof(pem));
    assert_string_equal(pem, PUBLIC_PEM);
}

static void reads_a_key_as_editors_leave_it(void **state)
{
    static const char *const good[] = {
        BEGIN PUBLIC_LINE "\n-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\r\n" PUBLIC_LINE "\r\n-----END PUBLIC KEY-----\r\n",
        "-----BEGIN PUBLIC KEY-----\r\n" PUBLIC_LINE "\r\n-----END PUBLIC KEY-----",
        "\xef\xbb\xbf" PUBLIC_PEM,
        "\xef\xbb\xbf-----BEGIN PUBLIC KEY-----\r\n" PUBLIC_LINE "\r\n-----END PUBLIC KEY-----\r\n",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        struct error err = ERROR_EMPTY;
        char id[KEY_ID_TEXT_SIZE + 1];
        struct public_key key;

        if (!key_parse_public(span_text(good[i]), KEY_FOR_IMAGES, &key, &err))
            fail_msg("row %zu: %s", i, err.text);
        key_id_format(&key.id, id);
        assert_string_equal(id, PUBLIC_ID);
    }
}

static void says_what_is_wrong_with_the_form(void **state)
{
    static const struct {
        const char *text, *said;
    } rows[] = {
        {"", "it is empty"},
        {"\xff\xfe-", "it is UTF-16 text, save it as UTF-8"},
        {"\xfe\xff-", "it is UTF-16 text, save it as UTF-8"},
        {"ours:\n" PUBLIC_PEM, "it does not begin with -----BEGIN"},
        {"\xef\xbb\xbf\n" PUBLIC_PEM, "it does not begin with -----BEGIN"},
        {BEGIN PUBLIC_LINE, "it has no line -----END"},
        {PUBLIC_PEM OTHER_PEM, "there is more after the key"},
        {PUBLIC_PEM "\n", "there is more after the key"},
        {BEGIN END, "openssl writes it"},
        {"-----BEGIN ISPUP REPORT PUBLIC KEY-----\n" PUBLIC_LINE
         "\n-----END ISPUP REPORT PUBLIC KEY-----\n",
         "is a key for reports, one for images belongs here"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct error err = ERROR_EMPTY;
        struct public_key key;
        size_t at;

        assert_false(key_parse_public(span_text(rows[i].text), KEY_FOR_IMAGES, &key, &err));
        assert_true(span_find(span_text(err.text), span_text(rows[i].said), &at));
        assert_int_equal(at + strlen(rows[i].said), strlen(err.text));
    }
    assert_string_equal(pem_fault(span_text(PRIVATE_PEM)), "");
}

static void refuses_every_other_form(void **state)
{
    static const char *const bad[] = {
        "",
        "\n",
        PUBLIC_LINE,
        BEGIN,
        BEGIN PUBLIC_LINE,
        BEGIN PUBLIC_LINE END "\n",
        "\n" PUBLIC_PEM,
        PUBLIC_PEM OTHER_PEM,
        BEGIN END,
        "-----BEGIN PUBLIC KEY-----\r" PUBLIC_LINE "\r-----END PUBLIC KEY-----\r",
        "-----BEGIN PUBLIC KEY-----\r\r\n" PUBLIC_LINE END,
        BEGIN PUBLIC_LINE "\n-----END PUBLIC KEY-----\r",
        BEGIN PUBLIC_LINE "-----END PUBLIC KEY-----\n",
        "\xef\xbb\xbf\xef\xbb\xbf" PUBLIC_PEM,
        "\xef\xbb" PUBLIC_PEM,
        /* a byte more, a byte less, leftover bits */
        BEGIN "MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0ZgwA" END,
        BEGIN "MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zg==" END,
        BEGIN "MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgx=" END,
        /* X25519, whose object identifier differs in its last byte */
        BEGIN "MCowBQYDK2VuAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=" END,
        "-----BEGIN CERTIFICATE-----\n" PUBLIC_LINE END,
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct error err = ERROR_EMPTY;
        struct public_key key;

        assert_false(key_parse_public(span_text(bad[i]), KEY_FOR_IMAGES, &key, &err));
        assert_int_equal(err.kind, ERROR_CONFIGURATION);
    }
}

static void says_so_if_a_private_key_was_given(void **state)
{
    struct error err = ERROR_EMPTY;
    struct public_key key;

    (void)state;
    assert_false(key_parse_public(span_text(PRIVATE_PEM), KEY_FOR_IMAGES, &key, &err));
    assert_string_equal(err.text, "is a private key, a public one belongs here");
}

/* Little-endian y of all points of small order, in all their encodings without the sign bit: 0, 1,
 * -1, the two of order 8, p = 0 and p + 1 = 1. */
static const char *const small_orders[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

static bool is_taken(const unsigned char bytes[KEY_SIZE])
{
    struct error err = ERROR_EMPTY;
    struct public_key key;
    char pem[256];
    bool taken;

    key_from_bytes(bytes, &key);
    key_format_public(&key, KEY_FOR_IMAGES, pem, sizeof(pem));
    taken = key_parse_public(span_text(pem), KEY_FOR_IMAGES, &key, &err);
    if (!taken)
        assert_string_equal(err.text, "is no key that anyone owns: its point has a small order, or "
                                      "is not written as RFC 8032 says");
    return taken;
}

static void refuses_keys_of_small_order_however_they_are_written(void **state)
{
    unsigned char bytes[KEY_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(small_orders); i++) {
        assert_true(number_parse_hex(span_text(small_orders[i]), bytes, KEY_SIZE));
        assert_false(is_taken(bytes));
        bytes[KEY_SIZE - 1] |= 0x80;
        assert_false(is_taken(bytes));
    }
}

static void refuses_every_encoding_that_is_not_canonical(void **state)
{
    unsigned char bytes[KEY_SIZE];

    (void)state;
    memset(bytes, 0xff, KEY_SIZE);
    for (unsigned first = 0xed; first <= 0xff; first++) {
        bytes[0] = (unsigned char)first;
        bytes[KEY_SIZE - 1] = 0x7f;
        assert_false(is_taken(bytes));
        bytes[KEY_SIZE - 1] = 0xff;
        assert_false(is_taken(bytes));
    }
    bytes[0] = 0xeb; /* p - 2 */
    assert_true(is_taken(bytes));
    for (size_t i = 1; i < KEY_SIZE; i++) {
        memset(bytes, 0xff, KEY_SIZE);
        bytes[i] ^= 1;
        assert_true(is_taken(bytes));
    }
}

struct folder {
    char path[64];
    FILE *log;
};

static int make_folder(void **state)
{
    struct folder *folder = calloc(1, sizeof(*folder));

    *state = folder;
    strcpy(folder->path, "/tmp/test_key.XXXXXX");
    folder->log = tmpfile();
    return mkdtemp(folder->path) == NULL || folder->log == NULL;
}

static void name_of(const struct folder *folder, const char *name, char path[128])
{
    (void)snprintf(path, 128, "%s/%s", folder->path, name);
}

static void put(const struct folder *folder, const char *name, const char *text)
{
    struct error err = ERROR_EMPTY;
    char path[128];

    name_of(folder, name, path);
    assert_true(file_replace(path, span_text(text), 0644, &err));
}

static int remove_folder(void **state)
{
    static const char *const names[] = {"a.pem", "b.pem", "c.pem", "d.pem", "old.pem.off"};
    struct folder *folder = *state;
    char path[128];

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        name_of(folder, names[i], path);
        (void)remove(path);
    }
    for (int i = 0; i < KEY_COUNT + 1; i++) {
        (void)snprintf(path, sizeof(path), "%s/%03d.pem", folder->path, i);
        (void)unlink(path);
    }
    (void)fclose(folder->log);
    (void)rmdir(folder->path);
    free(folder);
    return 0;
}

static void logged(const struct folder *folder, char *text, size_t capacity)
{
    struct error err = ERROR_EMPTY;
    size_t got;

    assert_true(fd_read_at(fileno(folder->log), 0, text, capacity - 1, &got, &err));
    text[got] = '\0';
}

static void reads_a_folder_in_the_order_of_its_names(void **state)
{
    struct error err = ERROR_EMPTY;
    char id[KEY_ID_TEXT_SIZE + 1];
    struct key_set set;

    put(*state, "b.pem", PUBLIC_PEM);
    put(*state, "a.pem", OTHER_PEM);
    put(*state, "old.pem.off", PUBLIC_PEM);
    assert_true(key_set_read(((struct folder *)*state)->path, KEY_FOR_IMAGES, NULL, &set, &err));
    assert_int_equal(set.count, 2);
    key_id_format(&set.keys[0].id, id);
    assert_string_equal(id, OTHER_ID);
    key_id_format(&set.keys[1].id, id);
    assert_string_equal(id, PUBLIC_ID);
}

static void skips_and_logs_what_does_not_parse(void **state)
{
    struct folder *folder = *state;
    struct log log = {.program = "test", .fd = fileno(folder->log), .system = false};
    struct error err = ERROR_EMPTY;
    char path[128], text[2048];
    struct key_set set;

    put(folder, "a.pem", "no key");
    put(folder, "b.pem", PRIVATE_PEM);
    put(folder, "d.pem", PUBLIC_PEM);
    name_of(folder, "c.pem", path);
    assert_int_equal(mkdir(path, 0755), 0);
    assert_true(key_set_read(folder->path, KEY_FOR_IMAGES, &log, &set, &err));
    assert_int_equal(set.count, 1);
    logged(folder, text, sizeof(text));
    assert_non_null(strstr(text, "a.pem: is not a PEM file"));
    assert_non_null(strstr(text, "b.pem: is a private key"));
    assert_non_null(strstr(text, "c.pem: not a file"));
    assert_null(strstr(text, "d.pem"));
    assert_null(strstr(text, "MC4CAQ"));
}

static void skips_and_logs_keys_past_the_limit(void **state)
{
    struct folder *folder = *state;
    struct log log = {.program = "test", .fd = fileno(folder->log), .system = false};
    struct error err = ERROR_EMPTY;
    char name[16], text[512];
    struct key_set set;

    for (int i = 0; i < KEY_COUNT + 1; i++) {
        unsigned char bytes[KEY_SIZE] = {9, (unsigned char)i};
        struct public_key key;
        char pem[256];

        key_from_bytes(bytes, &key);
        key_format_public(&key, KEY_FOR_IMAGES, pem, sizeof(pem));
        (void)snprintf(name, sizeof(name), "%03d.pem", i);
        put(folder, name, pem);
    }
    assert_true(key_set_read(folder->path, KEY_FOR_IMAGES, &log, &set, &err));
    assert_int_equal(set.count, KEY_COUNT);
    logged(folder, text, sizeof(text));
    assert_non_null(strstr(text, "032.pem: more than 32 keys"));
}

static void counts_a_key_under_two_names_once(void **state)
{
    struct folder *folder = *state;
    struct error err = ERROR_EMPTY;
    struct key_set set;

    put(folder, "a.pem", PUBLIC_PEM);
    put(folder, "b.pem", OTHER_PEM);
    put(folder, "c.pem", PUBLIC_PEM);
    assert_true(key_set_read(folder->path, KEY_FOR_IMAGES, NULL, &set, &err));
    assert_int_equal(set.count, 2);
    assert_memory_not_equal(set.keys[0].bytes, set.keys[1].bytes, KEY_SIZE);
}

static void fails_if_the_folder_is_missing(void **state)
{
    struct error err = ERROR_EMPTY;
    struct key_set set;

    (void)state;
    assert_false(key_set_read("/nowhere/at/all", KEY_FOR_IMAGES, NULL, &set, &err));
    assert_int_equal(err.kind, ERROR_CONFIGURATION);
    assert_string_equal(err.text,
                        "cannot open key folder /nowhere/at/all: No such file or directory");
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_key_as_openssl_writes_it),
        cmocka_unit_test(writes_the_text_that_it_read),
        cmocka_unit_test(reads_a_key_as_editors_leave_it),
        cmocka_unit_test(says_what_is_wrong_with_the_form),
        cmocka_unit_test(refuses_every_other_form),
        cmocka_unit_test(says_so_if_a_private_key_was_given),
        cmocka_unit_test(refuses_keys_of_small_order_however_they_are_written),
        cmocka_unit_test(refuses_every_encoding_that_is_not_canonical),
        IN_A_FOLDER(reads_a_folder_in_the_order_of_its_names),
        IN_A_FOLDER(skips_and_logs_what_does_not_parse),
        IN_A_FOLDER(skips_and_logs_keys_past_the_limit),
        IN_A_FOLDER(counts_a_key_under_two_names_once),
        cmocka_unit_test(fails_if_the_folder_is_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
