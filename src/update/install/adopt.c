/* SPDX-License-Identifier: Apache-2.0 */
#include "update/install/adopt.h"

#include "camera/bank.h"
#include "update/image_file.h"
#include "update/install/adopt_blank.h"
#include "update/install/adopt_copies.h"
#include "update/install/hooks.h"
#include "update/install/work_folder.h"

#include <string.h>

/* Describes the whole length of the bank in use. An empty or damaged bank holds nothing known. For
 * a bank that cannot be read `content` stays as it is. */
static bool describe_bank(const struct camera *camera, enum component which, unsigned bank_index,
                          struct journal_content *content, struct error *err)
{
    CLEANUP(flash_close) struct flash *flash = NULL;
    struct error why = ERROR_EMPTY;

    if (!camera_open_bank(camera, which, bank_index, false, &flash, err))
        return false;
    if (!flash->can_read)
        return true;
    *content =
        (struct journal_content){.known = false, .bank_index = bank_index, .size = flash->length};
    if (flash->length == 0)
        return true;
    content->known = bank_digest(flash, content->size, &content->sha256, &why);
    if (!content->known)
        log_line(&camera->log, "%s: its content is recorded as unknown", why.text);
    return true;
}

/* The banks in use are those that `before` names; if it names none, the first ones. */
static bool describe(const struct camera *camera, const struct journal_record *before,
                     struct journal_record *record, struct error *err)
{
    memset(record, 0, sizeof(*record));
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        const struct journal_content *running = &before->components[which].running;
        unsigned count = camera->configuration.flash[which].count;
        unsigned bank_index =
            running->known && running->bank_index < count ? running->bank_index : 0;

        if (count == 0)
            continue;
        record->components[which].running = *running;
        record->components[which].running.bank_index = bank_index;
        if (!describe_bank(camera, which, bank_index, &record->components[which].running, err))
            return error_prefix(err, "%s", component_name(which));
    }
    return true;
}

static bool is_wanted(const struct journal_content *content,
                      const struct descriptor_component *wanted)
{
    return content->known && content->size == wanted->size &&
           digest_same(&content->sha256, &wanted->sha256);
}

/* The first bank that holds these bytes; `content` stays as it was if none does. `can_read`: at
 * least one of the banks can be read. */
static bool find_held(const struct camera *camera, enum component which,
                      const struct descriptor_component *wanted, struct journal_content *content,
                      bool *can_read, struct error *err)
{
    *can_read = false;
    for (unsigned bank_index = 0; bank_index < camera->configuration.flash[which].count;
         bank_index++) {
        CLEANUP(flash_close) struct flash *flash = NULL;
        struct digest found;

        if (!camera_open_bank(camera, which, bank_index, false, &flash, err))
            return false;
        *can_read = *can_read || flash->can_read;
        if (!flash->can_read || flash->length < wanted->size)
            continue;
        if (!bank_digest(flash, wanted->size, &found, err))
            return false;
        if (!digest_same(&found, &wanted->sha256))
            continue;
        *content = (struct journal_content){.known = true,
                                            .bank_index = bank_index,
                                            .size = wanted->size,
                                            .sha256 = wanted->sha256,
                                            .version = wanted->version};
        return true;
    }
    return true;
}

void adopt_forget(struct journal_record *record)
{
    record->state = JOURNAL_IDLE;
    record->lost = true;
    record->running = record->previous = record->target = (struct journal_image){.known = false};
    record->has_settings = record->restore_settings = record->trial = false;
    record->boots = record->attempts = 0;
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        record->components[which] =
            (struct journal_component){.written = record->components[which].written};
}

/* What an update that was given up wrote may be half written. */
static bool check_half_written(const struct descriptor *descriptor, struct journal_record *record,
                               struct error *err)
{
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        if (record->components[which].written && !descriptor->components[which].present)
            return error_set(err, ERROR_IMAGE,
                             "%s: may be half written, so the image must have this component",
                             component_name(which));
        record->components[which].written = false;
    }
    return true;
}

/* The journal was lost: what the image's own bytes prove is all that is known of the banks. After
 * an update that did not reach its commit not even that: a block that was cut may read right once.
 */
static bool adopt_held(const struct camera *camera, const struct descriptor *descriptor,
                       struct journal_record *record, struct error *err)
{
    bool can_read;

    log_line(&camera->log, "what ran is not known, so this update has no way back");
    if (record->sequence > 0)
        return check_half_written(descriptor, record, err);
    for (size_t i = 0; i < descriptor->count; i++) {
        enum component which = descriptor->order[i];
        struct journal_component *component = &record->components[which];

        *component = (struct journal_component){.running = {.known = false}};
        if (!find_held(camera, which, &descriptor->components[which], &component->running,
                       &can_read, err))
            return error_prefix(err, "%s", component_name(which));
    }
    return true;
}

bool adopt_before_update(const struct camera *camera, const struct descriptor *descriptor,
                         struct journal_record *record, struct error *err)
{
    const struct journal_record nothing = {0};

    if (record->lost)
        return adopt_held(camera, descriptor, record, err);
    return record->sequence > 0 || describe(camera, &nothing, record, err);
}

/* The bank that holds these bytes becomes the one in use. If none can be read, the person who gives
 * the image says what it holds; a copy of the same bytes stays known. */
static bool find_bank(const struct camera *camera, enum component which,
                      const struct descriptor_component *wanted, struct journal_content *running,
                      struct error *err)
{
    struct journal_content held = {.known = false};
    bool can_read;

    if (!find_held(camera, which, wanted, &held, &can_read, err))
        return false;
    if (held.known)
        *running = held;
    else if (can_read)
        return error_set(err, ERROR_IMAGE, "no bank holds %s", wanted->file);
    else
        *running = (struct journal_content){.known = true,
                                            .bank_index = running->bank_index,
                                            .size = wanted->size,
                                            .sha256 = wanted->sha256,
                                            .version = wanted->version,
                                            .copy = is_wanted(running, wanted) ? running->copy : 0};
    return true;
}

/* The rest of the image is not read: the banks must hold what the descriptor says. */
static bool take_image(const struct camera *camera, const char *path, struct journal_record *record,
                       struct error *err)
{
    CLEANUP(image_file_close) struct image_file file = IMAGE_FILE_NONE;
    const struct descriptor *descriptor = &file.reader.descriptor;

    if (!image_file_open(&file, path, err))
        return false;
    if (!image_platform_same(&descriptor->platform, &camera->platform))
        return error_set(err, ERROR_IMAGE, "ISP platform: image is for %s, camera is %s",
                         descriptor->platform.text, camera->platform.text);
    for (size_t i = 0; i < descriptor->count; i++) {
        enum component which = descriptor->order[i];

        if (!find_bank(camera, which, &descriptor->components[which],
                       &record->components[which].running, err))
            return error_prefix(err, "%s", component_name(which));
    }
    record->running = (struct journal_image){.known = true, .version = descriptor->version};
    digest_of(file.reader.description, &record->running.description);
    return true;
}

static unsigned bank_of(const struct journal_content *content)
{
    return content->known ? content->bank_index : 0;
}

static bool changes_bank(const struct camera *camera, const struct journal_record *before,
                         const struct journal_record *record, enum component which)
{
    const struct journal_content *running = &record->components[which].running;

    if (camera->configuration.flash[which].count != 2 || !running->known)
        return false;
    /* Then it is not known which bank the hardware starts. */
    if (before->lost || before->activate_failed)
        return true;
    return bank_of(&before->components[which].running) != bank_of(running);
}

/* What runs until the restart is what was started, not what is adopted: of another bank, nothing is
 * known. */
static void note_what_runs(const struct camera *camera, const struct journal_record *before,
                           struct journal_record *record)
{
    bool any = before->lost; /* at this boot nothing was started that is known */

    record->ran = before->ran;
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        any = any || changes_bank(camera, before, record, which);
    if (!any)
        return;
    memset(&record->ran, 0, sizeof(record->ran));
    camera_boot_id(camera, record->ran.boot_id);
}

/* If the journal will name another bank than before, the hardware must start that one. */
static bool activate(const struct camera *camera, const struct journal_record *before,
                     const struct journal_record *record, struct error *err)
{
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        if (changes_bank(camera, before, record, which) &&
            !hooks_activate(camera, which, record->components[which].running.bank_index, err))
            return false;
    return true;
}

static bool read_before(const struct camera *camera, bool is_factory, struct journal_record *before,
                        struct error *err)
{
    enum journal_found found;

    if (!journal_read(camera->store, camera->configuration.work, false, before, &found, err))
        return false;
    if (is_factory && found != JOURNAL_NEW)
        return error_set(err, ERROR_REQUEST,
                         "a journal exists: adopt --factory is for a camera without one");
    if (found == JOURNAL_FOUND && before->state != JOURNAL_IDLE)
        return error_set(err, ERROR_BUSY, "an update is %s: let the camera finish it first",
                         journal_state_name(before->state));
    return true;
}

static bool draft(const struct camera *camera, const char *image_path,
                  const struct journal_record *before, struct journal_record *record,
                  struct error *err)
{
    if (!describe(camera, before, record, err) ||
        (image_path != NULL && !take_image(camera, image_path, record, err)))
        return false;
    record->update = before->update;
    record->running.confirmed = true;
    note_what_runs(camera, before, record);
    return true;
}

static bool carry_out(const struct camera *camera, const char *image_path,
                      const struct journal_record *before, struct journal_record *record,
                      struct error *err)
{
    struct adopt_copies copies = {.wanted = {false}};
    struct error alone;

    if (image_path != NULL && !adopt_copies_plan(camera, before, record, &copies, err))
        return false;
    if ((image_path != NULL && !adopt_copies_write(camera, image_path, record, &copies, err)) ||
        !activate(camera, before, record, err) ||
        !journal_write(camera->store, camera->configuration.work, record, &alone, err)) {
        adopt_copies_remove(camera, record, &copies);
        return false;
    }
    work_folder_clean(camera, record);
    return alone.text[0] == '\0' || error_pass(err, &alone);
}

bool adopt(const struct camera *camera, const char *image_path, bool is_factory,
           struct journal_record *record, struct error *err)
{
    struct journal_record before;

    if (!camera_check_places(camera, err))
        return error_prefix(err, "configuration");
    if (!read_before(camera, is_factory, &before, err) ||
        !draft(camera, image_path, &before, record, err))
        return false;
    /* Elsewhere a bank that reads as erased may have been cut. */
    if (is_factory)
        adopt_note_blank(camera, record);
    return carry_out(camera, image_path, &before, record, err);
}

bool adopt_lacks_copy(const struct camera *camera, const struct journal_record *record,
                      enum component which)
{
    struct error ignored = ERROR_EMPTY;
    bool is_needed;

    return adopt_copies_is_needed(camera, which, &is_needed, &ignored) && is_needed &&
           record->components[which].running.copy == 0;
}
