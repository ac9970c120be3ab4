/* SPDX-License-Identifier: Apache-2.0 */
/* The banks, and the room that those without a second one need in the work folder. */
#include "camera/bank.h"
#include "ispup-camera/doctor.h"
#include "update/policy.h"
#include "update/spool.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#define NOT_OPENED                                                                                 \
    "correct [flash], mount or install what it names, or give its user the right to read it"
#define NOT_WHOLE "install an image again"
#define NOT_WRITABLE "mount it for writing, or give its user the right to write it"

/* A bank that is a file is made by the first update. Its path; false where the bank is none, or is
 * there. */
static bool is_missing_file(const char *bank, char path[FILE_PATH_SIZE])
{
    struct span where = span_text(bank);
    struct span name, place;

    if (!span_split(&where, ':', &name))
        return false;
    (void)span_split(&where, ',', &place);
    return span_begins(place, "/") && span_copy(place, path, FILE_PATH_SIZE) &&
           access(path, F_OK) != 0;
}

/* Whether the bank in use is as the journal has it. */
static bool holds(const struct doctor *doctor, enum component which, unsigned bank,
                  struct flash *flash, struct error *err)
{
    const struct journal_content *running = &doctor->record.components[which].running;
    struct digest digest;

    if (doctor->found != JOURNAL_FOUND || doctor->record.state != JOURNAL_IDLE || !running->known ||
        running->bank != bank || !flash->can_read)
        return true;
    if (!bank_digest(flash, running->size, &digest, err))
        return false;
    return digest_same(&digest, &running->sha256) ||
           error_set(err, ERROR_FLASH, "%s does not hold what the journal says", flash->where);
}

/* False: `mend` says what to do about it. */
static bool look(struct doctor *doctor, enum component which, unsigned bank, const char **mend,
                 struct error *err)
{
    const char *name = doctor->camera.configuration.flash[which].banks[bank];
    CLEANUP(flash_close) struct flash *flash = NULL;
    CLEANUP(flash_close) struct flash *for_writing = NULL;
    char path[FILE_PATH_SIZE], folder[FILE_PATH_SIZE];

    *mend = NOT_OPENED;
    if (!flash_open(doctor->camera.flash, name, false, &flash, err))
        return false;
    if (is_missing_file(name, path)) {
        if (doctor_folder_of(path, folder) && doctor_may_make_in(doctor, folder))
            doctor_say(doctor, DOCTOR_OK, "%s %u: %s: the first update makes it",
                       component_name(which), bank, name);
        return true;
    }
    /* One that is there is opened for writing, and nothing more. */
    *mend = NOT_WHOLE;
    if (!holds(doctor, which, bank, flash, err))
        return false;
    *mend = NOT_WRITABLE;
    if (!flash_open(doctor->camera.flash, name, true, &for_writing, err))
        return false;
    if (flash->can_read)
        doctor_say(doctor, DOCTOR_OK, "%s %u: %s: %" PRIu64 " bytes", component_name(which), bank,
                   name, flash->length);
    else
        doctor_say(doctor, DOCTOR_OK, "%s %u: %s: can be run, what it loaded cannot be read",
                   component_name(which), bank, name);
    return true;
}

void doctor_flash(struct doctor *doctor)
{
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        for (unsigned i = 0; i < doctor->camera.configuration.flash[which].count; i++) {
            struct error err = ERROR_EMPTY;
            const char *mend;

            if (look(doctor, which, i, &mend, &err))
                continue;
            (void)error_prefix(&err, "%s %u", component_name(which), i);
            /* What is wrong with the line itself its own text says. */
            doctor_say_error(doctor, &err, err.kind == ERROR_CONFIGURATION ? NULL : mend);
        }
    }
}

/* What the only bank holds now: the next image is taken to be about as large. */
static uint64_t size_now(const struct doctor *doctor, enum component which)
{
    const struct journal_content *running = &doctor->record.components[which].running;
    CLEANUP(flash_close) struct flash *flash = NULL;
    struct error ignored = ERROR_EMPTY;

    if (doctor->found == JOURNAL_FOUND && running->known)
        return running->size;
    if (!flash_open(doctor->camera.flash, doctor->camera.configuration.flash[which].banks[0], false,
                    &flash, &ignored))
        return 0;
    return flash->length;
}

/* What an update puts into the work folder: the components that it does not write at once, and a
 * copy of what it will overwrite, where that can be read. */
struct need {
    uint64_t staged, copies;
    unsigned count;
};

static void add_need(const struct doctor *doctor, enum component which, struct need *need)
{
    const struct configuration_flash *flash = &doctor->camera.configuration.flash[which];
    unsigned target = policy_target_bank(&doctor->camera, &doctor->record, which);
    CLEANUP(flash_close) struct flash *bank = NULL;
    struct error ignored = ERROR_EMPTY; /* the bank's own line tells it */
    bool is_open;
    uint64_t size;

    if (flash->count == 0)
        return;
    is_open = flash_open(doctor->camera.flash, flash->banks[target], false, &bank, &ignored);
    if (flash->count == 2 && !(is_open && !bank->can_blocks))
        return;
    size = size_now(doctor, which);
    need->count++;
    need->staged += size;
    if (flash->count == 1 && is_open && bank->can_read)
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
    else if (!spool_has_room(&doctor->camera, need.staged, &err))
        doctor_say_error(doctor, &err, "make room for an image as large as the present one");
    else if (spool_has_room(&doctor->camera, need.staged + need.copies, &err))
        doctor_say(doctor, DOCTOR_OK, "for an image as the present one%s",
                   need.copies > 0 ? ", and a copy of it" : "");
    else if (doctor->camera.configuration.keep_old_required)
        doctor_say_error(doctor, &err,
                         "make room for the next image and a copy of the present one");
    else
        doctor_say(doctor, DOCTOR_WARNING,
                   "%s: an update is taken, and cannot be rolled back: make room for a copy of the "
                   "present image",
                   err.text);
}
