/* SPDX-License-Identifier: Apache-2.0 */
/* Checks whether users other than root can change files that these programs trust, or the folders
 * above them. */
#include "base/file.h"
#include "camera/programs.h"
#include "camera/trust.h"
#include "ispup-camera/doctor.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Only set-user-ID programs refuse such a file; for others it is a warning. */
static bool is_trusted(struct doctor *doctor, const char *path, bool is_folder)
{
    struct error err = ERROR_EMPTY;

    if (path[0] == '\0' || (is_folder ? trust_check_folder(path, &err) : trust_check(path, &err)))
        return true;
    doctor_say(doctor, DOCTOR_WARNING, "%s: set-user-ID programs refuse it", err.text);
    return false;
}

/* A user who can rename a folder above one of these paths leads root elsewhere. */
static bool leads_where_root_says(struct doctor *doctor, const char *path)
{
    struct error err = ERROR_EMPTY;

    if (path[0] != '/' || trust_check_above(path, &err))
        return true;
    doctor_say(doctor, DOCTOR_WARNING, "%s: it lies above %s", err.text, path);
    return false;
}

static bool runs_for_root(struct doctor *doctor, const char *path)
{
    struct error err = ERROR_EMPTY;

    if (path[0] != '/' || trust_check_program(path, &err))
        return true;
    doctor_say(doctor, DOCTOR_WARNING, "%s: root runs %s", err.text, path);
    return false;
}

/* A user who can write there decides which image starts. */
static bool is_closed(struct doctor *doctor, const char *path)
{
    struct stat facts;

    if (lstat(path, &facts) != 0 || S_ISLNK(facts.st_mode) || (facts.st_mode & S_IWOTH) == 0)
        return true;
    doctor_say(doctor, DOCTOR_WARNING, "every user can write %s: chmod o-w %s", path, path);
    return false;
}

static bool is_file(const char *path)
{
    struct stat facts;

    return stat(path, &facts) == 0 && S_ISREG(facts.st_mode);
}

/* A file among the arguments may be a script: `/bin/sh /etc/camera/restart`. */
static bool check_command(struct doctor *doctor, const struct process_command *command)
{
    bool good = true;

    for (size_t i = 0; i < command->count; i++)
        if (i == 0 || is_file(command->arguments[i]))
            good = runs_for_root(doctor, command->arguments[i]) && good;
    return good;
}

/* The folder that the settings lie in may belong to their owner too. */
static bool check_settings_path(struct doctor *doctor, const char *path)
{
    char folder[FILE_PATH_SIZE];

    file_folder(path, folder);
    return path[0] == '\0' || leads_where_root_says(doctor, folder);
}

static bool check_bank_path(struct doctor *doctor, const char *bank_name)
{
    struct span rest = span_text(bank_name);
    bool is_loader = span_skip(&rest, "command:");
    char path[FILE_PATH_SIZE];
    struct span part;

    if (!is_loader && !span_skip(&rest, "file:"))
        return true;
    (void)span_split(&rest, ',', &part);
    if (!span_copy(part, path, sizeof(path)))
        return true;
    if (is_loader)
        return runs_for_root(doctor, path);
    return leads_where_root_says(doctor, path) && is_closed(doctor, path);
}

/* The server runs both programs as root, and opens the others as root. */
static bool check_server_paths(struct doctor *doctor)
{
    struct configuration *configuration = &doctor->camera.configuration;
    const char *const names[] = {"update", "system"};
    struct error err = ERROR_EMPTY;
    char path[FILE_PATH_SIZE];
    bool good = leads_where_root_says(doctor, configuration->pages);

    good = leads_where_root_says(doctor, configuration->certificate) && good;
    good = leads_where_root_says(doctor, configuration->key) && good;
    programs_settle(configuration);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (file_path(configuration->programs, names[i], path, &err))
            good = runs_for_root(doctor, path) && good;
    return good;
}

static bool check_paths(struct doctor *doctor)
{
    const struct configuration *configuration = &doctor->camera.configuration;
    const struct process_command *const commands[] = {
        &configuration->activate, &configuration->hold,         &configuration->release,
        &configuration->probe,    &configuration->save_command, &configuration->restart.command};
    bool good = leads_where_root_says(doctor, configuration->work);

    good = leads_where_root_says(doctor, configuration->run) && good;
    good = is_closed(doctor, configuration->work) && good;
    good = is_closed(doctor, configuration->run) && good;
    good = check_server_paths(doctor) && good;
    good = check_settings_path(doctor, configuration->live) && good;
    good = check_settings_path(doctor, configuration->saved) && good;
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        good = check_command(doctor, commands[i]) && good;
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        for (unsigned i = 0; i < configuration->flash[which].count; i++)
            good = check_bank_path(doctor, configuration->flash[which].bank_names[i]) && good;
    return good;
}

void doctor_rights(struct doctor *doctor)
{
    const struct configuration *configuration = &doctor->camera.configuration;
    bool trusted = is_trusted(doctor, configuration->path, false);

    if (geteuid() == 0)
        trusted = check_paths(doctor) && trusted;
    trusted = is_trusted(doctor, configuration->accounts, false) && trusted;
    trusted = is_trusted(doctor, configuration->update_other, false) && trusted;
    trusted = is_trusted(doctor, configuration->system_other, false) && trusted;
    if (configuration->signature_required)
        trusted = is_trusted(doctor, configuration->keys, true) && trusted;
    if (trusted)
        doctor_say(doctor, DOCTOR_OK,
                   "only root can write configuration, accounts, keys and programs");
}
