/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fd.h"
#include "camera/account_password.h"
#include "scratch.h"
#include "skip.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Hash of "123456", made by `openssl passwd -1 -salt saltsalt`. */
#define MD5_HASH "$1$saltsalt$T5MN6iR8aoAeg.OHdYqBf0"

#define SCRYPT_HASH "$7$C6..../....saltsaltsalt$hGRgryM.TgtwftNiX6DuUyCTIG.5a7rYv65Srpc98A5"
/* Hash of "x". */
#define MD5_OF_X "$1$saltsalt$4px9i58NU2Z2/vZOUlGjq."

static struct scratch scratch;
static struct account_list list;
static struct error err;

static int set_up(void **state)
{
    scratch_make(&scratch);
    *state = &scratch;
    err = ERROR_EMPTY;
    return 0;
}

static bool read_text(const char *text)
{
    scratch_write(&scratch, "accounts", span_text(text));
    return account_read(scratch_path(&scratch, "accounts"), false, &list, &err);
}

/* Checks against a list with this account alone; NULL: an empty list. */
static bool has_password(const struct account *account, struct span password)
{
    list.count = account != NULL;
    if (account != NULL)
        list.accounts[0] = *account;
    return account_password_matches(&list, account == NULL ? NULL : &list.accounts[0], password);
}

static void a_missing_file_is_an_empty_list(void **state)
{
    (void)state;
    list.count = 3;
    assert_true(account_read(scratch_path(&scratch, "accounts"), true, &list, &err));
    assert_int_equal(list.count, 0);
    assert_null(account_find(&list, span_text("admin")));
}

static void reads_what_it_wrote(void **state)
{
    struct account admin = {.name = "admin", .level = ACCOUNT_ROOT};
    struct account guest = {.name = "guest", .level = ACCOUNT_USER, .hash = "*"};
    struct stat facts;

    (void)state;
    assert_true(account_password_set(&admin, span_text("123456"), &err));
    list.count = 2;
    list.accounts[0] = admin;
    list.accounts[1] = guest;
    assert_true(account_write(scratch_path(&scratch, "accounts"), &list, &err));
    assert_int_equal(stat(scratch.path, &facts), 0);
    assert_int_equal(facts.st_mode & 07777, 0600);
    list.count = 0;
    assert_true(account_read(scratch.path, false, &list, &err));
    assert_int_equal(list.count, 2);
    assert_int_equal(account_find(&list, span_text("admin"))->level, ACCOUNT_ROOT);
    assert_int_equal(account_find(&list, span_text("guest"))->level, ACCOUNT_USER);
    assert_string_equal(account_find(&list, span_text("admin"))->hash, admin.hash);
}

static void names_compare_exactly(void **state)
{
    (void)state;
    assert_true(read_text("admin:root:*\n"));
    assert_non_null(account_find(&list, span_text("admin")));
    assert_null(account_find(&list, span_text("Admin")));
    assert_null(account_find(&list, span_text("admi")));
    assert_null(account_find(&list, span_of("admin\0x", 7)));
    assert_null(account_find(&list, SPAN_EMPTY));
}

static void tells_the_right_password_from_others(void **state)
{
    struct account account = {.name = "admin"};

    (void)state;
    assert_true(account_password_set(&account, span_text("123456"), &err));
    assert_memory_equal(account.hash, "$6$", 3);
    assert_true(has_password(&account, span_text("123456")));
    assert_false(has_password(&account, span_text("12345")));
    assert_false(has_password(&account, span_text("1234567")));
    assert_false(has_password(&account, span_of("123456\0", 7)));
    assert_false(has_password(&account, SPAN_EMPTY));
}

/* A hash that is cut short, by a full disk or by hand, admits no one; also if method and salt
 * are complete. */
static void a_hash_that_was_cut_short_admits_no_one(void **state)
{
    struct account account = {.name = "admin"}, cut;

    (void)state;
    assert_true(account_password_set(&account, span_text("123456"), &err));
    for (size_t size = strlen(account.hash) - 1; size > 0;
         size = size > 40 ? size - 20 : size - 1) {
        cut = account;
        cut.hash[size] = '\0';
        assert_false(has_password(&cut, span_text("123456")));
    }
    cut = account;
    cut.hash[strlen(account.hash)] = 'x';
    cut.hash[strlen(account.hash) + 1] = '\0';
    assert_false(has_password(&cut, span_text("123456")));
}

static void two_hashes_of_one_password_differ(void **state)
{
    struct account one = {.name = "a"}, other = {.name = "b"};

    (void)state;
    assert_true(account_password_set(&one, span_text("x"), &err));
    assert_true(account_password_set(&other, span_text("x"), &err));
    assert_string_not_equal(one.hash, other.hash);
    assert_memory_not_equal(one.hash + 3, "................", 16);
}

static void verifies_other_methods_of_the_system(void **state)
{
    (void)state;
    assert_true(read_text("admin:root:" MD5_HASH "\n"));
    assert_true(has_password(&list.accounts[0], span_text("123456")));
    assert_false(has_password(&list.accounts[0], span_text("123457")));
}

static void what_has_no_hash_has_no_password(void **state)
{
    static const char *const passwords[] = {"*", "", "x", "*0", "$6$nobodysaccount..$"};
    struct account star = {.name = "star", .hash = "*"};
    struct account unknown = {.name = "odd", .hash = "$nomethod$abcdefgh$xyz"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(passwords); i++) {
        assert_false(has_password(&star, span_text(passwords[i])));
        assert_false(has_password(NULL, span_text(passwords[i])));
        assert_false(has_password(&unknown, span_text(passwords[i])));
    }
}

/* Only a hash of this very account counts, not those of others. */
static void a_password_is_no_other_account_s(void **state)
{
    (void)state;
    assert_true(read_text("one:root:" MD5_HASH "\ntwo:root:" SCRYPT_HASH "\n"
                          "three:root:" MD5_OF_X "\nstar:root:*\n"));
    for (size_t i = 0; i < list.count; i++) {
        bool is_x = i == 2, has_none = i == 3;

        assert_int_equal(account_password_matches(&list, &list.accounts[i], span_text("123456")),
                         !is_x && !has_none);
        assert_int_equal(account_password_matches(&list, &list.accounts[i], span_text("x")), is_x);
    }
    assert_false(account_password_matches(&list, NULL, span_text("123456")));
    assert_false(account_password_matches(&list, NULL, span_text("x")));
}

/* How much memory a login with this name adds to a process, in KiB. */
static long memory_of_login(const char *name)
{
    const struct account *account = account_find(&list, span_text(name));
    int ends[2];
    long grown = 0;
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        struct rusage before, after;

        (void)getrusage(RUSAGE_SELF, &before);
        (void)account_password_matches(&list, account, span_text("guess"));
        (void)getrusage(RUSAGE_SELF, &after);
        grown = after.ru_maxrss - before.ru_maxrss;
        _exit(write(ends[1], &grown, sizeof(grown)) == sizeof(grown) ? 0 : 1);
    }
    assert_int_equal(read(ends[0], &grown, sizeof(grown)), sizeof(grown));
    assert_int_equal(waitpid(child, NULL, 0), child);
    (void)close(ends[0]);
    (void)close(ends[1]);
    return grown;
}

/* scrypt needs 16 MiB for this hash: the memory shows, without a clock, that it was computed. */
static void every_name_costs_a_hash_of_each_kind(void **state)
{
    static const char *const names[] = {"old", "new", "star", "nobody", ""};

    (void)state;
    assert_true(read_text("new:root:" SCRYPT_HASH "\n"));
    if (!account_password_matches(&list, &list.accounts[0], span_text("123456")))
        skip_because("crypt(3) has no scrypt");
    assert_true(read_text("old:root:" MD5_HASH "\nnew:root:" SCRYPT_HASH "\nstar:root:*\n"));
    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_true(memory_of_login(names[i]) > 8 * 1024);
}

static void kinds_are_told_by_method_and_cost(void **state)
{
    static const char *const costlier[] = {"$7$C6..../....", "$7$B6..../...."};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(costlier); i++) {
        char text[256];
        long grown;

        /* The first account of the file has the cheaper hash, or the costlier one. */
        (void)snprintf(text, sizeof(text), "a:root:%ssaltsaltsalt$%s\nb:root:%ssaltsaltsalt$%s\n",
                       costlier[i], "hash", costlier[1 - i], "hash");
        assert_true(read_text(text));
        grown = memory_of_login("nobody");
        if (grown < 1024)
            skip_because("crypt(3) has no scrypt");
        assert_true(grown > 12 * 1024);
    }
}

static void who_waits_for_the_lock_gets_the_file_that_is_there_then(void **state)
{
    const char *path = scratch_path(&scratch, "accounts");
    int lock = FD_NONE, ends[2];
    char byte = 'x';
    pid_t child;

    (void)state;
    assert_true(account_lock(path, &lock, &err));
    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        int second = FD_NONE;

        fd_close(&lock);
        _exit(account_lock(path, &second, &err) && account_read(path, false, &list, &err) &&
                      list.count == 1 && write(ends[1], &byte, 1) == 1
                  ? 0
                  : 1);
    }
    assert_true(read_text("admin:root:*\n"));
    assert_true(account_write(path, &list, &err)); /* replaces the file */
    fd_close(&lock);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    assert_int_equal(waitpid(child, NULL, 0), child);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void knows_a_name(void **state)
{
    static const char *const good[] = {"a", "Admin", "a-_.$@9", "abcdefghijklmnopqrstuvwxyzabcde"};
    static const char *const bad[] = {"",
                                      "1a",
                                      "_a",
                                      "a b",
                                      "a:b",
                                      "a#",
                                      "a\xc3\xa9",
                                      "a\n",
                                      "a%20",
                                      "a&b",
                                      "abcdefghijklmnopqrstuvwxyzabcdef"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++)
        assert_true(account_is_name(span_text(good[i])));
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(account_is_name(span_text(bad[i])));
    assert_false(account_is_name(span_of("a\0b", 3)));
}

static void knows_a_password(void **state)
{
    static const char *const bad[] = {"", "a b", "a#b", "a&b", "a\tb", "a\x7f", "\xc3\xa9"};
    char text[65];

    (void)state;
    memset(text, 'x', sizeof(text));
    assert_true(account_password_is_valid(span_of(text, 1)));
    assert_true(account_password_is_valid(span_of(text, 63)));
    assert_false(account_password_is_valid(span_of(text, 64)));
    assert_true(account_password_is_valid(span_text("!$%'()*+,-./:;<=>?@[]^_`{|}~\"\\")));
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct account account = {.name = "a", .hash = "keep"};

        assert_false(account_password_is_valid(span_text(bad[i])));
        assert_false(account_password_set(&account, span_text(bad[i]), &err));
        assert_string_equal(account.hash, "keep");
    }
}

static void names_file_and_line_of_a_mistake(void **state)
{
    static const struct {
        const char *text, *said;
    } mistakes[] = {
        {"admin:root:*", "line 1: does not end"},
        {"admin:root:*\n\n", "line 2: not name:level:hash"},
        {"admin\n", "line 1: not name:level:hash"},
        {"admin:root\n", "line 1: not name:level:hash"},
        {":root:*\n", "line 1: name must be"},
        {" admin:root:*\n", "line 1: name must be"},
        {"admin:Root:*\n", "line 1: level must be"},
        {"admin::*\n", "line 1: level must be"},
        {"admin:root:\n", "line 1: not a hash"},
        {"admin:root:123456\n", "line 1: not a hash"},
        {"admin:root:!\n", "line 1: not a hash"},
        {"admin:root:**\n", "line 1: not a hash"},
        {"admin:root:" MD5_HASH ":\n", "line 1: not a hash"},
        {"admin:root:" MD5_HASH "\r\n", "line 1: not a hash"},
        {"a:root:*\nb:user:*\na:user:*\n", "line 3: account a given twice"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(mistakes); i++) {
        assert_false(read_text(mistakes[i].text));
        assert_int_equal(err.kind, ERROR_CONFIGURATION);
        assert_int_equal(list.count, 0);
        if (strstr(err.text, mistakes[i].said) == NULL ||
            strstr(err.text, "/accounts: line ") == NULL)
            fail_msg("%s instead of %s", err.text, mistakes[i].said);
    }
}

static void a_mistake_tells_no_hash(void **state)
{
    (void)state;
    assert_false(read_text("admin:root:secret password\n"));
    assert_null(strstr(err.text, "secret"));
}

static void holds_256_accounts_and_no_more(void **state)
{
    char text[ACCOUNT_LIMIT] = "";
    size_t size = 0;

    (void)state;
    for (unsigned i = 0; i < ACCOUNT_COUNT; i++)
        size += (size_t)snprintf(text + size, sizeof(text) - size, "a%u:user:*\n", i);
    assert_true(read_text(text));
    assert_int_equal(list.count, ACCOUNT_COUNT);
    (void)snprintf(text + size, sizeof(text) - size, "b:user:*\n");
    assert_false(read_text(text));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, scratch_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_missing_file_is_an_empty_list),
        TEST(reads_what_it_wrote),
        TEST(names_compare_exactly),
        TEST(tells_the_right_password_from_others),
        TEST(a_hash_that_was_cut_short_admits_no_one),
        TEST(two_hashes_of_one_password_differ),
        TEST(verifies_other_methods_of_the_system),
        TEST(what_has_no_hash_has_no_password),
        TEST(a_password_is_no_other_account_s),
        TEST(every_name_costs_a_hash_of_each_kind),
        TEST(kinds_are_told_by_method_and_cost),
        TEST(who_waits_for_the_lock_gets_the_file_that_is_there_then),
        TEST(knows_a_name),
        TEST(knows_a_password),
        TEST(names_file_and_line_of_a_mistake),
        TEST(a_mistake_tells_no_hash),
        TEST(holds_256_accounts_and_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
