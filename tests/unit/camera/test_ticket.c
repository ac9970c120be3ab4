/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "camera/ticket.h"
#include "image/digest.h"
#include "scratch.h"

#define HASH "$6$salt$digest"
#define LOGIN_FROM(name, word, text, address)                                                      \
    ((struct ticket_login){span_text(name), span_text(word), text, span_text(address)})
#define LOGIN_OF(name, word, text) LOGIN_FROM(name, word, text, "192.0.2.7")
#define ADMIN LOGIN_OF("admin", "123456", HASH)

static bool is_for(const struct scratch *scratch, struct ticket_login login, const char *text)
{
    return ticket_is_for(scratch->folder, &login, span_text(text));
}

static void make(const struct scratch *scratch, char text[TICKET_TEXT_SIZE + 1])
{
    const struct ticket_login login = ADMIN;
    struct error err = ERROR_EMPTY;

    assert_true(ticket_make(scratch->folder, &login, text, &err));
    assert_true(is_for(scratch, ADMIN, text));
}

static void key_path(const struct scratch *scratch, char path[FILE_PATH_SIZE])
{
    struct error err = ERROR_EMPTY;

    assert_true(file_path(scratch->folder, "ticket-key", path, &err));
}

/* With the camera's key: a ticket that ends at this time. The input of the MAC has one size for all
 * logins, so that the time does not tell which accounts exist. */
static void forge(const struct scratch *scratch, uint64_t end, const char *hash,
                  char text[TICKET_TEXT_SIZE + 1])
{
    enum { INPUT_SIZE = 20 + 31 + 63 + 255 + 64 + 5 + 1 };
    CLEANUP(memory_free) unsigned char *data = NULL;
    char input[INPUT_SIZE] = {0}, digits[DIGEST_TEXT_SIZE + 1], path[FILE_PATH_SIZE];
    struct error err = ERROR_EMPTY;
    struct digest key, mac;
    size_t size;

    key_path(scratch, path);
    assert_true(file_read(path, DIGEST_SIZE, &data, &size, &err));
    assert_int_equal(size, DIGEST_SIZE);
    memcpy(key.bytes, data, DIGEST_SIZE);
    (void)snprintf(input, sizeof(input), "%llu\nadmin\n%s\n123456\n192.0.2.7",
                   (unsigned long long)end, hash);
    digest_keyed(&key, span_of(input, sizeof(input)), &mac);
    digest_format(&mac, digits);
    (void)snprintf(text, TICKET_TEXT_SIZE + 1, "%llu-%s", (unsigned long long)end, digits);
}

static void is_good_for_its_login_alone(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    char text[TICKET_TEXT_SIZE + 1];

    (void)state;
    scratch_make(&scratch);
    make(&scratch, text);
    assert_false(is_for(&scratch, LOGIN_OF("admim", "123456", HASH), text));
    assert_false(is_for(&scratch, LOGIN_OF("admin", "12345", HASH), text));
    assert_false(is_for(&scratch, LOGIN_OF("admin", "1234567", HASH), text));
    assert_false(is_for(&scratch, LOGIN_OF("admin", "", HASH), text));
    assert_false(is_for(&scratch, LOGIN_OF("admin", "123456", "$6$salt$other"), text));
    assert_false(is_for(&scratch, LOGIN_OF("admin", "123456", ""), text));
    assert_false(is_for(&scratch, LOGIN_FROM("admin", "123456", HASH, "192.0.2.8"), text));
    assert_false(is_for(&scratch, LOGIN_FROM("admin", "123456", HASH, ""), text));
}

static void ends_with_its_minute(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    uint64_t now = clock_boot_seconds();
    char text[TICKET_TEXT_SIZE + 1];

    (void)state;
    scratch_make(&scratch);
    make(&scratch, text);
    forge(&scratch, now + TICKET_SECONDS - 30, HASH,
          text); /* the rule of `forge` is the camera's */
    assert_true(is_for(&scratch, ADMIN, text));
    forge(&scratch, now, HASH, text);
    assert_false(is_for(&scratch, ADMIN, text));
    forge(&scratch, 0, HASH, text);
    assert_false(is_for(&scratch, ADMIN, text));
    /* Of an earlier boot, if the run folder is not in RAM. */
    forge(&scratch, now + 2 * TICKET_SECONDS, HASH, text);
    assert_false(is_for(&scratch, ADMIN, text));
}

/* Only the web server knows the password of an account whose hash is `*`. The owner of the run
 * folder knows the key. */
static void there_is_none_for_an_account_without_a_hash(void **state)
{
    static const char *const without[] = {"*", "*0", ""};
    CLEANUP(scratch_remove) struct scratch scratch;
    struct error err = ERROR_EMPTY;
    char text[TICKET_TEXT_SIZE + 1];

    (void)state;
    scratch_make(&scratch);
    make(&scratch, text);
    for (size_t i = 0; i < COUNT_OF(without); i++) {
        const struct ticket_login login = LOGIN_OF("admin", "123456", without[i]);

        forge(&scratch, clock_boot_seconds() + 30, without[i], text);
        assert_false(is_for(&scratch, login, text));
        assert_false(ticket_make(scratch.folder, &login, text, &err));
    }
    forge(&scratch, clock_boot_seconds() + 30, HASH, text);
    assert_true(is_for(&scratch, ADMIN, text));
}

static void one_changed_digit_makes_it_void(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    char text[TICKET_TEXT_SIZE + 1];

    (void)state;
    scratch_make(&scratch);
    make(&scratch, text);
    for (size_t i = 0; text[i] != '\0'; i++) {
        char kept = text[i];

        text[i] = kept == '1' ? '2' : '1';
        assert_false(is_for(&scratch, ADMIN, text));
        text[i] = kept;
    }
    assert_true(is_for(&scratch, ADMIN, text));
}

static void any_other_form_is_void(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    char text[TICKET_TEXT_SIZE + 1], other[2 * TICKET_TEXT_SIZE + 8];

    (void)state;
    scratch_make(&scratch);
    assert_false(is_for(&scratch, ADMIN, "")); /* there is no key yet */
    make(&scratch, text);
    assert_false(is_for(&scratch, ADMIN, ""));
    assert_false(is_for(&scratch, ADMIN, "-"));
    (void)snprintf(other, sizeof(other), "%s0", text);
    assert_false(is_for(&scratch, ADMIN, other));
    (void)snprintf(other, sizeof(other), "%s, %s", text, text);
    assert_false(is_for(&scratch, ADMIN, other));
    assert_false(ticket_is_for(scratch.folder, &ADMIN, span_of(text, strlen(text) - 1)));
}

static void ends_with_the_key(void **state)
{
    static const char short_key[] = "0123456789";
    CLEANUP(scratch_remove) struct scratch scratch;
    char text[TICKET_TEXT_SIZE + 1], path[FILE_PATH_SIZE];
    struct error err = ERROR_EMPTY;
    struct stat facts;

    (void)state;
    scratch_make(&scratch);
    make(&scratch, text);
    key_path(&scratch, path);
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_mode, S_IFREG | 0600);
    assert_int_equal(unlink(path), 0);
    assert_false(is_for(&scratch, ADMIN, text));
    make(&scratch, text);
    assert_true(file_replace(path, span_text(short_key), 0600, &err));
    assert_false(is_for(&scratch, ADMIN, text));
    make(&scratch, text); /* replaces a key that is not whole */
}

static void longest_login_has_one_and_a_longer_one_none(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    char hash[400], text[TICKET_TEXT_SIZE + 1];
    struct error err = ERROR_EMPTY;
    struct ticket_login login = {
        span_text("1234567890123456789012345678901"),
        span_text("123456789012345678901234567890123456789012345678901234567"
                  "890123"),
        hash, span_text("[2001:db8:1111:2222:3333:4444:5555:6666%abcdefghijklmnopqrstuvw]")};

    (void)state;
    scratch_make(&scratch);
    memset(hash, 'h', sizeof(hash));
    hash[255] = '\0';
    assert_true(ticket_make(scratch.folder, &login, text, &err));
    assert_true(ticket_is_for(scratch.folder, &login, span_text(text)));
    hash[255] = 'h';
    hash[sizeof(hash) - 1] = '\0';
    assert_false(ticket_make(scratch.folder, &login, text, &err));
    assert_false(ticket_is_for(scratch.folder, &login, span_text(text)));
}

static void none_is_made_without_a_run_folder(void **state)
{
    const struct ticket_login login = ADMIN;
    char text[TICKET_TEXT_SIZE + 1];
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_false(ticket_make("/nonexistent/run", &login, text, &err));
    assert_string_equal(err.text, "cannot make /nonexistent/run: No such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_good_for_its_login_alone),
        cmocka_unit_test(ends_with_its_minute),
        cmocka_unit_test(there_is_none_for_an_account_without_a_hash),
        cmocka_unit_test(one_changed_digit_makes_it_void),
        cmocka_unit_test(any_other_form_is_void),
        cmocka_unit_test(ends_with_the_key),
        cmocka_unit_test(longest_login_has_one_and_a_longer_one_none),
        cmocka_unit_test(none_is_made_without_a_run_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
