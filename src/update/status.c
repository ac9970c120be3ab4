/* SPDX-License-Identifier: Apache-2.0 */
#include "update/status.h"

#include "camera/run.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

static const char *const stage_names[] = {
    [RUN_RECEIVING] = "receiving",
    [RUN_CHECKING] = "checking",
    [RUN_WRITING] = "writing",
    [RUN_RESTARTING] = "restarting",
};

/* What runs now: the target once it is installed, else what the journal calls running. */
static bool runs_target(const struct journal_record *record)
{
    return record->state == JOURNAL_INSTALLED;
}

static void set_image(const struct journal_image *image, enum status_key version,
                      enum status_key digest, struct status *status)
{
    char text[DIGEST_TEXT_SIZE + 1];

    if (!image->known)
        return;
    image_version_format(&image->version, text);
    status_set(status, version, "%s", text);
    if (digest == STATUS_COUNT)
        return;
    digest_format(&image->description, text);
    status_set(status, digest, "%s", text);
}

static void set_components(const struct camera *camera, const struct journal_record *record,
                           struct status *status)
{
    static const enum status_key keys[] = {
        [COMPONENT_FIRMWARE] = STATUS_ISP_FIRMWARE,
        [COMPONENT_DEVICE_RESOURCE] = STATUS_ISP_DEVICE_RESOURCE,
        [COMPONENT_HARDWARE] = STATUS_ISP_HARDWARE,
    };
    char text[COMPONENT_FILE_SIZE + 1];

    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        const struct journal_component *component = &record->components[which];
        const struct journal_content *content = runs_target(record) && component->target.known
                                                    ? &component->target
                                                    : &component->running;
        const struct image_version version =
            content->known ? content->version : IMAGE_VERSION_UNKNOWN;

        component_format(which, &camera->platform, &version, text);
        status_set(status, keys[which], "%s", text);
    }
}

static const char *rest_state(const struct journal_record *record)
{
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
        return "rolled-back";
    }
    return "failed";
}

static void set_state(const struct camera *camera, const struct journal_record *record,
                      struct status *status)
{
    const char *run = camera->configuration.run;
    struct run_progress progress;
    bool under_way = run_is_locked(run) && run_ask(run, &progress);

    status_set(status, STATUS_ISP_STATE, "%s",
               under_way ? stage_names[progress.stage] : rest_state(record));
    status_set(status, STATUS_ISP_PROGRESS, "%u",
               under_way                       ? progress.percent
               : record->state == JOURNAL_IDLE ? 100U * (record->outcome == OUTCOME_CONFIRMED)
                                               : 100U);
    status_set(status, STATUS_ISP_BLOCKS, "%" PRIu64 "/%" PRIu64,
               under_way ? progress.blocks_written : record->blocks_written,
               under_way ? progress.blocks_total : record->blocks_total);
}

static void set_update(const struct journal_record *record, struct status *status)
{
    char text[DIGEST_TEXT_SIZE + 1];

    status_set(status, STATUS_ISP_UPDATE, "%" PRIu64, record->update);
    status_set(status, STATUS_ISP_RESULT, "%s", record->result);
    if (!record->has_update_digest)
        return;
    digest_format(&record->update_digest, text);
    status_set(status, STATUS_ISP_UPDATE_SHA256, "%s", text);
}

static void set_record(const struct camera *camera, const struct journal_record *record,
                       struct status *status)
{
    const struct journal_image *running = runs_target(record) ? &record->target : &record->running;
    const struct journal_image *previous =
        runs_target(record) && record->trial ? &record->running : &record->previous;

    status_set(status, STATUS_ISP_VERSION, "UNKNOWN");
    set_image(running, STATUS_ISP_VERSION, STATUS_ISP_IMAGE_SHA256, status);
    set_image(previous, STATUS_ISP_PREVIOUS, STATUS_COUNT, status);
    set_components(camera, record, status);
    set_state(camera, record, status);
    set_update(record, status);
}

/* An update that ends between two looks would be taken for one that died: whoever left the lock
 * wrote the journal before. */
static bool read_settled(const struct camera *camera, struct journal_record *record,
                         struct error *err)
{
    if (!camera_read_journal(camera, record, err))
        return false;
    return record->state == JOURNAL_IDLE || run_is_locked(camera->configuration.run) ||
           camera_read_journal(camera, record, err);
}

void status_read(const struct camera *camera, struct status *status)
{
    struct journal_record record;
    struct error err = ERROR_EMPTY;
    char boot_id[JOURNAL_BOOT_SIZE + 1];
    bool found = read_settled(camera, &record, &err);

    *status = (struct status){0};
    if (!found)
        record = (struct journal_record){0};
    set_record(camera, &record, status);
    if (!found) {
        status_set(status, STATUS_ISP_STATE, "failed");
        status_set(status, STATUS_ISP_RESULT, "ERROR: %s", err.text);
    }
    status_set(status, STATUS_ISP_PLATFORM, "%s", camera->platform.text);
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
