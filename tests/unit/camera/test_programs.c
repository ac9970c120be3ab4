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
        const char *self, *folder;
    } cases[] = {
        {"/usr/local/sbin/ispupd", "/usr/local/lib/cgi-bin"},
        {"/usr/sbin/ispupd", "/usr/lib/cgi-bin"},
        {"/opt/a b/sbin/ispup-camera", "/opt/a b/lib/cgi-bin"},
        {"/sbin/ispupd", "/usr/lib/cgi-bin"},
        {"/home/me/build/src/ispupd/ispupd", "/usr/lib/cgi-bin"},
        {"/opt/notsbin/ispupd", "/usr/lib/cgi-bin"},
        {"/opt/sbin/more/ispupd", "/usr/lib/cgi-bin"},
        {"ispupd", "/usr/lib/cgi-bin"},
        {"", "/usr/lib/cgi-bin"},
    };
    char folder[FILE_PATH_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        programs_beside(cases[i].self, folder);
        assert_string_equal(folder, cases[i].folder);
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
    assert_string_equal(folder, "/usr/lib/cgi-bin");
}

static void what_the_configuration_says_counts(void **state)
{
    static struct configuration configuration;

    (void)state;
    memcpy(configuration.programs, "/p", sizeof("/p"));
    programs_settle(&configuration);
    assert_string_equal(configuration.programs, "/p");
    configuration.programs[0] = '\0';
    programs_settle(&configuration);
    assert_string_equal(configuration.programs, "/usr/lib/cgi-bin");
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
