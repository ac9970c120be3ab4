/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup-camera/doctor.h"

#include "base/executable.h"
#include "base/fd.h"
#include "base/option.h"
#include "camera/account.h"
#include "camera/programs.h"
#include "camera/restart.h"
#include "image/key.h"
#include "ispup-camera/verbs.h"
#include "update/worker/confine.h"
#include "update/worker/sandbox.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { TEXT_SIZE = 512, READ_BY_OTHERS = 007 };

static const char *const words[] = {
    [DOCTOR_OK] = "ok", [DOCTOR_WARNING] = "warning", [DOCTOR_ERROR] = "error"};

/* Prints through the log, which replaces unprintable bytes, to standard output. */
static struct log lines(const char *begin)
{
    return (struct log){.program = begin, .fd = STDOUT_FILENO, .system = false};
}

void doctor_say(struct doctor *doctor, enum doctor_finding finding, const char *format, ...)
{
    char begin[64] = "", text[TEXT_SIZE];
    const struct log out = lines(begin);
    va_list values;

    va_start(values, format);
    (void)vsnprintf(text, sizeof(text), format, values);
    va_end(values);
    (void)snprintf(begin, sizeof(begin), "%s: %s", words[finding], doctor->check);
    log_line(&out, "%s", text);
    doctor->is_ill = doctor->is_ill || finding == DOCTOR_ERROR;
}

/* Only root, or the user of the programs, sees what is so. To another user every other advice would
 * be wrong: what a user may not read is not lost. */
void doctor_say_error(struct doctor *doctor, const struct error *err, const char *advice)
{
    if (verb_is_denied(err->text))
        advice = DOCTOR_OTHER_USER;
    doctor_say(doctor, DOCTOR_ERROR, "%s%s%s", err->text, advice == NULL ? "" : ": ",
               advice == NULL ? "" : advice);
}

bool doctor_folder_of(const char *path, char folder[FILE_PATH_SIZE])
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL)
        return false;
    (void)snprintf(folder, FILE_PATH_SIZE, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    return true;
}

bool doctor_may_make_in(struct doctor *doctor, const char *folder)
{
    struct stat facts;
    bool is_there = stat(folder, &facts) == 0 && S_ISDIR(facts.st_mode);

    if (!is_there && errno != EACCES) {
        doctor_say(doctor, DOCTOR_ERROR, "folder %s is not there: mount it or make it", folder);
        return false;
    }
    if (is_there && access(folder, W_OK | X_OK) == 0)
        return true;
    doctor_say(doctor, DOCTOR_ERROR, "folder %s cannot be written (%s): %s", folder,
               strerror(errno),
               verb_is_denied(strerror(errno)) ? DOCTOR_OTHER_USER : "mount it for writing");
    return false;
}

bool doctor_is_in_ram(const char *path)
{
    struct statfs facts;
    unsigned long kind;

    if (statfs(path, &facts) != 0)
        return false;
    kind = (unsigned long)facts.f_type; /* signed, and its size depends on the architecture */
    return kind == TMPFS_MAGIC || kind == RAMFS_MAGIC;
}

bool doctor_can_run(struct doctor *doctor, const char *program)
{
    struct error err = ERROR_EMPTY;

    if (executable_check(program, ERROR_CONFIGURATION, &err))
        return true;
    doctor_say_error(doctor, &err, "install or mend it, chmod 755, or correct the path");
    return false;
}

static void check_user(struct doctor *doctor)
{
    if (geteuid() == 0)
        doctor_say(doctor, DOCTOR_OK, "root");
    else
        doctor_say(doctor, DOCTOR_WARNING,
                   "not root: the lines below are about this user: run doctor as the user that "
                   "update runs as");
}

static void check_platform(struct doctor *doctor)
{
    struct error err = ERROR_EMPTY;

    if (configuration_platform(&doctor->camera.configuration, &doctor->camera.platform, &err))
        doctor_say(doctor, DOCTOR_OK, "%s", doctor->camera.platform.text);
    else
        doctor_say_error(doctor, &err, "correct [camera] platform or platform-file");
}

static void check_id(struct doctor *doctor)
{
    struct error err = ERROR_EMPTY;
    char id[IDENTITY_SIZE + 1];

    if (!camera_id(&doctor->camera, id, &err))
        doctor_say_error(doctor, &err, NULL);
    else if (id[0] == '\0')
        doctor_say(
            doctor, DOCTOR_WARNING,
            "none: hosts cannot tell this camera from another one: set [camera] id, or id-file");
    else
        doctor_say(doctor, DOCTOR_OK, "%s", id);
}

static size_t count_root(const struct account_list *list)
{
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++)
        count += list->accounts[i].level == ACCOUNT_ROOT;
    return count;
}

static void check_accounts(struct doctor *doctor)
{
    const char *path = doctor->camera.configuration.accounts;
    struct error err = ERROR_EMPTY;
    struct account_list list;
    struct stat facts;

    if (!account_read(path, false, &list, &err))
        doctor_say_error(doctor, &err, NULL);
    else if (count_root(&list) == 0)
        doctor_say(doctor, DOCTOR_ERROR,
                   "no account may update: none has level root in %s: run ispup-camera account add "
                   "NAME --level root",
                   path);
    else if (stat(path, &facts) == 0 && (facts.st_mode & READ_BY_OTHERS) != 0)
        doctor_say(doctor, DOCTOR_WARNING, "every user can read %s: chmod o= %s", path, path);
    else
        doctor_say(doctor, DOCTOR_OK, "%zu, %zu of level root", list.count, count_root(&list));
}

static void check_keys(struct doctor *doctor)
{
    const struct configuration *configuration = &doctor->camera.configuration;
    const struct log out = lines("warning: keys");
    struct error err = ERROR_EMPTY;
    struct key_set keys;

    if (!configuration->signature_required)
        doctor_say(doctor, DOCTOR_WARNING,
                   "signature = off accepts every image: a product needs signature = required");
    else if (!key_set_read(configuration->keys, KEY_FOR_IMAGES, &out, &keys, &err))
        doctor_say_error(doctor, &err, "make it, and copy the public keys into it");
    else if (keys.count == 0)
        doctor_say(doctor, DOCTOR_ERROR,
                   "no image can be accepted: no public key in %s: copy one there as NAME.pem",
                   configuration->keys);
    else
        doctor_say(doctor, DOCTOR_OK, "%zu in %s", keys.count, configuration->keys);
}

static void check_sandbox(struct doctor *doctor)
{
    const char *why = sandbox_missing();

    if (why == NULL)
        doctor_say(doctor, DOCTOR_OK, "the kernel has seccomp filters");
    else if (doctor->camera.configuration.sandbox_required)
        doctor_say(doctor, DOCTOR_ERROR, "%s, or set [image] sandbox = optional", why);
    else
        doctor_say(
            doctor, DOCTOR_WARNING,
            "sandbox = optional, and the process that reads uploads runs without its filter: %s",
            why);
}

/* The user that the worker becomes if the programs run as root. */
static void check_worker(struct doctor *doctor)
{
    struct confine_user user = confine_user_of(USER_FILE);

    doctor_say(doctor, DOCTOR_OK, "the process that reads uploads runs as %s, user %u",
               user.is_own ? CONFINE_USER : "nobody (there is no user " CONFINE_USER ")",
               (unsigned)user.user.id);
}

static void check_run(struct doctor *doctor)
{
    const char *run = doctor->camera.configuration.run;
    struct stat facts;
    char above[FILE_PATH_SIZE];
    bool is_there = stat(run, &facts) == 0;

    if (!is_there && !doctor_folder_of(run, above))
        return;
    if (!doctor_may_make_in(doctor, is_there ? run : above))
        return;
    if (doctor_is_in_ram(is_there ? run : above))
        doctor_say(doctor, DOCTOR_OK, "%s", run);
    else
        doctor_say(doctor, DOCTOR_WARNING,
                   "%s is not in RAM, and is written at every boot: move [camera] run", run);
}

static void check_hooks(struct doctor *doctor)
{
    const struct configuration *configuration = &doctor->camera.configuration;
    const struct {
        const char *name;
        const struct process_command *command;
    } hooks[] = {
        {"activate", &configuration->activate},
        {"hold", &configuration->hold},
        {"release", &configuration->release},
        {"probe", &configuration->probe},
    };

    for (size_t i = 0; i < COUNT_OF(hooks); i++)
        if (hooks[i].command->count > 0 && doctor_can_run(doctor, hooks[i].command->arguments[0]))
            doctor_say(doctor, DOCTOR_OK, "%s: %s", hooks[i].name, hooks[i].command->arguments[0]);
    if (configuration->probe.count == 0)
        doctor_say(doctor, DOCTOR_WARNING,
                   "no probe: a new image is confirmed at its first boot, whether it makes "
                   "pictures or not: add [isp] probe");
}

static void check_restart(struct doctor *doctor)
{
    const struct configuration_restart *restart = &doctor->camera.configuration.restart;
    struct error err = ERROR_EMPTY;

    if (restart->kind == RESTART_NONE)
        doctor_say(doctor, DOCTOR_WARNING,
                   "none: a new image starts only when something else restarts the camera");
    else if (!restart_check(&doctor->camera.configuration, &err))
        doctor_say_error(doctor, &err, "install or mend the program, or name another in [restart]");
    else if (restart->kind == RESTART_REBOOT)
        doctor_say(doctor, DOCTOR_OK, "reboot(2)");
    else
        doctor_say(doctor, DOCTOR_OK, "%s", restart->command.arguments[0]);
}

/* Only a warning: this folder is for ispupd, and other web servers have their own. */
static void check_programs(struct doctor *doctor)
{
    struct configuration *configuration = &doctor->camera.configuration;
    struct error err = ERROR_EMPTY;
    char update[FILE_PATH_SIZE];

    programs_settle(configuration);
    if (file_path(configuration->programs, "update", update, &err) && access(update, X_OK) == 0)
        doctor_say(doctor, DOCTOR_OK, "%s", configuration->programs);
    else
        doctor_say(
            doctor, DOCTOR_WARNING,
            "no program update in %s, so ispupd answers 404: install update and system there, "
            "or set [server] programs",
            configuration->programs);
}

/* The product's own programs (update/front/other.c): their rights are doctor_rights' subject. */
static void check_other(struct doctor *doctor)
{
    const struct configuration *configuration = &doctor->camera.configuration;

    if (configuration->update_other[0] != '\0' &&
        doctor_can_run(doctor, configuration->update_other))
        doctor_say(doctor, DOCTOR_OK, "update: %s", configuration->update_other);
    if (configuration->system_other[0] != '\0' &&
        doctor_can_run(doctor, configuration->system_other))
        doctor_say(doctor, DOCTOR_OK, "system: %s", configuration->system_other);
}

static const struct check {
    const char *name;
    void (*look)(struct doctor *doctor);
} checks[] = {
    {"user", check_user},          {"platform", check_platform}, {"id", check_id},
    {"accounts", check_accounts},  {"keys", check_keys},         {"rights", doctor_rights},
    {"sandbox", check_sandbox},    {"worker", check_worker},     {"run folder", check_run},
    {"work folder", doctor_work},  {"journal", doctor_journal},  {"boot order", doctor_boot},
    {"flash", doctor_flash},       {"room", doctor_room},        {"hooks", check_hooks},
    {"settings", doctor_settings}, {"restart", check_restart},   {"programs", check_programs},
    {"other", check_other},        {"server", doctor_server},
};

bool verb_doctor(struct verb_call *call, struct error *err)
{
    const char *configuration = invocation_of(call)->configuration;
    struct doctor doctor = {.camera = CAMERA_NONE, .check = "configuration"};

    if (!option_parse(call->count, call->words, NULL, 0, err))
        return false;
    doctor.camera.store = store_linux();
    doctor.camera.log = (struct log){.program = "ispup-camera", .fd = FD_NONE};
    if (!configuration_read(configuration, false, &doctor.camera.configuration, err)) {
        doctor_say_error(&doctor, err, NULL);
        call->status = 1;
        return true;
    }
    doctor.camera.devices = flash_linux(NULL, doctor.camera.configuration.command_seconds);
    doctor.camera.flash = &doctor.camera.devices;
    doctor_say(&doctor, DOCTOR_OK, "%s", doctor.camera.configuration.path);
    for (size_t i = 0; i < COUNT_OF(checks); i++) {
        doctor.check = checks[i].name;
        checks[i].look(&doctor);
    }
    call->status = doctor.is_ill;
    return true;
}
