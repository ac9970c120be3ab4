/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/simulate_configuration.h"

#include "base/file.h"

#include <stdio.h>
#include <sys/stat.h>

/* Seconds that a probe has: nobody rehearses to wait. */
enum { TRIAL_SECONDS = 2 };

static const char camera[] = "[camera]\n"
                             "platform = " SIMULATE_PLATFORM "\n"
                             "firmware-version = A1D-311-V5.03.05\n"
                             "accounts = accounts\n"
                             "; what survives a restart\n"
                             "work = work\n"
                             "; what does not\n"
                             "run = ram/run\n"
                             "; written anew at each power on, as the kernel does with its own\n"
                             "boot-id-file = ram/boot-id\n\n";

static const char settings[] = "[settings]\n"
                               "live = ram/settings\n"
                               "saved = saved/settings\n\n"
                               "[image]\n"
                               "; Only this toy takes images that nobody signed, so that you can "
                               "make your own without a key.\n"
                               "; A product says: required\n"
                               "signature = off\n\n";

/* Two banks, of which the next firmware goes to the one that is not in use; unless there is but
 * one, so that it cannot do without room, or has to be written in place. */
static void print_banks_of_firmware(const struct simulate_configuration *of, FILE *file)
{
    const struct simulate_faults *faults = of->faults;

    if (faults->has[FAULT_WORK])
        (void)fputs("firmware = file:" SIMULATE_FIRMWARE "\n", file);
    else if (faults->has[FAULT_DEAD_FLASH])
        (void)fprintf(file, "firmware = command:%s/loader\n", of->folder);
    else if (faults->has[FAULT_FLASH])
        (void)fprintf(file, "firmware = file:" SIMULATE_FIRMWARE " command:%s/loader\n",
                      of->folder);
    else
        (void)fputs("firmware = file:" SIMULATE_FIRMWARE " file:flash/firmware.b\n", file);
}

static bool has_probe(const struct simulate_faults *faults)
{
    return faults->has[FAULT_PROBE] || faults->has[FAULT_RESTART_LOOP];
}

static void print_configuration(const struct simulate_configuration *of, FILE *file)
{
    (void)fputs(camera, file);
    (void)fputs("[flash]\n", file);
    print_banks_of_firmware(of, file);
    (void)fputs("device-resource = file:flash/device-resource\n"
                "hardware = file:flash/hardware\n\n",
                file);
    if (has_probe(of->faults))
        (void)fprintf(file, "[isp]\nprobe = /bin/sh %s/probe\ntrial = %d\n\n", of->folder,
                      (int)TRIAL_SECONDS);
    (void)fputs(settings, file);
    if (of->faults->has[FAULT_NO_RESTART])
        (void)fputs("[restart]\ncommand = none\n\n", file);
    else
        (void)fprintf(file, "[restart]\ncommand = /bin/sh %s/restart\ndelay = 1\n\n", of->folder);
    (void)fprintf(file, "[server]\nlisten = 127.0.0.1:%u\nprograms = %s\n", of->port, of->programs);
}

/* A button that nobody has to be there to hear: opened for both ways it never waits. */
static void print_restart(const struct simulate_configuration *of, FILE *file)
{
    (void)fprintf(file, "echo restart 1<>'%s/" SIMULATE_POWER_BUTTON "'\n", of->folder);
}

/* Run while an image is on trial, and then alone. */
static void print_probe(const struct simulate_configuration *of, FILE *file)
{
    if (of->faults->has[FAULT_RESTART_LOOP])
        print_restart(of, file);
    (void)fputs("echo 'no pictures' >&2\nexit 1\n", file);
}

/* A bank's program has no arguments, and is run itself, not by a shell. It finds in its flash
 * something else than it has written. */
static void print_loader(const struct simulate_configuration *of, FILE *file)
{
    (void)of;
    (void)fputs("#!/bin/sh\necho 'verify failed at 0x8000' >&2\nexit 1\n", file);
}

static bool write_file(const struct simulate_configuration *of, const char *name,
                       void (*print)(const struct simulate_configuration *of, FILE *file),
                       struct error *err)
{
    char path[FILE_PATH_SIZE];
    FILE *file;
    bool failed;

    if (!file_path(of->folder, name, path, err))
        return false;
    file = fopen(path, "we");
    if (file == NULL)
        return error_system(err, ERROR_INTERNAL, "cannot make %s", path);
    print(of, file);
    failed = ferror(file) != 0;
    if (fclose(file) != 0 || failed)
        return error_system(err, ERROR_INTERNAL, "cannot write %s", path);
    return true;
}

static bool make_executable(const struct simulate_configuration *of, const char *name,
                            struct error *err)
{
    char path[FILE_PATH_SIZE];

    if (!file_path(of->folder, name, path, err))
        return false;
    return chmod(path, 0755) == 0 || error_system(err, ERROR_INTERNAL, "cannot make %s", path);
}

bool simulate_configuration_write(const struct simulate_configuration *configuration,
                                  struct error *err)
{
    return write_file(configuration, "ispup.conf", print_configuration, err) &&
           write_file(configuration, "restart", print_restart, err) &&
           write_file(configuration, "probe", print_probe, err) &&
           write_file(configuration, "loader", print_loader, err) &&
           make_executable(configuration, "loader", err);
}
