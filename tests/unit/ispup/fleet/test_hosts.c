/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/fleet/hosts.h"

#include "base/fd.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { HOSTS = 3 };

static struct scratch home;

static int set_up(void **state)
{
    (void)state;
    scratch_make(&home);
    return setenv("HOME", home.folder, 1);
}

static int tear_down(void **state)
{
    (void)state;
    scratch_remove(&home);
    return 0;
}

static void write_netrc(const char *text, unsigned mode)
{
    (void)unlink(scratch_path(&home, ".netrc"));
    scratch_write(&home, ".netrc", span_text(text));
    assert_int_equal(chmod(scratch_path(&home, ".netrc"), mode), 0);
}

static void open_hosts(const char *const words[HOSTS], struct hosts *hosts)
{
    struct error err = ERROR_EMPTY;
    size_t count = 0;

    while (count < HOSTS && words[count] != NULL)
        count++;
    *hosts = (struct hosts){.count = 0};
    assert_true(hosts_open(hosts, words, count, &err));
    assert_int_equal(hosts->count, count);
}

/* One password for all hosts, as with --password-fd. */
static bool authorise(struct hosts *hosts, const char *password, struct error *err)
{
    CLEANUP(fd_close) int reads = FD_NONE;
    int ends[2];

    if (password == NULL)
        return hosts_authorise(hosts, FD_NONE, err);
    assert_int_equal(pipe(ends), 0);
    reads = ends[0];
    assert_true(fd_write(ends[1], span_text(password), err));
    assert_int_equal(close(ends[1]), 0);
    return hosts_authorise(hosts, reads, err);
}

static void a_camera_is_named_once(void **state)
{
    static const struct {
        const char *words[HOSTS];
        const char *text; /* NULL: it is accepted */
    } rows[] = {
        {{"a", "b", "a:81"}, NULL},
        {{"a", "https://a"}, "the 2nd camera: a is given twice"},
        {{"a", "b", "a"}, "the 3rd camera: a is given twice"},
        {{"a", "x@a"}, "the 2nd camera: a is given twice"},
        {{"a", "http://a:80"}, "the 2nd camera: a is given twice"},
        {{"a", "A"}, "the 2nd camera: A is given twice"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        CLEANUP(hosts_close) struct hosts hosts = {.count = 0};
        struct error err = ERROR_EMPTY;
        size_t count = rows[i].words[2] == NULL ? 2 : 3;

        assert_int_equal(hosts_open(&hosts, rows[i].words, count, &err), rows[i].text == NULL);
        if (rows[i].text != NULL)
            assert_string_equal(err.text, rows[i].text);
    }
}

static void each_camera_gets_its_own_account(void **state)
{
    static const char *const words[HOSTS] = {"one", "viewer@two", "admin@three"};
    CLEANUP(hosts_close) struct hosts hosts;
    struct error err = ERROR_EMPTY;

    (void)state;
    write_netrc("machine one login root password p1\nmachine two login viewer password p2\n"
                "default login admin password p3\n",
                0600);
    open_hosts(words, &hosts);
    assert_true(authorise(&hosts, NULL, &err));
    assert_string_equal(hosts.targets[0].user, "root");
    assert_string_equal(hosts.targets[0].password.text, "p1");
    assert_string_equal(hosts.targets[1].password.text, "p2");
    assert_string_equal(hosts.targets[2].password.text, "p3");
}

static void a_given_password_comes_before_netrc_which_is_not_read(void **state)
{
    static const char *const words[HOSTS] = {"admin@one", "viewer@two"};
    CLEANUP(hosts_close) struct hosts hosts;
    struct error err = ERROR_EMPTY;

    (void)state;
    write_netrc("machine one login admin password p1\n", 0644);
    open_hosts(words, &hosts);
    assert_true(authorise(&hosts, "given\n", &err));
    for (size_t i = 0; i < 2; i++)
        assert_string_equal(hosts.targets[i].password.text, "given");
}

static void what_cannot_be_an_account_is_refused(void **state)
{
    static const struct {
        const char *word, *netrc;
        unsigned mode;
        const char *password, *text; /* a part */
    } rows[] = {
        {"one", "", 0600, "p\n", "needs a user for one"},
        {"one", "machine two login admin password p\n", 0600, NULL, "needs a user for one"},
        {"one", "machine one password p\n", 0600, NULL, "needs a user for one"},
        {"admin@one", "", 0600, "a&b\n", "does not fit in a URL"},
        {"admin@one", "", 0600, "a#b\n", "does not fit in a URL"},
        {"admin@one", "", 0600, "a b\n", "does not fit in a URL"},
        {"admin@one", "", 0600, "\n", "password: none given"},
        {"admin@one", "machine one login admin password p\n", 0640, NULL, "chmod 600"},
        {"admin@one", "machine one login admin password p\n", 0602, NULL, "chmod 600"},
        {"admin@one", "machine one login\n", 0600, NULL,
         "~/.netrc: line 1: a keyword without its value"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        CLEANUP(hosts_close) struct hosts hosts;
        const char *const words[HOSTS] = {rows[i].word};
        struct error err = ERROR_EMPTY;

        write_netrc(rows[i].netrc, rows[i].mode);
        open_hosts(words, &hosts);
        assert_false(authorise(&hosts, rows[i].password, &err));
        if (memmem(err.text, strlen(err.text), rows[i].text, strlen(rows[i].text)) == NULL)
            fail_msg("row %zu: %s", i, err.text);
    }
}

/* Before passwords are known: the words are those of hosts_authorise. */
static void users_that_no_password_makes_an_account_are_refused(void **state)
{
    static const struct {
        const char *word;
        bool is_refused;
    } rows[] = {
        {"admin@one", false},
        {"one", false}, /* ~/.netrc may have it */
        {"0123456789012345678901234567890@one", false},
        {"a&b@one", true},
        {"a#b@one", true},
        {"a b@one", true},
        {"\xc3\xa4@one", true},
        {"\x7f@one", true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        CLEANUP(hosts_close) struct hosts hosts;
        const char *const words[HOSTS] = {"admin@two", rows[i].word};
        struct error early = ERROR_EMPTY, late = ERROR_EMPTY;

        open_hosts(words, &hosts);
        assert_int_equal(hosts_check_users(&hosts, &early), !rows[i].is_refused);
        if (!rows[i].is_refused)
            continue;
        assert_false(authorise(&hosts, "p\n", &late));
        assert_string_equal(early.text, late.text);
        assert_int_equal(early.kind, late.kind);
    }
}

static void an_authority_is_a_file_with_a_certificate(void **state)
{
    struct error err = ERROR_EMPTY;
    char path[FILE_PATH_SIZE];

    (void)state;
    scratch_write(&home, "ca.pem", span_text("-----BEGIN CERTIFICATE-----\nMA==\n"));
    memcpy(path, scratch_path(&home, "ca.pem"), sizeof(path));
    assert_true(hosts_check_authority(NULL, true, &err));
    assert_true(hosts_check_authority(path, false, &err));
    assert_false(hosts_check_authority(path, true, &err));
    assert_string_equal(err.text, "--cacert and --insecure cannot be used together");
    scratch_write(&home, "ca.pem", span_text("-----BEGIN PRIVATE KEY-----\n"));
    assert_false(hosts_check_authority(path, false, &err));
    assert_int_equal(err.kind, ERROR_USAGE);
    assert_int_equal(unlink(path), 0);
    assert_false(hosts_check_authority(path, false, &err));
    assert_int_equal(err.kind, ERROR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_camera_is_named_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_camera_gets_its_own_account, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_given_password_comes_before_netrc_which_is_not_read,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_an_account_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(users_that_no_password_makes_an_account_are_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_authority_is_a_file_with_a_certificate, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
