/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/configuration_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct configuration configuration;
static struct error err;

static void set(char *key, const char *value)
{
    (void)snprintf(key, FILE_PATH_SIZE, "%s", value);
}

/* A camera whose paths do not touch each other. */
static void set_up(void)
{
    configuration = (struct configuration){.restart.kind = RESTART_NONE, .plain = true};
    (void)snprintf(configuration.platform, sizeof(configuration.platform), "0300");
    set(configuration.path, "/etc/ispup.conf");
    set(configuration.accounts, "/etc/accounts");
    set(configuration.keys, "/etc/keys");
    set(configuration.work, "/mnt/work");
    set(configuration.run, "/run/ispup");
    set(configuration.flash[0].bank_names[0], "file:/mnt/isp.bin,block=4K");
    configuration.flash[0].count = 1;
    set(configuration.live, "/run/settings");
    set(configuration.saved, "/mnt/settings");
}

static void paths_that_do_not_touch_are_taken(void **state)
{
    (void)state;
    set_up();
    assert_true(configuration_check(&configuration, &err));
    set(configuration.accounts, "/run/settings/accounts"); /* saved with the settings */
    set(configuration.saved, "/mnt/work/settings");
    assert_true(configuration_check(&configuration, &err));
}

/* SAVE replaces `saved` and the names beside it as a whole, so nothing else may lie there. */
static void what_must_stay_does_not_lie_in_the_settings(void **state)
{
    static const struct {
        const char *live, *saved, *said;
    } cases[] = {
        {"/a", "/a", "live and saved: one lies in the other"},
        {"/a", "/a/b", "live and saved: one lies in the other"},
        {"/a.new", "/a", "[settings] live: /a.new belongs to saved, move live"},
        {"/a.old/b", "/a", "/a.old/b belongs to saved"},
        {"/a.save", "/a", "/a.save belongs to saved"},
        {"/a.was", "/a", "/a.was belongs to saved"},
        {"/a", "/mnt", "[camera] work: /mnt/work lies in [settings] saved, which SAVE replaces"},
        {"/a", "/mnt/work", "[camera] work: /mnt/work lies in [settings] saved"},
        {"/mnt/work", "/a", "[camera] work: /mnt/work lies in [settings] live, which is copied"},
        {"/a", "/mnt/isp.bin", "[flash]: /mnt/isp.bin lies in [settings] saved"},
        {"/mnt/isp.bin", "/a", "[flash]: /mnt/isp.bin lies in [settings] live"},
        {"/a", "/run", "[camera] run: /run/ispup lies in [settings] saved"},
        {"/a", "/etc/accounts", "[camera] accounts: /etc/accounts lies in [settings] saved"},
        {"/a", "/etc/keys", "[image] keys: /etc/keys lies in [settings] saved"},
        {"/a", "/etc/ispup.conf", "this file: /etc/ispup.conf lies in [settings] saved"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        set_up();
        set(configuration.live, cases[i].live);
        set(configuration.saved, cases[i].saved);
        if (configuration_check(&configuration, &err))
            fail_msg("taken: %s", cases[i].said);
        assert_int_equal(err.kind, ERROR_CONFIGURATION);
        if (strstr(err.text, cases[i].said) == NULL)
            fail_msg("%s instead of %s", err.text, cases[i].said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_that_do_not_touch_are_taken),
        cmocka_unit_test(what_must_stay_does_not_lie_in_the_settings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
