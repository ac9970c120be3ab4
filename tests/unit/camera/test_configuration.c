/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "camera/configuration.h"
#include "scratch.h"
#include "skip.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CAMERA "[camera]\nplatform = 0300\naccounts = accounts\nwork = /mnt/work\n"
#define FLASH "[flash]\nfirmware = file:/mnt/isp.bin\n"
#define UNSIGNED "[image]\nsignature = off\n"
#define RESTART "[restart]\ncommand = none\n"
#define LEAST CAMERA FLASH UNSIGNED RESTART

static struct configuration configuration;
static struct error err;

static bool read_text(struct scratch *scratch, const char *text)
{
    err = ERROR_EMPTY;
    scratch_write(scratch, "ispup.conf", span_text(text));
    return configuration_read(scratch_path(scratch, "ispup.conf"), false, &configuration, &err);
}

static void the_least_one_has_the_defaults(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    assert_true(read_text(&scratch, LEAST));
    assert_string_equal(configuration.path, scratch_path(&scratch, "ispup.conf"));
    assert_string_equal(configuration.platform, "0300");
    assert_string_equal(configuration.firmware_version, "");
    assert_false(configuration.journal_required);
    assert_string_equal(configuration.run, "/run/ispup");
    assert_string_equal(configuration.boot_id_file, "/proc/sys/kernel/random/boot_id");
    assert_int_equal(configuration.flash[COMPONENT_FIRMWARE].count, 1);
    assert_string_equal(configuration.flash[COMPONENT_FIRMWARE].bank_names[0], "file:/mnt/isp.bin");
    assert_int_equal(configuration.flash[COMPONENT_HARDWARE].count, 0);
    assert_false(configuration.keep_old_required);
    assert_int_equal(configuration.probe.count, 0);
    assert_int_equal(configuration.trial_seconds, 60);
    assert_string_equal(configuration.live, "");
    assert_int_equal(configuration.limit, 64 << 20);
    assert_false(configuration.downgrade_refused);
    assert_true(configuration.referer_accepted);
    assert_int_equal(configuration.restart.kind, RESTART_NONE);
    assert_int_equal(configuration.restart_delay, 2);
    assert_string_equal(configuration.listen, "127.0.0.1:8080");
    assert_string_equal(configuration.programs, "");
    assert_string_equal(configuration.pages, "");
    assert_true(configuration.plain);
    assert_string_equal(configuration.certificate, "");
    assert_int_equal(configuration.body_limit, 64 << 20);
}

static void takes_every_key(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    assert_true(read_text(
        &scratch,
        "; a comment\n[camera]\nplatform = AB12\nfirmware-version = A1D-311-V5.03.05\n"
        "id = a:B_0-.\naccounts = /etc/a\nwork=/mnt/w/\njournal = required\nrun = /run/x\n"
        "boot-id-file = /b\n\n[flash]\nfirmware = mtd:isp-a mtd:isp-b\n"
        "device-resource = mtd:/dev/mtd3\nhardware = file:/h.bin,block=4K,size=1M\n"
        "keep-old = required\n[isp]\nactivate = /bin/activate x\nhold = /h\n"
        "release = /r\nprobe = /p\ntrial = 5\n[settings]\nlive = /run/s\nsaved = /mnt/s\n"
        "[image]\nkeys = /k\nsignature = required\ndowngrade = refuse\nlimit = 300M\n"
        "[http]\nreferer = refuse\nrollback = accept\n[restart]\ncommand = /sbin/reboot "
        "-f\ndelay = 0\n"
        "[server]\nlisten = [::1]:80\nprograms = /p\npages = /w\nbody-limit = 1G\n"
        "listen-https = [::]:443\nplain = off\ncertificate = /c\nkey = k\n"));
    assert_string_equal(configuration.platform, "AB12");
    assert_string_equal(configuration.firmware_version, "A1D-311-V5.03.05");
    assert_string_equal(configuration.id, "a:B_0-.");
    assert_string_equal(configuration.work, "/mnt/w");
    assert_true(configuration.journal_required);
    assert_int_equal(configuration.flash[COMPONENT_FIRMWARE].count, 2);
    assert_string_equal(configuration.flash[COMPONENT_FIRMWARE].bank_names[1], "mtd:isp-b");
    assert_string_equal(configuration.flash[COMPONENT_HARDWARE].bank_names[0],
                        "file:/h.bin,block=4K,size=1M");
    assert_true(configuration.keep_old_required);
    assert_int_equal(configuration.activate.count, 2);
    assert_string_equal(configuration.activate.arguments[1], "x");
    assert_int_equal(configuration.trial_seconds, 5);
    assert_string_equal(configuration.saved, "/mnt/s");
    assert_true(configuration.signature_required);
    assert_true(configuration.downgrade_refused);
    assert_false(configuration.referer_accepted);
    assert_int_equal(configuration.rollback, ROLLBACK_ACCEPT);
    assert_int_equal(configuration.restart.kind, RESTART_COMMAND);
    assert_string_equal(configuration.restart.command.arguments[1], "-f");
    assert_int_equal(configuration.restart_delay, 0);
    assert_string_equal(configuration.listen, "[::1]:80");
    assert_int_equal(configuration.body_limit, 1 << 30);
    assert_string_equal(configuration.listen_https, "[::]:443");
    assert_false(configuration.plain);
    assert_string_equal(configuration.certificate, "/c");
    assert_string_equal(configuration.key, scratch_path(&scratch, "k"));
}

static void starts_relative_paths_at_its_folder(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    char expected[FILE_PATH_SIZE + 64];
    const char *folder = scratch.folder;

    (void)state;
    scratch_make(&scratch);
    assert_true(read_text(&scratch, CAMERA "[flash]\nfirmware = file:a.bin,block=4K command:load\n"
                                           "[isp]\nprobe = bin/probe -x\n" UNSIGNED
                                           "[restart]\ncommand = again\n"));
    assert_string_equal(configuration.accounts, scratch_path(&scratch, "accounts"));
    (void)snprintf(expected, sizeof(expected), "file:%s/a.bin,block=4K", folder);
    assert_string_equal(configuration.flash[COMPONENT_FIRMWARE].bank_names[0], expected);
    (void)snprintf(expected, sizeof(expected), "command:%s/load", folder);
    assert_string_equal(configuration.flash[COMPONENT_FIRMWARE].bank_names[1], expected);
    (void)snprintf(expected, sizeof(expected), "%s/bin/probe", folder);
    assert_string_equal(configuration.probe.arguments[0], expected);
    assert_string_equal(configuration.probe.arguments[1], "-x");
    assert_string_equal(configuration.restart.command.arguments[0],
                        scratch_path(&scratch, "again"));
}

static void its_own_path_may_be_relative(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    char before[FILE_PATH_SIZE];

    (void)state;
    scratch_make(&scratch);
    scratch_write(&scratch, "ispup.conf", span_text(LEAST));
    assert_non_null(getcwd(before, sizeof(before)));
    assert_int_equal(chdir(scratch.folder), 0);
    assert_true(configuration_read("ispup.conf", false, &configuration, &err));
    assert_int_equal(chdir(before), 0);
    assert_string_equal(configuration.accounts, scratch_path(&scratch, "accounts"));
}

static const struct mistake {
    const char *text;
    const char *said;
} mistakes[] = {
    {"", "missing keys: add [camera] platform, [camera] accounts, [camera] work, [flash] firmware, "
         "[image] keys, [restart] command"},
    {"platform = 0300\n", "line 1: key before the first section"},
    {LEAST "[colour]\n", "line 11: unknown section [colour]: correct or remove it"},
    {LEAST "[server]\ncolour = red\n", "line 12: unknown key colour in [server]"},
    {CAMERA "platform = 0300\n", "line 5: key platform given twice"},
    {LEAST "[camera]\n", "line 11: section [camera] given twice"},
    {"[camera]\naccounts = a\nwork = w\n" FLASH UNSIGNED RESTART, "add [camera] platform = AANP"},
    {CAMERA "platform-file = f\n" FLASH UNSIGNED RESTART, "platform and platform-file"},
    {"[camera]\nplatform = 0300\nwork = w\n" FLASH UNSIGNED RESTART, "add [camera] accounts"},
    {"[camera]\nplatform = 0300\naccounts = a\n" FLASH UNSIGNED RESTART, "add [camera] work"},
    {CAMERA UNSIGNED RESTART, "add [flash] firmware"},
    {CAMERA FLASH RESTART, "add [image] keys"},
    {CAMERA FLASH UNSIGNED, "add [restart] command"},
    {"[camera]\nplatform = 030\n", "line 2: [camera] platform: must be 4 of A-Z and 0-9"},
    {"[camera]\nplatform =\n", "line 2: [camera] platform: no value"},
    {"[camera]\njournal = yes\n", "line 2: [camera] journal: must be optional or required"},
    {"[camera]\nfirmware-version = \xc3\xa9\n", "not printable ASCII"},
    {"[flash]\nfirmware = /mnt/isp.bin\n", "line 2: [flash] firmware: must be DRIVER:WHERE"},
    {"[flash]\nfirmware = file:\n", "must be DRIVER:WHERE"},
    {"[flash]\nfirmware = file:,block=4K\n", "no path"},
    {"[flash]\nfirmware = :x\n", "must be DRIVER:WHERE"},
    {"[flash]\nfirmware = mtd:a mtd:b mtd:c\n", "more than 2 banks"},
    {CAMERA "[flash]\nfirmware = file:a file:a,block=4K\n" UNSIGNED RESTART, "for two banks"},
    {CAMERA FLASH "hardware = file:/mnt/isp.bin\n" UNSIGNED RESTART, "for two banks"},
    {"[isp]\ntrial = 0\n", "must be a number from 1 to 3600"},
    {"[isp]\ntrial = 60s\n", "must be a number from 1 to 3600"},
    {"[isp]\ntrial = 3601\n", "must be a number from 1 to 3600"},
    {"[image]\nlimit = 0\n", "must be a size"},
    {"[image]\nlimit = 64MB\n", "must be a size"},
    {"[image]\nlimit = 65G\n", "must be a size"},
    {"[image]\nsignature = maybe\n", "must be off or required"},
    {LEAST "[settings]\nlive = /a\n", "live and saved: give both"},
    {LEAST "[settings]\nsaved = /a\n", "live and saved: give both"},
    {LEAST "[settings]\nlive = /a\nsaved = /b\nsave-command = /c\n", "save-command: remove it"},
    {LEAST "[settings]\nlive = /a\nsaved = /a/b\n", "one lies in the other"},
    {LEAST "[settings]\nlive = /a/b/\nsaved = /a/\n", "one lies in the other"},
    {LEAST "[settings]\nlive = /a\nsaved = /a\n", "one lies in the other"},
    {"[restart]\ncommand = a b c d e f g h i j k l m n o p q\n", "more than 16 words"},
    {"[server]\nlisten = 8080\n", "must be ADDRESS:PORT"},
    {"[server]\nlisten = :8080\n", "must be ADDRESS:PORT"},
    {"[server]\nlisten = 127.0.0.1:65536\n", "must be ADDRESS:PORT"},
    {"[server]\nlisten = 127.0.0.1:\n", "must be ADDRESS:PORT"},
};

static void names_file_and_line_of_a_mistake(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    size_t folder;

    (void)state;
    scratch_make(&scratch);
    folder = strlen(scratch.folder);
    for (size_t i = 0; i < COUNT_OF(mistakes); i++) {
        if (read_text(&scratch, mistakes[i].text))
            fail_msg("taken: %s", mistakes[i].text);
        assert_int_equal(err.kind, ERROR_CONFIGURATION);
        assert_memory_equal(err.text, scratch.folder, folder);
        assert_memory_equal(err.text + folder, "/ispup.conf: ", 13);
        if (strstr(err.text, mistakes[i].said) == NULL)
            fail_msg("%s instead of %s", err.text, mistakes[i].said);
    }
}

static void neighbours_are_not_inside_one_another(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    assert_true(read_text(&scratch, LEAST "[settings]\nlive = /a/set\nsaved = /a/settings\n"));
}

static void a_path_too_long_is_refused(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    char text[FILE_PATH_SIZE + 64];
    char name[FILE_PATH_SIZE];

    (void)state;
    scratch_make(&scratch);
    memset(name, 'x', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    (void)snprintf(text, sizeof(text), "[camera]\nwork = %s\n", name);
    assert_false(read_text(&scratch, text));
    assert_non_null(strstr(err.text, "[camera] work: path longer than 1023 bytes"));
    (void)snprintf(text, sizeof(text), "[flash]\nfirmware = file:%s\n", name);
    assert_false(read_text(&scratch, text));
    assert_non_null(strstr(err.text, "[flash] firmware: path longer than 1023 bytes"));
    (void)snprintf(text, sizeof(text), "[isp]\nprobe = /%s\n", name + 1);
    assert_false(read_text(&scratch, text));
}

static void the_server_reads_its_section_alone(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    const char *path;

    (void)state;
    scratch_make(&scratch);
    path = scratch_path(&scratch, "ispup.conf");
    scratch_write(&scratch, "ispup.conf",
                  span_text("[camera]\ncolour = red\n[x]\n[server]\npages = p\n"));
    path = scratch_path(&scratch, "ispup.conf");
    assert_true(configuration_read_server(path, false, &configuration, &err));
    assert_string_equal(configuration.pages, scratch_path(&scratch, "p"));
    assert_string_equal(configuration.listen, "127.0.0.1:8080");
    scratch_write(&scratch, "ispup.conf", span_text("[server]\ncolour = red\n"));
    path = scratch_path(&scratch, "ispup.conf");
    assert_false(configuration_read_server(path, false, &configuration, &err));
}

static void rollback_over_http_is_refused_where_a_downgrade_is_unless_it_is_said(void **state)
{
    static const struct {
        const char *image, *http;
        bool is_accepted;
    } rows[] = {
        {"", "", true},
        {"downgrade = refuse\n", "", false},
        {"downgrade = refuse\n", "[http]\nrollback = accept\n", true},
        {"", "[http]\nrollback = refuse\n", false},
    };
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[512];

        (void)snprintf(text, sizeof(text), CAMERA FLASH RESTART UNSIGNED "%s%s", rows[i].image,
                       rows[i].http);
        assert_true(read_text(&scratch, text));
        assert_int_equal(configuration_accepts_rollback(&configuration), rows[i].is_accepted);
    }
    assert_false(read_text(&scratch, LEAST "[http]\nrollback = yes\n"));
    assert_non_null(strstr(err.text, "[http] rollback: must be accept or refuse"));
}

static void https_is_asked_for_as_a_whole(void **state)
{
    static const struct {
        const char *text, *said; /* `said` NULL: it is accepted */
    } rows[] = {
        {"certificate = c\nkey = k\nplain = off\n", NULL},
        {"certificate = c\nkey = k\nlisten-https = 0.0.0.0:443\n", NULL},
        {"certificate = c\nplain = off\n", "certificate and key: give both"},
        {"key = k\n", "certificate and key: give both"},
        {"certificate = c\nkey = k\n", "add [server] listen-https = ADDRESS:PORT, or plain = off"},
        {"listen-https = 0.0.0.0:443\n", "add [server] certificate and key"},
        {"plain = off\n", "add [server] certificate and key"},
    };
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[256];
        bool is_taken;

        (void)snprintf(text, sizeof(text), "[server]\n%s", rows[i].text);
        scratch_write(&scratch, "ispup.conf", span_text(text));
        is_taken = configuration_read_server(scratch_path(&scratch, "ispup.conf"), false,
                                             &configuration, &err);
        assert_int_equal(is_taken, rows[i].said == NULL);
        if (!is_taken && strstr(err.text, rows[i].said) == NULL)
            fail_msg("%s instead of %s", err.text, rows[i].said);
        (void)snprintf(text, sizeof(text), LEAST "[server]\n%s", rows[i].text);
        assert_int_equal(read_text(&scratch, text), is_taken);
    }
}

static void the_platform_is_read_anew_from_its_file(void **state)
{
    static const char *const bad[] = {"", "\n", "030\n", "0300\n\n", " 0300", "03000\n", "abcd\n"};
    CLEANUP(scratch_remove) struct scratch scratch;
    struct image_platform platform;

    (void)state;
    scratch_make(&scratch);
    assert_true(read_text(&scratch, "[camera]\nplatform-file = aanp\naccounts = a\n"
                                    "work = w\n" FLASH UNSIGNED RESTART));
    assert_false(configuration_platform(&configuration, &platform, &err));
    scratch_write(&scratch, "aanp", span_text("0300\n"));
    assert_true(configuration_platform(&configuration, &platform, &err));
    assert_string_equal(platform.text, "0300");
    scratch_write(&scratch, "aanp", span_text("0400"));
    assert_true(configuration_platform(&configuration, &platform, &err));
    assert_string_equal(platform.text, "0400");
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        scratch_write(&scratch, "aanp", span_text(bad[i]));
        assert_false(configuration_platform(&configuration, &platform, &err));
        assert_int_equal(err.kind, ERROR_CONFIGURATION);
    }
}

static void one_that_others_can_write_is_refused_if_trust_is_asked(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    if (getuid() != 0)
        skip_because("only a file of root is trusted");
    scratch_make(&scratch);
    assert_true(read_text(&scratch, LEAST));
    assert_true(
        configuration_read(scratch_path(&scratch, "ispup.conf"), true, &configuration, &err));
    assert_int_equal(chmod(scratch.path, 0666), 0);
    assert_false(configuration_read(scratch.path, true, &configuration, &err));
    assert_int_equal(err.kind, ERROR_CONFIGURATION);
    assert_true(configuration_read(scratch.path, false, &configuration, &err));
}

static void one_that_is_not_there_is_said_so(void **state)
{
    (void)state;
    assert_false(configuration_read("/nowhere/ispup.conf", false, &configuration, &err));
    assert_non_null(strstr(err.text, "cannot open /nowhere/ispup.conf"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_one_has_the_defaults),
        cmocka_unit_test(takes_every_key),
        cmocka_unit_test(starts_relative_paths_at_its_folder),
        cmocka_unit_test(its_own_path_may_be_relative),
        cmocka_unit_test(names_file_and_line_of_a_mistake),
        cmocka_unit_test(neighbours_are_not_inside_one_another),
        cmocka_unit_test(a_path_too_long_is_refused),
        cmocka_unit_test(the_server_reads_its_section_alone),
        cmocka_unit_test(rollback_over_http_is_refused_where_a_downgrade_is_unless_it_is_said),
        cmocka_unit_test(https_is_asked_for_as_a_whole),
        cmocka_unit_test(the_platform_is_read_anew_from_its_file),
        cmocka_unit_test(one_that_others_can_write_is_refused_if_trust_is_asked),
        cmocka_unit_test(one_that_is_not_there_is_said_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
