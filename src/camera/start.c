/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/start.h"

#include "camera/run_folder.h"

#include <string.h>

const struct journal_image *start_image(const struct journal_record *record)
{
    return record->state == JOURNAL_INSTALLED ? &record->target : &record->running;
}

const struct journal_content *start_content(const struct journal_record *record,
                                            enum component which)
{
    const struct journal_component *component = &record->components[which];

    /* A component that the image does not have starts as before. */
    return record->state == JOURNAL_INSTALLED && component->target.known ? &component->target
                                                                         : &component->running;
}

bool start_is_on_trial(const struct journal_record *record)
{
    return record->state == JOURNAL_INSTALLED && record->trial;
}

/* What a new camera has is not known at all. */
bool start_is_unconfirmed(const struct journal_record *record)
{
    if (record->state != JOURNAL_IDLE)
        return false;
    return record->outcome == OUTCOME_UNCONFIRMED ||
           (record->outcome == OUTCOME_ROLLED_BACK && record->running.known &&
            !record->running.confirmed);
}

bool start_is_half_written(const struct camera *camera, const struct journal_record *record,
                           enum component which)
{
    bool is_open = record->state == JOURNAL_WRITING || record->state == JOURNAL_ROLLING_BACK;

    return is_open && camera_overwrites(camera, record, which);
}

static bool has_half_written(const struct camera *camera, const struct journal_record *record)
{
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        if (start_is_half_written(camera, record, which))
            return true;
    return false;
}

bool start_is_whole(const struct camera *camera, const struct journal_record *record)
{
    return !record->lost && !record->activate_failed && !has_half_written(camera, record) &&
           !run_folder_has_note(camera->configuration.run, RUN_FOLDER_INCOMPLETE);
}

bool start_is_given_up(const struct journal_record *record)
{
    bool is_open = record->state == JOURNAL_WRITING || record->state == JOURNAL_ROLLING_BACK;

    return is_open && record->attempts >= JOURNAL_ATTEMPTS;
}

static void describe_start(const struct journal_record *record, struct journal_run *run)
{
    run->image = *start_image(record);
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        const struct journal_content *content = start_content(record, which);

        run->versions[which] = content->known ? content->version : IMAGE_VERSION_UNKNOWN;
    }
}

bool start_was_changed(const struct camera *camera, const struct journal_record *record)
{
    return camera_compare_boot(camera, record->ran.boot_id) == CAMERA_BOOT_THIS;
}

void start_read_running(const struct camera *camera, const struct journal_record *record,
                        struct journal_run *run)
{
    memset(run, 0, sizeof(*run));
    if (!start_is_whole(camera, record))
        return;
    if (start_was_changed(camera, record))
        *run = record->ran;
    else
        describe_start(record, run);
}

void start_keep_running(const struct camera *camera, struct journal_record *record)
{
    struct journal_run *ran = &record->ran;

    if (start_was_changed(camera, record))
        return; /* the first change of this boot kept it */
    memset(ran, 0, sizeof(*ran));
    if (start_is_whole(camera, record))
        describe_start(record, ran);
    camera_boot_id(camera, ran->boot_id);
}

/* A component with one bank needs a copy of its old bytes. */
static bool can_return(const struct camera *camera, enum component which,
                       const struct journal_content *old)
{
    return old->known && (camera->configuration.flash[which].count == 2 || old->copy != 0);
}

static const struct journal_image *way_back_of_trial(const struct camera *camera,
                                                     const struct journal_record *record)
{
    bool any = false;

    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        if (!record->components[which].written)
            continue;
        if (!can_return(camera, which, &record->components[which].running))
            return NULL;
        any = true;
    }
    return any ? &record->running : NULL;
}

static const struct journal_image *way_back_to_previous(const struct camera *camera,
                                                        const struct journal_record *record)
{
    bool any = false;

    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        const struct journal_component *component = &record->components[which];

        if (!component->running.known && !component->previous.known)
            continue;
        if (!component->previous.known)
            return NULL;
        if (journal_content_same(&component->running, &component->previous))
            continue;
        if (!can_return(camera, which, &component->previous))
            return NULL;
        any = true;
    }
    return any ? &record->previous : NULL;
}

const struct journal_image *start_way_back(const struct camera *camera,
                                           const struct journal_record *record)
{
    if (start_is_on_trial(record))
        return way_back_of_trial(camera, record);
    if (record->state != JOURNAL_INSTALLED && record->state != JOURNAL_IDLE)
        return NULL;
    if (record->outcome == OUTCOME_UNCONFIRMED)
        return NULL;
    return way_back_to_previous(camera, record);
}
