/* SPDX-License-Identifier: Apache-2.0 */
#include "update/front/status.h"

#include "camera/run_folder.h"
#include "camera/start.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

enum { LOOKS = 3 };

/* What is told: all of it of one moment. */
struct moment {
    struct journal_record record;
    bool under_way; /* `progress` is of an update that holds the lock */
    struct run_folder_progress progress;
};

static const char *const stage_names[] = {
    [RUN_FOLDER_RECEIVING] = "receiving",
    [RUN_FOLDER_CHECKING] = "checking",
    [RUN_FOLDER_WRITING] = "writing",
    [RUN_FOLDER_RESTARTING] = "restarting",
};

static void set_image(const struct journal_image *image, enum status_key version,
                      enum status_key digest, struct status *status)
{
    char text[DIGEST_TEXT_SIZE + 1];

    if (!image->known)
        return;
    image_version_format(&image->version, text);
    status_set(status, version, "%s", text);
    digest_format(&image->description, text);
    status_set(status, digest, "%s", text);
}

static void set_running(const struct camera *camera, const struct journal_run *run,
                        struct status *status)
{
    static const enum status_key keys[] = {
        [COMPONENT_FIRMWARE] = STATUS_ISP_FIRMWARE,
        [COMPONENT_DEVICE_RESOURCE] = STATUS_ISP_DEVICE_RESOURCE,
        [COMPONENT_HARDWARE] = STATUS_ISP_HARDWARE,
    };
    char text[COMPONENT_FILE_SIZE + 1];

    status_set(status, STATUS_ISP_VERSION, "UNKNOWN");
    set_image(&run->image, STATUS_ISP_VERSION, STATUS_ISP_IMAGE_SHA256, status);
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        component_format(which, &camera->platform, &run->versions[which], text);
        status_set(status, keys[which], "%s", text);
    }
}

/* A retired single image has no descriptor, so two of them cannot be told apart here: the versions
 * of their components can. */
static bool is_same_start(const struct journal_record *record, const struct journal_run *run)
{
    const struct journal_image *next = start_image(record);

    if (next->known != run->image.known ||
        (next->known && !digest_same(&next->description, &run->image.description)))
        return false;
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        const struct journal_content *content = start_content(record, which);

        if (content->known && !image_version_same(&content->version, &run->versions[which]))
            return false;
    }
    return true;
}

/* Set only between a change of what starts next and the restart. */
static void set_next(const struct camera *camera, const struct journal_record *record,
                     const struct journal_run *run, struct status *status)
{
    const struct journal_image *next = start_image(record);
    char text[IMAGE_VERSION_SIZE + 1];

    if (!start_is_whole(camera, record) || is_same_start(record, run))
        return;
    image_version_format(next->known ? &next->version : &IMAGE_VERSION_UNKNOWN, text);
    status_set(status, STATUS_ISP_NEXT, "%s", text);
}

static const char *rest_state(const struct camera *camera, const struct journal_record *record)
{
    if (record->lost)
        return "lost";
    /* Until the restart the image that was rolled back runs, not the unconfirmed one. */
    if (start_is_unconfirmed(record) && !start_was_changed(camera, record))
        return journal_outcome_name(OUTCOME_UNCONFIRMED);
    switch (record->state) {
    case JOURNAL_IDLE:
        return record->outcome == OUTCOME_NONE ? "idle" : journal_outcome_name(record->outcome);
    case JOURNAL_STAGING:
        return "failed";
    case JOURNAL_WRITING:
        return "writing";
    case JOURNAL_INSTALLED:
        return record->boots == 0 ? "restarting" : "trial";
    case JOURNAL_ROLLING_BACK:
        return "rolling-back";
    }
    return "failed";
}

static unsigned rest_percent(const struct journal_record *record)
{
    if (record->state == JOURNAL_IDLE)
        return record->outcome == OUTCOME_CONFIRMED ? 100 : 0;
    return record->state == JOURNAL_STAGING ? 0 : 100;
}

static void set_state(const struct camera *camera, const struct moment *moment,
                      struct status *status)
{
    const struct run_folder_progress *progress = &moment->progress;
    const struct journal_record *record = &moment->record;
    bool under_way = moment->under_way;

    status_set(status, STATUS_ISP_STATE, "%s",
               under_way ? stage_names[progress->stage] : rest_state(camera, record));
    status_set(status, STATUS_ISP_PROGRESS, "%u",
               under_way ? progress->percent : rest_percent(record));
    status_set(status, STATUS_ISP_BLOCKS, "%" PRIu64 "/%" PRIu64,
               under_way ? progress->blocks_written : record->blocks_written,
               under_way ? progress->blocks_total : record->blocks_total);
    if (record->state == JOURNAL_STAGING && !under_way)
        status_set(status, STATUS_ISP_RESULT, START_INTERRUPTED);
}

/* The first cause, and what a person has to do when the boots have given up. */
static void set_result(const struct journal_record *record, struct status *status)
{
    struct span cause = span_text(record->result);

    (void)span_skip(&cause, "ERROR: ");
    if (start_is_given_up(record))
        status_set(status, STATUS_ISP_RESULT, "ERROR: " START_GIVEN_UP "%s%.*s", JOURNAL_ATTEMPTS,
                   cause.size > 0 ? ": " : "", (int)cause.size, (const char *)cause.data);
    else
        status_set(status, STATUS_ISP_RESULT, "%s", record->result);
}

static void set_update(const struct journal_record *record, struct status *status)
{
    char text[DIGEST_TEXT_SIZE + 1];

    status_set(status, STATUS_ISP_UPDATE, "%" PRIu64, record->update);
    set_result(record, status);
    if (!record->has_update_digest)
        return;
    digest_format(&record->update_digest, text);
    status_set(status, STATUS_ISP_UPDATE_SHA256, "%s", text);
}

static void set_record(const struct camera *camera, const struct moment *moment,
                       struct status *status)
{
    const struct journal_record *record = &moment->record;
    const struct journal_image *previous = start_way_back(camera, record);
    struct journal_run run;

    start_read_running(camera, record, &run);
    set_running(camera, &run, status);
    if (previous != NULL)
        set_image(previous, STATUS_ISP_PREVIOUS, STATUS_ISP_PREVIOUS_SHA256, status);
    set_next(camera, record, &run, status);
    set_update(record, status);
    set_state(camera, moment, status);
}

static bool look(const struct camera *camera, struct moment *moment, struct error *err)
{
    const char *run = camera->configuration.run;
    bool found = camera_read_journal(camera, &moment->record, err);

    moment->under_way =
        run_folder_is_locked(run) && run_folder_read_progress(run, &moment->progress);
    return found;
}

/* An update may begin or end between the looks at the journal and at the lock, and would then look
 * like one that was killed. A journal that is the same before and after the look at the lock is of
 * the same moment. */
static bool read_settled(const struct camera *camera, struct moment *moment, struct error *err)
{
    bool found = look(camera, moment, err);

    for (unsigned i = 1; i < LOOKS && !moment->under_way; i++) {
        uint64_t before = moment->record.sequence;

        if (found && moment->record.state == JOURNAL_IDLE)
            break;
        found = look(camera, moment, err);
        if (moment->record.sequence == before)
            break;
    }
    return found;
}

void status_read(const struct camera *camera, struct status *status)
{
    struct moment moment = {.under_way = false};
    struct error err = ERROR_EMPTY;
    char boot_id[JOURNAL_BOOT_SIZE + 1];
    char id[IDENTITY_SIZE + 1];
    bool found = read_settled(camera, &moment, &err);

    *status = (struct status){0};
    if (!found && err.kind != ERROR_LOST)
        moment.record = (struct journal_record){0};
    set_record(camera, &moment, status);
    if (!found)
        status_set(status, STATUS_ISP_RESULT, "ERROR: %s", err.text);
    if (!found && err.kind != ERROR_LOST)
        status_set(status, STATUS_ISP_STATE, "failed");
    status_set(status, STATUS_ISP_PLATFORM, "%s", camera->platform.text);
    if (camera_id(camera, id, &err))
        status_set(status, STATUS_CAMERA_ID, "%s", id);
    camera_boot_id(camera, boot_id);
    status_set(status, STATUS_BOOT_ID, "%s", boot_id);
}

static void add(char *text, size_t *size, const char *format, ...) PRINTF(3, 4);

static void add(char *text, size_t *size, const char *format, ...)
{
    va_list values;
    int added;

    va_start(values, format);
    added = vsnprintf(text + *size, STATUS_LOG_SIZE - *size, format, values);
    va_end(values);
    if (added > 0 && (size_t)added < STATUS_LOG_SIZE - *size)
        *size += (size_t)added;
}

size_t status_system_info(const struct camera *camera, char text[STATUS_LOG_SIZE])
{
    struct status status;
    size_t size = 0;

    status_read(camera, &status);
    add(text, &size, "Firmware Version = %s\n", camera->configuration.firmware_version);
    add(text, &size, "ISP Platform = %s\n", status.values[STATUS_ISP_PLATFORM]);
    add(text, &size, "ISP Image Version = %s\n", status.values[STATUS_ISP_VERSION]);
    add(text, &size, "ISP State = %s\n", status.values[STATUS_ISP_STATE]);
    if (identity_is_address(span_text(status.values[STATUS_CAMERA_ID])))
        add(text, &size, "MAC Address = %s\n", status.values[STATUS_CAMERA_ID]);
    return size;
}

size_t status_system_log(const struct camera *camera, char text[STATUS_LOG_SIZE])
{
    struct status status;
    size_t size = 0;
    size_t log_size;

    status_read(camera, &status);
    add(text, &size, "ISP Firmware Version %s\n", status.values[STATUS_ISP_FIRMWARE]);
    add(text, &size, "ISP Device Resource Version %s\n", status.values[STATUS_ISP_DEVICE_RESOURCE]);
    add(text, &size, "ISP Hardware Version %s\n", status.values[STATUS_ISP_HARDWARE]);
    camera_read_log(camera, text + size, STATUS_LOG_SIZE - size, &log_size);
    return size + log_size;
}
