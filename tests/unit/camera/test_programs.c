/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "camera/programs.h"

#include <string.h>

static void they_lie_under_the_prefix_of_a_program_in_its_sbin(void **state)
{
    static const struct {
        const char *self, *folder, *pages;
    } cases[] = {
        {"/usr/local/sbin/ispupd", "/usr/local/" ISPUP_CGI_PLACE, "/usr/local/share/ispup/www"},
        {"/usr/sbin/ispupd", "/usr/" ISPUP_CGI_PLACE, "/usr/share/ispup/www"},
        {"/opt/a b/sbin/ispup-camera", "/opt/a b/" ISPUP_CGI_PLACE, "/opt/a b/share/ispup/www"},
        {"/sbin/ispupd", "/usr/" ISPUP_CGI_PLACE, "/usr/share/ispup/www"},
        {"/home/me/build/src/ispupd/ispupd", "/usr/" ISPUP_CGI_PLACE, "/usr/share/ispup/www"},
        {"/opt/notsbin/ispupd", "/usr/" ISPUP_CGI_PLACE, "/usr/share/ispup/www"},
        {"/opt/sbin/more/ispupd", "/usr/" ISPUP_CGI_PLACE, "/usr/share/ispup/www"},
        {"ispupd", "/usr/" ISPUP_CGI_PLACE, "/usr/share/ispup/www"},
        {"", "/usr/" ISPUP_CGI_PLACE, "/usr/share/ispup/www"},
    };
    char folder[FILE_PATH_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        programs_beside(cases[i].self, folder);
        assert_string_equal(folder, cases[i].folder);
        programs_pages_beside(cases[i].self, folder);
        assert_string_equal(folder, cases[i].pages);
    }
}

static void a_prefix_that_does_not_fit_is_none(void **state)
{
    char self[FILE_PATH_SIZE], folder[FILE_PATH_SIZE];

    (void)state;
    memset(self, 'a', sizeof(self));
    self[0] = '/';
    memcpy(self + sizeof(self) - sizeof("/sbin/x"), "/sbin/x", sizeof("/sbin/x"));
    programs_beside(self, folder);
    assert_string_equal(folder, "/usr/" ISPUP_CGI_PLACE);
    programs_pages_beside(self, folder);
    assert_string_equal(folder, "/usr/share/ispup/www");
}

static void what_the_configuration_says_counts(void **state)
{
    static struct configuration configuration;

    (void)state;
    memcpy(configuration.programs, "/p", sizeof("/p"));
    memcpy(configuration.pages, "/w", sizeof("/w"));
    programs_settle(&configuration);
    assert_string_equal(configuration.programs, "/p");
    assert_string_equal(configuration.pages, "/w");
    configuration.programs[0] = '\0';
    programs_settle(&configuration);
    assert_string_equal(configuration.programs, "/usr/" ISPUP_CGI_PLACE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_lie_under_the_prefix_of_a_program_in_its_sbin),
        cmocka_unit_test(a_prefix_that_does_not_fit_is_none),
        cmocka_unit_test(what_the_configuration_says_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
