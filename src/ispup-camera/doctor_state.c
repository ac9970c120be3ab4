/* SPDX-License-Identifier: Apache-2.0 */
/* What survives power loss: work folder, journal, settings; and whether recover came first. */
#include "base/memory.h"
#include "camera/run.h"
#include "camera/tree.h"
#include "ispup-camera/doctor.h"
#include "update/recover.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

enum { LOG_LIMIT = 1024 * 1024 };

#define RECOVER_LINE "ispup-camera: recover: "

void doctor_work(struct doctor *doctor)
{
    const char *work = doctor->camera.configuration.work;
    struct stat facts;

    doctor->has_work = lstat(work, &facts) == 0 && S_ISDIR(facts.st_mode);
    if (!doctor_may_make_in(doctor, work))
        return;
    if (!doctor->has_work)
        doctor_say(doctor, DOCTOR_ERROR, "%s is a link: name the folder itself", work);
    else if (doctor_is_in_ram(work))
        doctor_say(doctor, DOCTOR_WARNING,
                   "%s lies in RAM: the journal must survive power loss, move [camera] work", work);
    else
        doctor_say(doctor, DOCTOR_OK, "%s", work);
}

static void say_idle(struct doctor *doctor)
{
    const struct journal_record *record = &doctor->record;

    if (!doctor->camera.configuration.journal_required)
        doctor_say(doctor, DOCTOR_WARNING,
                   "a work folder that is not mounted would be taken for a new camera: set "
                   "[camera] journal = required");
    else if (record->outcome == OUTCOME_NONE)
        doctor_say(doctor, DOCTOR_OK, "idle");
    else
        doctor_say(doctor, DOCTOR_OK, "idle, update %" PRIu64 " ended as %s", record->update,
                   journal_outcome_name(record->outcome));
}

/* Writing or rolling back, and nobody is at it. */
static void say_unfinished(struct doctor *doctor)
{
    const struct journal_record *record = &doctor->record;
    const char *state = journal_state_name(record->state);

    if (record->attempts >= RECOVER_ATTEMPTS)
        doctor_say(doctor, DOCTOR_ERROR,
                   "update %" PRIu64 " is %s and was given up (%s): mend that, then run "
                   "ispup-camera recover --retry",
                   record->update, state, record->result);
    else
        doctor_say(doctor, DOCTOR_ERROR,
                   "update %" PRIu64 " is %s (%s): restart the camera, recover goes on with it",
                   record->update, state, record->result);
}

static void say_installed(struct doctor *doctor)
{
    const struct journal_record *record = &doctor->record;

    if (record->boots == 0)
        doctor_say(doctor, DOCTOR_WARNING,
                   "update %" PRIu64 " is installed and not started yet: restart the camera",
                   record->update);
    else
        doctor_say(doctor, DOCTOR_OK, "update %" PRIu64 " is on trial, boot %u of %d",
                   record->update, record->boots, RECOVER_BOOTS);
}

static void say_state(struct doctor *doctor)
{
    const struct journal_record *record = &doctor->record;

    if (run_is_locked(doctor->camera.configuration.run))
        doctor_say(doctor, DOCTOR_OK, "update in progress");
    else if (record->state == JOURNAL_IDLE)
        say_idle(doctor);
    else if (record->state == JOURNAL_STAGING)
        doctor_say(doctor, DOCTOR_WARNING,
                   "update %" PRIu64 " ended before its commit: the next update or boot drops it",
                   record->update);
    else if (record->state == JOURNAL_INSTALLED)
        say_installed(doctor);
    else
        say_unfinished(doctor);
}

void doctor_journal(struct doctor *doctor)
{
    const struct configuration *configuration = &doctor->camera.configuration;
    struct error err = ERROR_EMPTY;

    doctor->found = JOURNAL_LOST;
    if (!doctor->has_work)
        return; /* told already */
    if (!journal_read(doctor->camera.store, configuration->work, configuration->journal_required,
                      &doctor->record, &doctor->found, &err))
        doctor_say_error(doctor, &err, NULL);
    else if (doctor->found == JOURNAL_LOST)
        doctor_say(doctor, DOCTOR_ERROR,
                   "lost: check that the work folder is mounted, then run ispup-camera adopt");
    else if (doctor->found == JOURNAL_NEW)
        doctor_say(
            doctor, DOCTOR_WARNING,
            "none, as on a new camera: run ispup-camera adopt IMAGE in the factory, then set "
            "[camera] journal = required");
    else
        say_state(doctor);
}

/* Whether recover has left its line in one of the run folder's logs, and whether that was the
 * boot's first. */
static void search_log(const struct doctor *doctor, const char *name, bool *found, bool *is_first)
{
    CLEANUP(memory_free) unsigned char *data = NULL;
    struct error ignored = ERROR_EMPTY;
    char path[FILE_PATH_SIZE];
    struct span rest, line;
    size_t size;

    *found = false;
    *is_first = false;
    if (!file_path(doctor->camera.configuration.run, name, path, &ignored) ||
        !file_read(path, LOG_LIMIT, &data, &size, &ignored))
        return;
    rest = span_of(data, size);
    for (bool first = true; !*found && rest.size > 0; first = false) {
        (void)span_split(&rest, '\n', &line);
        *found = span_begins(line, RECOVER_LINE);
        *is_first = first;
    }
}

/* An image on trial whose boot recover has not counted. */
static bool is_uncounted(const struct doctor *doctor, const char *boot_id)
{
    return doctor->found == JOURNAL_FOUND && doctor->record.state == JOURNAL_INSTALLED &&
           doctor->record.boots > 0 && strcmp(doctor->record.boot_id, boot_id) != 0;
}

void doctor_boot(struct doctor *doctor)
{
    char boot_id[JOURNAL_BOOT_SIZE + 1];
    bool found, is_first, found_old, is_first_old;

    camera_boot_id(&doctor->camera, boot_id);
    search_log(doctor, "log", &found, &is_first);
    search_log(doctor, "log.old", &found_old, &is_first_old);
    if (boot_id[0] == '\0')
        doctor_say(doctor, DOCTOR_ERROR, "%s has no boot id: correct [camera] boot-id-file",
                   doctor->camera.configuration.boot_id_file);
    else if (is_uncounted(doctor, boot_id))
        doctor_say(doctor, DOCTOR_ERROR,
                   "recover did not run at this boot: boot scripts run it before the ISP starts");
    else if (!found && !found_old)
        doctor_say(doctor, DOCTOR_WARNING,
                   "no trace of recover in the log of this boot: boot scripts run it before the "
                   "ISP starts");
    else if (found_old ? !is_first_old : !is_first)
        doctor_say(doctor, DOCTOR_WARNING,
                   "recover ran, but not first: boot scripts run it before the camera's services");
    else
        doctor_say(doctor, DOCTOR_OK, "recover ran first");
}

/* Whether SAVED can be renamed in its folder. */
static bool can_move_saved(struct doctor *doctor, const char *saved, const char *folder)
{
    struct stat facts, around;

    if (lstat(saved, &facts) != 0)
        return true; /* the first update makes it */
    if (S_ISLNK(facts.st_mode))
        doctor_say(doctor, DOCTOR_ERROR, "%s is a link: name the file or folder itself", saved);
    else if (stat(folder, &around) == 0 && around.st_dev != facts.st_dev)
        doctor_say(doctor, DOCTOR_ERROR,
                   "%s is a mount point, and is to be renamed: name a folder in it", saved);
    else
        return true;
    return false;
}

static bool can_read_live(struct doctor *doctor, const char *live)
{
    struct digest digest;
    struct error err = ERROR_EMPTY;
    struct stat facts;

    if (lstat(live, &facts) != 0)
        doctor_say(doctor, DOCTOR_ERROR, "%s: %s: correct [settings] live, or load the settings",
                   live, strerror(errno));
    else if (S_ISLNK(facts.st_mode))
        doctor_say(doctor, DOCTOR_ERROR, "%s is a link: name the file or folder itself", live);
    else if (!tree_digest(doctor->camera.store, live, &digest, &err))
        doctor_say_error(doctor, &err, "settings are files, folders and links that can be read");
    else
        return true;
    return false;
}

static void look_at_places(struct doctor *doctor)
{
    const struct configuration *configuration = &doctor->camera.configuration;
    const char *saved = configuration->saved;
    char folder[FILE_PATH_SIZE];

    if (!can_read_live(doctor, configuration->live) || !doctor_folder_of(saved, folder) ||
        !doctor_may_make_in(doctor, folder) || !can_move_saved(doctor, saved, folder))
        return;
    if (doctor_is_in_ram(folder))
        doctor_say(doctor, DOCTOR_WARNING,
                   "%s lies in RAM: settings must survive power loss, move [settings] saved",
                   saved);
    else
        doctor_say(doctor, DOCTOR_OK, "%s is saved as %s", configuration->live, saved);
}

void doctor_settings(struct doctor *doctor)
{
    const struct configuration *configuration = &doctor->camera.configuration;

    if (configuration->saved[0] != '\0')
        look_at_places(doctor);
    else if (configuration->save_command.count == 0)
        doctor_say(doctor, DOCTOR_WARNING,
                   "nothing is saved before a restart: add [settings] live and saved");
    else if (doctor_can_run(doctor, &configuration->save_command))
        doctor_say(doctor, DOCTOR_WARNING,
                   "%s saves them: a rollback does not bring the old ones back, unlike with live "
                   "and saved",
                   configuration->save_command.arguments[0]);
}
