/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/simulate/configuration.h"

#include "base/file.h"

#include <stdio.h>
#include <sys/stat.h>

#define SIMULATE_PROGRAMS "programs"
/* Seconds. Short: a rehearsal should not wait. */
enum { TRIAL_SECONDS = 2 };

static const char camera[] = "platform = " SIMULATE_PLATFORM "\n"
                             "firmware-version = A1D-311-V5.03.05\n"
                             "id-file = " SIMULATE_ID "\n"
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
                               "; A simulated camera takes unsigned images, so that you can make "
                               "one without a key.\n"
                               "; A product says: required\n"
                               "signature = off\n\n";

/* Two banks, unless a fault needs a single one: then an update needs room in the work folder, or
 * writes in place. */
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

static void print_banks_of_others(const struct simulate_configuration *of, FILE *file)
{
    if (of->faults->has[FAULT_STUCK])
        (void)fprintf(file, "device-resource = command:%s/loader\n", of->folder);
    else
        (void)fputs("device-resource = file:flash/device-resource\n", file);
    (void)fputs("hardware = file:flash/hardware\n\n", file);
}

static bool has_probe(const struct simulate_faults *faults)
{
    return faults->has[FAULT_PROBE] || faults->has[FAULT_RESTART_LOOP] || faults->has[FAULT_STUCK];
}

static void print_server(const struct simulate_configuration *of, FILE *file)
{
    (void)fprintf(file, "[server]\nlisten = 127.0.0.1:%u\npages = %s\n", of->port, of->pages);
    if (of->tls != NULL)
        (void)fprintf(file, "plain = off\ncertificate = %s/%s\nkey = %s/%s\n", of->tls,
                      SIMULATE_CERTIFICATE, of->tls, SIMULATE_KEY);
    if (of->faults->has[FAULT_SLOW_STATUS])
        (void)fprintf(file, "programs = " SIMULATE_PROGRAMS "\n");
    else
        (void)fprintf(file, "programs = %s\n", of->programs);
}

static void print_configuration(const struct simulate_configuration *of, FILE *file)
{
    (void)fputs("[camera]\n", file);
    (void)fputs(camera, file);
    (void)fputs("[flash]\n", file);
    print_banks_of_firmware(of, file);
    print_banks_of_others(of, file);
    if (has_probe(of->faults))
        (void)fprintf(file, "[isp]\nprobe = /bin/sh %s/probe\ntrial = %d\n\n", of->folder,
                      (int)TRIAL_SECONDS);
    (void)fputs(settings, file);
    (void)fprintf(file, "[restart]\ncommand = /bin/sh %s/restart\ndelay = 1\n\n", of->folder);
    print_server(of, file);
}

/* Opened for reading and writing, the FIFO never blocks, even without a reader. */
static void print_restart(const struct simulate_configuration *of, FILE *file)
{
    if (of->faults->has[FAULT_NO_RESTART])
        (void)fputs("exit 0\n", file);
    (void)fprintf(file, "echo restart 1<>'%s/" SIMULATE_POWER_BUTTON "'\n", of->folder);
}

/* Runs only while an image is on trial. */
static void print_probe(const struct simulate_configuration *of, FILE *file)
{
    if (of->faults->has[FAULT_RESTART_LOOP])
        print_restart(of, file);
    (void)fputs("echo 'no pictures' >&2\nexit 1\n", file);
}

/* The program of a `command:` bank takes no arguments, and is run without a shell. This one fails
 * to verify, always or for a second image. */
static void print_loader(const struct simulate_configuration *of, FILE *file)
{
    (void)fputs("#!/bin/sh\n", file);
    if (of->faults->has[FAULT_STUCK])
        (void)fprintf(file, "[ -e '%s/worn' ] || exec cat >'%s/worn'\n", of->folder, of->folder);
    (void)fputs("echo 'verify failed at 0x8000' >&2\nexit 1\n", file);
}

/* Replaces `update` and `system`. */
static void print_slow_program(const struct simulate_configuration *of, FILE *file)
{
    (void)fprintf(file,
                  "#!/bin/sh\n"
                  "case $QUERY_STRING in *ISP_STATUS) sleep %u ;; esac\n"
                  "exec \"%s/${0##*/}\"\n",
                  (unsigned)of->faults->value[FAULT_SLOW_STATUS], of->programs);
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

static bool write_program(const struct simulate_configuration *of, const char *name,
                          void (*print)(const struct simulate_configuration *of, FILE *file),
                          struct error *err)
{
    return write_file(of, name, print, err) && make_executable(of, name, err);
}

static bool write_slow_programs(const struct simulate_configuration *of, struct error *err)
{
    char path[FILE_PATH_SIZE];

    if (!of->faults->has[FAULT_SLOW_STATUS])
        return true;
    if (!file_path(of->folder, SIMULATE_PROGRAMS, path, err))
        return false;
    if (mkdir(path, 0777) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot make folder %s", path);
    return write_program(of, SIMULATE_PROGRAMS "/update", print_slow_program, err) &&
           write_program(of, SIMULATE_PROGRAMS "/system", print_slow_program, err);
}

bool simulate_configuration_write(const struct simulate_configuration *configuration,
                                  struct error *err)
{
    return write_file(configuration, "ispup.conf", print_configuration, err) &&
           write_file(configuration, "restart", print_restart, err) &&
           write_file(configuration, "probe", print_probe, err) &&
           write_program(configuration, "loader", print_loader, err) &&
           write_slow_programs(configuration, err);
}
