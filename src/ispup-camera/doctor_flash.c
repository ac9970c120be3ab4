/* SPDX-License-Identifier: Apache-2.0 */
/* Checks the banks, and the room in the work folder that components with one bank need. */
#include "camera/bank.h"
#include "ispup-camera/doctor.h"
#include "update/install/adopt.h"
#include "update/install/policy.h"
#include "update/install/work_folder.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#define NOT_OPENED                                                                                 \
    "correct [flash], mount or install what it names, or give this user the right to read it"
#define NOT_WHOLE "install an image again"
#define NO_ROOM "make room there"
#define TOO_SMALL "make this bank larger, or name another one"
#define NOT_WRITABLE "mount it for writing, or give this user the right to write it"

/* The path of a bank that is a file and does not exist yet: the first update creates it. Otherwise
 * false. */
static bool is_missing_file(const char *bank_name, char path[FILE_PATH_SIZE])
{
    struct span where = span_text(bank_name);
    struct span name, place;

    if (!span_split(&where, ':', &name))
        return false;
    (void)span_split(&where, ',', &place);
    return span_begins(place, "/") && span_copy(place, path, FILE_PATH_SIZE) &&
           access(path, F_OK) != 0;
}

/* Whether the bank in use holds what the journal says. */
static bool holds(const struct doctor *doctor, enum component which, unsigned bank_index,
                  struct flash *flash, struct error *err)
{
    const struct journal_content *running = &doctor->record.components[which].running;
    struct digest digest;

    if (doctor->found != JOURNAL_FOUND || doctor->record.state != JOURNAL_IDLE || !running->known ||
        running->bank_index != bank_index || !flash->can_read)
        return true;
    if (!bank_digest(flash, running->size, &digest, err))
        return false;
    return digest_same(&digest, &running->sha256) ||
           error_set(err, ERROR_FLASH, "%s does not hold what the journal says", flash->where);
}

/* The size of the component now. The next image probably has about the same size. */
static uint64_t size_now(const struct doctor *doctor, enum component which)
{
    const struct journal_content *running = &doctor->record.components[which].running;
    CLEANUP(flash_close) struct flash *flash = NULL;
    struct error ignored = ERROR_EMPTY;

    if (doctor->found == JOURNAL_FOUND && running->known)
        return running->size;
    if (!camera_open_bank(&doctor->camera, which, 0, false, &flash, &ignored))
        return 0;
    return flash->length;
}

static bool has_room(const struct doctor *doctor, enum component which, const struct flash *flash,
                     const char **advice, struct error *err)
{
    bool is_known =
        doctor->found == JOURNAL_FOUND && doctor->record.components[which].running.known;
    uint64_t size = size_now(doctor, which);

    if (size <= flash->room || (flash->limited_by == NULL && !is_known))
        return true;
    *advice = flash->limited_by == NULL ? TOO_SMALL : NO_ROOM;
    if (flash->limited_by == NULL)
        return error_set(err, ERROR_ROOM,
                         "%s has room for %" PRIu64 " bytes, the present image needs %" PRIu64,
                         flash->where, flash->room, size);
    return error_set(err, ERROR_ROOM,
                     "file system of %s has %" PRIu64 " bytes for it, the present image needs "
                     "%" PRIu64,
                     flash->limited_by, flash->room, size);
}

/* On failure, `advice` says what to do. */
static bool look(struct doctor *doctor, enum component which, unsigned bank_index,
                 const char **advice, struct error *err)
{
    const char *name = doctor->camera.configuration.flash[which].bank_names[bank_index];
    CLEANUP(flash_close) struct flash *flash = NULL;
    CLEANUP(flash_close) struct flash *for_writing = NULL;
    char path[FILE_PATH_SIZE], folder[FILE_PATH_SIZE];

    *advice = NOT_OPENED;
    if (!camera_open_bank(&doctor->camera, which, bank_index, false, &flash, err))
        return false;
    if (!has_room(doctor, which, flash, advice, err))
        return false;
    if (is_missing_file(name, path)) {
        if (doctor_folder_of(path, folder) && doctor_may_make_in(doctor, folder))
            doctor_say(doctor, DOCTOR_OK, "%s %u: %s: the first update makes it",
                       component_name(which), bank_index, name);
        return true;
    }
    /* Open it for writing, but write nothing. */
    *advice = NOT_WHOLE;
    if (!holds(doctor, which, bank_index, flash, err))
        return false;
    *advice = NOT_WRITABLE;
    if (!camera_open_bank(&doctor->camera, which, bank_index, true, &for_writing, err))
        return false;
    if (flash->can_read)
        doctor_say(doctor, DOCTOR_OK, "%s %u: %s: %" PRIu64 " bytes", component_name(which),
                   bank_index, name, flash->length);
    else
        doctor_say(doctor, DOCTOR_OK, "%s %u: %s: the loader can be run, the bank cannot be read",
                   component_name(which), bank_index, name);
    return true;
}

void doctor_flash(struct doctor *doctor)
{
    struct error same = ERROR_EMPTY;

    if (!camera_check_places(&doctor->camera, &same))
        doctor_say_error(doctor, &same, "correct [flash]");
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        for (unsigned i = 0; i < doctor->camera.configuration.flash[which].count; i++) {
            struct error err = ERROR_EMPTY;
            const char *advice;

            if (look(doctor, which, i, &advice, &err))
                continue;
            (void)error_prefix(&err, "%s %u", component_name(which), i);
            /* An error of the configuration already contains the advice. */
            doctor_say_error(doctor, &err, err.kind == ERROR_CONFIGURATION ? NULL : advice);
        }
        if (doctor->found == JOURNAL_FOUND &&
            adopt_lacks_copy(&doctor->camera, &doctor->record, which))
            doctor_say(doctor, DOCTOR_WARNING,
                       "%s: no copy is kept, so its next update has no way back: run ispup-camera "
                       "adopt IMAGE",
                       component_name(which));
    }
}

/* Room that an update needs in the work folder: for the components that it stages there, and for
 * copies of readable components that it overwrites. */
struct need {
    uint64_t staged, copies;
    unsigned count;
};

static void add_need(const struct doctor *doctor, enum component which, struct need *need)
{
    unsigned count = doctor->camera.configuration.flash[which].count;
    unsigned target = policy_target_bank(&doctor->camera, &doctor->record, which);
    CLEANUP(flash_close) struct flash *flash = NULL;
    struct error ignored = ERROR_EMPTY; /* doctor_flash reports it */
    bool is_open;
    uint64_t size;

    if (count == 0)
        return;
    is_open = camera_open_bank(&doctor->camera, which, target, false, &flash, &ignored);
    if (count == 2 && !(is_open && !flash->can_blocks))
        return;
    size = size_now(doctor, which);
    need->count++;
    need->staged += size;
    if (count == 1 && is_open && flash->can_read)
        need->copies += size;
}

void doctor_room(struct doctor *doctor)
{
    struct error err = ERROR_EMPTY;
    struct need need = {.count = 0};

    if (!doctor->has_work)
        return;
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        add_need(doctor, which, &need);
    if (need.count == 0)
        doctor_say(doctor, DOCTOR_OK, "all components have two banks");
    else if (!work_folder_has_room(&doctor->camera, need.staged, &err))
        doctor_say_error(doctor, &err, "make room for an image as large as the present one");
    else if (work_folder_has_room(&doctor->camera, need.staged + need.copies, &err))
        doctor_say(doctor, DOCTOR_OK, "for an image as large as the present one%s",
                   need.copies > 0 ? ", and a copy of it" : "");
    else if (doctor->camera.configuration.keep_old_required)
        doctor_say_error(doctor, &err,
                         "make room for the next image and a copy of the present one");
    else
        doctor_say(doctor, DOCTOR_WARNING,
                   "%s: an update is possible, but not its rollback: make room for a copy of the "
                   "present image",
                   err.text);
}
