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

#define BEGIN "-----BEGIN PUBLIC KEY-----\n"
#define END "\n-----END PUBLIC KEY-----\n"

/* The public key of RFC 8032, section 7.1, TEST 2, as openssl 3 writes it; its id is what
 * `openssl pkey -pubin -outform DER | sha256sum` says. */
#define PUBLIC_LINE "MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw="
#define PUBLIC_PEM BEGIN PUBLIC_LINE END
#define PUBLIC_ID "deb2ded39dc26fce"
/* That of TEST 1. */
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
    assert_true(key_parse_public(span_text(PUBLIC_PEM), &key, &err));
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
    assert_true(key_parse_public(span_text(PUBLIC_PEM), &key, &err));
    key_format_public(&key, pem, sizeof(pem));
    assert_string_equal(pem, PUBLIC_PEM);
}

static void refuses_every_other_form(void **state)
{
    static const char *const bad[] = {
        "",
        "\n",
        PUBLIC_LINE,
        BEGIN,
        BEGIN PUBLIC_LINE,
        BEGIN PUBLIC_LINE "\n-----END PUBLIC KEY-----",
        BEGIN PUBLIC_LINE END "\n",
        "\n" PUBLIC_PEM,
        PUBLIC_PEM OTHER_PEM,
        BEGIN END,
        "-----BEGIN PUBLIC KEY-----\r\n" PUBLIC_LINE "\r\n-----END PUBLIC KEY-----\r\n",
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

        assert_false(key_parse_public(span_text(bad[i]), &key, &err));
        assert_int_equal(err.kind, ERROR_CONFIGURATION);
    }
}

static void says_so_where_a_private_key_was_given(void **state)
{
    struct error err = ERROR_EMPTY;
    struct public_key key;

    (void)state;
    assert_false(key_parse_public(span_text(PRIVATE_PEM), &key, &err));
    assert_string_equal(err.text, "is a private key, a public one belongs here");
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
    assert_true(key_set_read(((struct folder *)*state)->path, NULL, &set, &err));
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
    assert_true(key_set_read(folder->path, &log, &set, &err));
    assert_int_equal(set.count, 1);
    logged(folder, text, sizeof(text));
    assert_non_null(strstr(text, "a.pem: is no PEM file"));
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
        (void)snprintf(name, sizeof(name), "%03d.pem", i);
        put(folder, name, PUBLIC_PEM);
    }
    assert_true(key_set_read(folder->path, &log, &set, &err));
    assert_int_equal(set.count, KEY_COUNT);
    logged(folder, text, sizeof(text));
    assert_non_null(strstr(text, "032.pem: more than 32 keys"));
}

static void fails_where_the_folder_is_missing(void **state)
{
    struct error err = ERROR_EMPTY;
    struct key_set set;

    (void)state;
    assert_false(key_set_read("/nowhere/at/all", NULL, &set, &err));
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
        cmocka_unit_test(refuses_every_other_form),
        cmocka_unit_test(says_so_where_a_private_key_was_given),
        IN_A_FOLDER(reads_a_folder_in_the_order_of_its_names),
        IN_A_FOLDER(skips_and_logs_what_does_not_parse),
        IN_A_FOLDER(skips_and_logs_keys_past_the_limit),
        cmocka_unit_test(fails_where_the_folder_is_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
