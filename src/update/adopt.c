/* SPDX-License-Identifier: Apache-2.0 */
#include "update/adopt.h"

#include "base/fd.h"
#include "camera/bank.h"
#include "image/check.h"
#include "image/reader.h"
#include "update/body.h"
#include "update/hooks.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* The whole length of the bank in use; an empty or a damaged one holds nothing, and of one that
 * nobody can read `content` stays what is known. */
static bool describe_bank(const struct camera *camera, enum component which, unsigned bank,
                          struct journal_content *content, struct error *err)
{
    CLEANUP(flash_close) struct flash *flash = NULL;
    struct error why = ERROR_EMPTY;

    if (!flash_open(camera->flash, camera->configuration.flash[which].banks[bank], false, &flash,
                    err))
        return false;
    if (!flash->can_read)
        return true;
    *content = (struct journal_content){.known = false, .bank = bank, .size = flash->length};
    if (flash->length == 0)
        return true;
    content->known = bank_digest(flash, content->size, &content->sha256, &why);
    if (!content->known)
        log_line(&camera->log, "%s: nothing is known of it", why.text);
    return true;
}

/* `before` says which banks are in use, where it says anything; else the first ones are. */
static bool describe(const struct camera *camera, const struct journal_record *before,
                     struct journal_record *record, struct error *err)
{
    memset(record, 0, sizeof(*record));
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        const struct journal_content *running = &before->components[which].running;
        unsigned count = camera->configuration.flash[which].count;
        unsigned bank = running->known && running->bank < count ? running->bank : 0;

        if (count == 0)
            continue;
        record->components[which].running = *running;
        record->components[which].running.bank = bank;
        if (!describe_bank(camera, which, bank, &record->components[which].running, err))
            return error_prefix(err, "%s", component_name(which));
    }
    return true;
}

bool adopt_where_new(const struct camera *camera, struct journal_record *record, struct error *err)
{
    const struct journal_record nothing = {0};
    enum journal_found found;

    if (!journal_read(camera->store, camera->configuration.work, false, record, &found, err))
        return false;
    return found == JOURNAL_FOUND || describe(camera, &nothing, record, err);
}

static bool is_wanted(const struct journal_content *content,
                      const struct descriptor_component *wanted)
{
    return content->known && content->size == wanted->size &&
           digest_same(&content->sha256, &wanted->sha256);
}

/* The bank that holds these bytes becomes the one in use. Where none can be read, what the journal
 * said before is all that is known. */
static bool find_bank(const struct camera *camera, enum component which,
                      const struct descriptor_component *wanted, struct journal_content *running,
                      struct error *err)
{
    const struct configuration_flash *banks = &camera->configuration.flash[which];
    bool can_read = false;

    for (unsigned bank = 0; bank < banks->count; bank++) {
        CLEANUP(flash_close) struct flash *flash = NULL;
        struct digest found;

        if (!flash_open(camera->flash, banks->banks[bank], false, &flash, err))
            return false;
        can_read = can_read || flash->can_read;
        if (!flash->can_read || flash->length < wanted->size)
            continue;
        if (!bank_digest(flash, wanted->size, &found, err))
            return false;
        if (!digest_same(&found, &wanted->sha256))
            continue;
        *running = (struct journal_content){.known = true,
                                            .bank = bank,
                                            .size = wanted->size,
                                            .sha256 = wanted->sha256,
                                            .version = wanted->version};
        return true;
    }
    if (can_read)
        return error_set(err, ERROR_IMAGE, "no bank holds %s", wanted->file);
    running->known = is_wanted(running, wanted);
    return true;
}

/* The descriptor is believed only where the banks hold what it says, so nothing behind it is read.
 */
static bool read_description(const char *path, struct descriptor *descriptor,
                             struct digest *description, struct error *err)
{
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    CLEANUP(body_close) struct body body = {0};
    CLEANUP(image_reader_close) struct image_reader reader = {0};
    struct stat facts;

    if (fd == FD_NONE || fstat(fd, &facts) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", path);
    if (!body_open(&body, fd, (uint64_t)facts.st_size, BODY_STALL_SECONDS, err) ||
        !image_reader_open(&reader, &body.source, err))
        return false;
    *descriptor = reader.descriptor;
    digest_of(reader.description, description);
    return true;
}

static bool take_image(const struct camera *camera, const char *path, struct journal_record *record,
                       struct error *err)
{
    struct descriptor descriptor;
    struct digest description;
    bool is_known = true;

    if (!read_description(path, &descriptor, &description, err))
        return false;
    if (!image_platform_same(&descriptor.platform, &camera->platform))
        return error_set(err, ERROR_IMAGE, "ISP platform: image is for %s, camera is %s",
                         descriptor.platform.text, camera->platform.text);
    for (size_t i = 0; i < descriptor.count; i++) {
        enum component which = descriptor.order[i];

        if (!find_bank(camera, which, &descriptor.components[which],
                       &record->components[which].running, err))
            return error_prefix(err, "%s", component_name(which));
        is_known = is_known && record->components[which].running.known;
    }
    record->running = (struct journal_image){
        .known = is_known, .description = description, .version = descriptor.version};
    return true;
}

/* Where the journal is about to name another bank than it did, the hardware must start that one. */
static bool activate(const struct camera *camera, const struct journal_record *before,
                     const struct journal_record *record, struct error *err)
{
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        const struct journal_content *old = &before->components[which].running;
        const struct journal_content *running = &record->components[which].running;
        unsigned bank = old->known ? old->bank : 0;

        if (camera->configuration.flash[which].count == 2 && running->known &&
            running->bank != bank && !hooks_activate(camera, which, running->bank, err))
            return false;
    }
    return true;
}

bool adopt(const struct camera *camera, const char *image_path, struct journal_record *record,
           struct error *err)
{
    struct journal_record before;
    enum journal_found found;
    struct error alone;

    if (!journal_read(camera->store, camera->configuration.work, false, &before, &found, err))
        return false;
    if (found == JOURNAL_FOUND && before.state != JOURNAL_IDLE)
        return error_set(err, ERROR_BUSY, "an update is %s: let the camera finish it first",
                         journal_state_name(before.state));
    if (!describe(camera, &before, record, err) ||
        (image_path != NULL && !take_image(camera, image_path, record, err)))
        return false;
    record->update = before.update;
    if (!activate(camera, &before, record, err) ||
        !journal_start(camera->store, camera->configuration.work, record, &alone, err))
        return false;
    return alone.text[0] == '\0' || error_pass(err, &alone);
}
