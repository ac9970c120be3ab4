/* SPDX-License-Identifier: Apache-2.0 */
/* Checks what survives a power cut (work folder, journal, settings), and whether recover ran first.
 */
#include "base/fd.h"
#include "base/memory.h"
#include "camera/run_folder.h"
#include "camera/start.h"
#include "ispup-camera/doctor.h"
#include "update/boot/recover.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
                   "%s is in RAM, but the journal must survive a power cut: move [camera] work",
                   work);
    else
        doctor_say(doctor, DOCTOR_OK, "%s", work);
}

static void say_idle(struct doctor *doctor)
{
    const struct journal_record *record = &doctor->record;

    if (start_is_unconfirmed(record))
        doctor_say(doctor, DOCTOR_WARNING,
                   "the image was not confirmed (update %" PRIu64
                   ": %s): fix the cause and restart, or confirm it, or install another image",
                   record->update, record->result);
    else if (!doctor->camera.configuration.journal_required)
        doctor_say(doctor, DOCTOR_WARNING,
                   "a work folder that is not mounted would be taken for a new camera: set "
                   "[camera] journal = required");
    else if (record->outcome == OUTCOME_NONE)
        doctor_say(doctor, DOCTOR_OK, "idle");
    else
        doctor_say(doctor, DOCTOR_OK, "idle, update %" PRIu64 " ended as %s", record->update,
                   journal_outcome_name(record->outcome));
}

/* Writing or rolling back, but no process is doing it. */
static void say_unfinished(struct doctor *doctor)
{
    const struct journal_record *record = &doctor->record;
    const char *state = journal_state_name(record->state);
    const char *cause = record->result[0] == '\0' ? "no try ended" : record->result;

    if (start_is_given_up(record))
        doctor_say(doctor, DOCTOR_ERROR,
                   "update %" PRIu64 " is %s and was given up (%s): fix the cause, then run "
                   "ispup-camera recover --retry",
                   record->update, state, cause);
    else
        doctor_say(doctor, DOCTOR_ERROR,
                   "update %" PRIu64 " is %s (%s): restart the camera, then recover continues it",
                   record->update, state, cause);
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

    if (run_folder_is_locked(doctor->camera.configuration.run))
        doctor_say(doctor, DOCTOR_OK, "update in progress");
    else if (record->state == JOURNAL_IDLE)
        say_idle(doctor);
    else if (record->state == JOURNAL_STAGING)
        doctor_say(doctor, DOCTOR_WARNING,
                   "update %" PRIu64
                   " ended before its commit: the next update or boot discards it",
                   record->update);
    else if (record->state == JOURNAL_INSTALLED)
        say_installed(doctor);
    else
        say_unfinished(doctor);
}

/* An immutable file, for example: the next update could not begin. */
static void check_writable(struct doctor *doctor)
{
    const char *const names[] = {"journal.0", "journal.1"};
    struct error err = ERROR_EMPTY;
    char path[FILE_PATH_SIZE];

    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (file_path(doctor->camera.configuration.work, names[i], path, &err) &&
            access(path, W_OK) != 0 && errno != ENOENT && errno != EACCES) {
            (void)error_system(&err, ERROR_JOURNAL, "cannot write %s", path);
            doctor_say_error(doctor, &err, "mount it for writing, or chattr -i -a");
        }
}

void doctor_journal(struct doctor *doctor)
{
    const struct configuration *configuration = &doctor->camera.configuration;
    struct error err = ERROR_EMPTY;

    doctor->found = JOURNAL_LOST;
    if (!doctor->has_work)
        return; /* doctor_work reported it */
    check_writable(doctor);
    if (!journal_read(doctor->camera.store, configuration->work, configuration->journal_required,
                      &doctor->record, &doctor->found, &err) ||
        (doctor->found == JOURNAL_FOUND &&
         !camera_read_journal(&doctor->camera, &doctor->record, &err))) {
        doctor->found = JOURNAL_LOST; /* the checks after this one use no record */
        doctor_say_error(doctor, &err, NULL);
    } else if (doctor->found == JOURNAL_LOST)
        doctor_say(
            doctor, DOCTOR_ERROR,
            "lost: check that the work folder is mounted, then run ispup-camera adopt IMAGE, "
            "or send the image");
    else if (doctor->found == JOURNAL_NEW)
        doctor_say(
            doctor, DOCTOR_WARNING,
            "none, as on a new camera: run ispup-camera adopt IMAGE in the factory, then set "
            "[camera] journal = required");
    else
        say_state(doctor);
}

/* Searches one of the run folder's logs for the line of recover, which should be the first of the
 * boot. */
static void search_log(const struct doctor *doctor, const char *name, bool *found, bool *is_first)
{
    CLEANUP(memory_free) unsigned char *data = NULL;
    struct span rest, line;
    size_t size;

    *found = false;
    *is_first = false;
    if (!run_folder_read(doctor->camera.configuration.run, name, LOG_LIMIT, &data, &size))
        return;
    rest = span_of(data, size);
    for (bool first = true; !*found && rest.size > 0; first = false) {
        (void)span_split(&rest, '\n', &line);
        *found = span_begins(line, RECOVER_LINE);
        *is_first = first;
    }
}

/* Whether an image is on trial and recover has not counted this boot. */
static bool is_uncounted(const struct doctor *doctor)
{
    const struct journal_record *record = &doctor->record;

    return doctor->found == JOURNAL_FOUND && record->state == JOURNAL_INSTALLED &&
           record->boots > 0 &&
           camera_compare_boot(&doctor->camera, record->boot_id) == CAMERA_BOOT_OTHER;
}

static bool can_read_log(const struct doctor *doctor)
{
    char path[FILE_PATH_SIZE];
    struct error ignored = ERROR_EMPTY;

    return !file_path(doctor->camera.configuration.run, "log", path, &ignored) ||
           access(path, R_OK) == 0 || errno != EACCES;
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
    else if (is_uncounted(doctor))
        doctor_say(
            doctor, DOCTOR_ERROR,
            "recover did not run at this boot: boot scripts must run it before the ISP starts");
    else if (!found && !found_old && !can_read_log(doctor))
        doctor_say(doctor, DOCTOR_WARNING, "cannot read the log in %s: " DOCTOR_OTHER_USER,
                   doctor->camera.configuration.run);
    else if (!found && !found_old)
        doctor_say(
            doctor, DOCTOR_WARNING,
            "no line of recover in the log of this boot: boot scripts must run it before the "
            "ISP starts");
    else if (found_old ? !is_first_old : !is_first)
        doctor_say(
            doctor, DOCTOR_WARNING,
            "recover ran, but not first: boot scripts must run it before the camera's services");
    else
        doctor_say(doctor, DOCTOR_OK, "recover ran first");
}

static bool is_no_link(struct doctor *doctor, const char *path)
{
    struct stat facts;

    if (lstat(path, &facts) != 0 || !S_ISLNK(facts.st_mode))
        return true;
    doctor_say(doctor, DOCTOR_ERROR, "%s is a link: name the file or folder itself", path);
    return false;
}

static void say_settings(struct doctor *doctor, const struct error *err)
{
    struct span text = span_text(err->text);

    (void)span_skip(&text, "settings: "); /* the line begins with it */
    doctor_say(doctor, DOCTOR_ERROR, "%.*s", (int)text.size, (const char *)text.data);
}

/* On overlayfs only a rename tells. It is tried while no update or SAVE is under way. */
static bool can_rename(struct doctor *doctor, const struct settings *settings)
{
    CLEANUP(fd_close) int lock = FD_NONE;
    struct error err = ERROR_EMPTY;

    if (!run_folder_lock(doctor->camera.configuration.run, &lock, &err))
        doctor_say(
            doctor, DOCTOR_WARNING,
            "%s: only a rename shows whether an update can rename it: run doctor again later",
            err.text);
    else if (!settings_check(settings, &err))
        say_settings(doctor, &err);
    else
        return true;
    return false;
}

static bool can_be_saved(struct doctor *doctor)
{
    const struct settings settings = camera_settings(&doctor->camera);
    struct error err = ERROR_EMPTY;
    struct stat facts;
    bool is_sure;

    if (lstat(settings.live, &facts) != 0)
        doctor_say(doctor, DOCTOR_ERROR, "%s: %s: correct [settings] live, or load the settings",
                   settings.live, strerror(errno));
    else if (!is_no_link(doctor, settings.live) || !is_no_link(doctor, settings.saved))
        return false;
    else if (!settings_look(&settings, &is_sure, &err))
        say_settings(doctor, &err);
    else
        return is_sure || can_rename(doctor, &settings);
    return false;
}

static void look_at_places(struct doctor *doctor)
{
    const struct configuration *configuration = &doctor->camera.configuration;
    const char *saved = configuration->saved;
    char folder[FILE_PATH_SIZE];

    if (!doctor_folder_of(saved, folder) || !doctor_may_make_in(doctor, folder) ||
        !can_be_saved(doctor))
        return;
    if (!store_sees_mounts())
        doctor_say(doctor, DOCTOR_WARNING,
                   "this kernel does not show bind mounts: keep them out of %s and %s",
                   configuration->live, saved);
    if (doctor_is_in_ram(folder))
        doctor_say(doctor, DOCTOR_WARNING,
                   "%s is in RAM, but settings must survive a power cut: move [settings] saved",
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
    else if (doctor_can_run(doctor, configuration->save_command.arguments[0]))
        doctor_say(
            doctor, DOCTOR_WARNING,
            "%s saves the settings, so a rollback cannot restore the old ones: only live and "
            "saved allow that",
            configuration->save_command.arguments[0]);
}
