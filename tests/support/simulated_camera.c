/* SPDX-License-Identifier: Apache-2.0 */
#include "simulated_camera.h"

#include "base/fd.h"
#include "camera/run_folder.h"
#include "image/name.h"
#include "update/boot/recover.h"
#include "update/boot/trial.h"
#include "update/install/adopt.h"
#include "update/install/install.h"
#include "update/install/rollback.h"

#include <assert.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WORK "/data/work"
#define LIVE "/ram/settings"
#define SAVED "/data/settings"
#define NOTE "note" /* the one file of the settings */

static void set_up_flash(struct simulated_camera *simulated, const unsigned banks[COMPONENT_COUNT])
{
    fake_opener_make(&simulated->opener);
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        struct configuration_flash *flash = &simulated->camera.configuration.flash[which];

        flash->count = banks[which];
        for (unsigned bank = 0; bank < 2; bank++) {
            char *name = simulated->names[which][bank];

            (void)snprintf(name, sizeof(simulated->names[which][bank]), "fake:%u%u", which, bank);
            (void)snprintf(flash->bank_names[bank], sizeof(flash->bank_names[bank]), "%s", name);
            fake_flash_make(&simulated->banks[which][bank], name, SIMULATED_BANK_SIZE,
                            SIMULATED_BLOCK, &simulated->power);
            fake_opener_add(&simulated->opener, &simulated->banks[which][bank]);
        }
    }
}

static void new_boot_id(struct simulated_camera *simulated)
{
    char text[32];

    (void)snprintf(text, sizeof(text), "boot-%u\n", ++simulated->boots);
    scratch_write(&simulated->scratch, "boot-id", span_text(text));
}

void simulated_make(struct simulated_camera *simulated, const unsigned banks[COMPONENT_COUNT],
                    bool has_settings)
{
    struct camera *camera = &simulated->camera;
    struct configuration *configuration = &camera->configuration;

    /* A test makes thousands of cameras: malloc keeps their buffers, which saves system calls. */
    (void)mallopt(M_MMAP_THRESHOLD, 64 << 20);
    (void)mallopt(M_TRIM_THRESHOLD, 256 << 20);
    memset(simulated, 0, sizeof(*simulated));
    *camera = CAMERA_NONE;
    scratch_make(&simulated->scratch);
    fake_store_make(&simulated->store, &simulated->power);
    simulated->store.room = 1 << 20;
    set_up_flash(simulated, banks);
    camera->store = &simulated->store.store;
    camera->flash = &simulated->opener.opener;
    camera->log = (struct log){.program = "simulated", .fd = FD_NONE};
    memcpy(camera->platform.text, "0300", 5);
    memcpy(configuration->platform, "0300", 5);
    (void)snprintf(configuration->work, FILE_PATH_SIZE, WORK);
    (void)snprintf(configuration->run, FILE_PATH_SIZE, "%s",
                   scratch_path(&simulated->scratch, "run"));
    (void)snprintf(configuration->boot_id_file, FILE_PATH_SIZE, "%s",
                   scratch_path(&simulated->scratch, "boot-id"));
    configuration->restart.kind = RESTART_NONE;
    fake_store_put_folder(&simulated->store, WORK);
    fake_store_put_folder(&simulated->store, "/ram");
    new_boot_id(simulated);
    if (!has_settings)
        return;
    (void)snprintf(configuration->live, FILE_PATH_SIZE, LIVE);
    (void)snprintf(configuration->saved, FILE_PATH_SIZE, SAVED);
    simulated_set_live(simulated, "factory");
    fake_store_put(&simulated->store, SAVED "/" NOTE, span_text("factory"));
}

void simulated_free(struct simulated_camera *simulated)
{
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        for (unsigned bank = 0; bank < 2; bank++)
            fake_flash_free(&simulated->banks[which][bank]);
    fake_store_free(&simulated->store);
    scratch_remove(&simulated->scratch);
}

void simulated_set_live(struct simulated_camera *simulated, const char *text)
{
    fake_store_put(&simulated->store, LIVE "/" NOTE, span_text(text));
}

struct span simulated_component(enum component which, unsigned number)
{
    static const size_t sizes[COMPONENT_COUNT] = {1300, 700, 512};
    static unsigned char bytes[COMPONENT_COUNT][8][SIMULATED_BANK_SIZE];
    unsigned char *made = bytes[which][number % 8];
    size_t size = sizes[which] + 37 * (number % 8);

    for (size_t i = 0; i < size; i++) {
        size_t mixed = i * 7 + (size_t)which * 101;

        made[i] = (unsigned char)(i / SIMULATED_BLOCK == 1 ? mixed & (~1U << number % 8)
                                                           : mixed + number * 31);
    }
    return span_of(made, size);
}

void simulated_describe(const struct simulated_camera *simulated, unsigned number,
                        struct descriptor *descriptor)
{
    *descriptor = (struct descriptor){.platform = simulated->camera.platform,
                                      .version = {true, 1, 0, number}};
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        struct descriptor_component *component = &descriptor->components[which];
        struct span bytes = simulated_component(which, number);

        if (simulated->camera.configuration.flash[which].count == 0)
            continue;
        component->present = true;
        component->version = descriptor->version;
        component->size = bytes.size;
        digest_of(bytes, &component->sha256);
        component_format(which, &descriptor->platform, &component->version, component->file);
        descriptor->order[descriptor->count++] = which;
    }
}

/* All frames of the image fit into the pipe's buffer, so no reader has to run meanwhile. */
static void send_image(const struct simulated_camera *simulated, unsigned number, int pipe)
{
    struct image_name name = {simulated->camera.platform, {true, 1, 0, number}};
    struct descriptor descriptor;
    struct error err = ERROR_EMPTY;
    char text[4096], file_name[IMAGE_NAME_SIZE + 1];
    size_t size;
    bool sent;

    simulated_describe(simulated, number, &descriptor);
    image_name_format(&name, file_name);
    sent = descriptor_format(&descriptor, text, sizeof(text), &size, &err) &&
           frame_send(pipe, FRAME_NAME, span_text(file_name), &err) &&
           frame_send(pipe, FRAME_DESCRIPTION, span_of(text, size), &err) &&
           frame_send(pipe, FRAME_SIGNATURE, SPAN_EMPTY, &err);
    for (size_t i = 0; sent && i < descriptor.count; i++) {
        unsigned char byte = (unsigned char)descriptor.order[i];

        sent = frame_send(pipe, FRAME_COMPONENT, span_of(&byte, 1), &err) &&
               frame_send(pipe, FRAME_DATA, simulated_component(descriptor.order[i], number), &err);
    }
    assert(sent && frame_send(pipe, FRAME_END, SPAN_EMPTY, &err));
}

bool simulated_install(struct simulated_camera *simulated, struct frame_pipe frames,
                       struct error *err)
{
    struct install_task task = {.camera = &simulated->camera,
                                .frames = frames,
                                .front = FD_NONE,
                                .lock = FD_NONE,
                                .family = FAMILY_IMAGE};

    (void)mkdir(simulated->camera.configuration.run, 0700);
    return install_update(&task, &simulated->must_restart, err);
}

bool simulated_update(struct simulated_camera *simulated, unsigned number, struct error *err)
{
    bool installed;
    int ends[2];
    int made = pipe2(ends, O_CLOEXEC);

    assert(made == 0);
    (void)made;
    send_image(simulated, number, ends[1]);
    installed = simulated_install(simulated, frame_pipe_of(ends[0], 0), err);
    fd_close(&ends[0]);
    fd_close(&ends[1]);
    return installed;
}

bool simulated_adopt(struct simulated_camera *simulated, struct error *err)
{
    struct journal_record record;

    return adopt(&simulated->camera, NULL, true, &record, err);
}

static void empty_run_folder(const struct simulated_camera *simulated)
{
    const char *run = simulated->camera.configuration.run;

    run_folder_clear_progress(run);
    run_folder_set_note(run, RUN_FOLDER_INCOMPLETE, false);
    run_folder_set_note(run, RUN_FOLDER_COMMITTED, false);
}

void simulated_power_on(struct simulated_camera *simulated, uint64_t chance)
{
    fake_store_lose(&simulated->store, chance);
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        for (unsigned bank = 0; bank < 2; bank++)
            fake_flash_lose(&simulated->banks[which][bank], chance);
    fake_power_on(&simulated->power);
    empty_run_folder(simulated);
    new_boot_id(simulated);
}

int simulated_recover(struct simulated_camera *simulated, char *line)
{
    return (int)recover(&simulated->camera, false, line, 512);
}

int simulated_retry(struct simulated_camera *simulated, char *line)
{
    return (int)recover(&simulated->camera, true, line, 512);
}

bool simulated_trial(struct simulated_camera *simulated, struct error *err)
{
    enum trial_outcome outcome;

    return trial_run(&simulated->camera, &outcome, err);
}

bool simulated_roll_back(struct simulated_camera *simulated, bool with_settings, struct error *err)
{
    const struct camera *camera = &simulated->camera;
    struct journal_record record;

    if (!camera_read_journal(camera, &record, err))
        return false;
    if (record.state == JOURNAL_INSTALLED
            ? !rollback_begin(camera, &record, "by hand", err)
            : !rollback_to_previous(camera, &record, with_settings, "by hand", err))
        return false;
    return rollback_carry_through(camera, &record, err);
}

static bool runs(struct simulated_camera *simulated, const struct journal_record *record,
                 enum component which, unsigned number)
{
    const struct journal_component *component = &record->components[which];
    const struct journal_content *content =
        record->state == JOURNAL_INSTALLED ? &component->target : &component->running;

    return content->known && fake_flash_holds(&simulated->banks[which][content->bank_index],
                                              simulated_component(which, number));
}

unsigned simulated_running(struct simulated_camera *simulated)
{
    const struct configuration *configuration = &simulated->camera.configuration;
    struct journal_record record;
    struct error err = ERROR_EMPTY;

    if (!camera_read_journal(&simulated->camera, &record, &err) ||
        record.state == JOURNAL_WRITING || record.state == JOURNAL_ROLLING_BACK)
        return 0;
    for (unsigned number = 1; number < 8; number++) {
        bool all = true;

        for (enum component which = 0; which < COMPONENT_COUNT; which++)
            all = all && (configuration->flash[which].count == 0 ||
                          runs(simulated, &record, which, number));
        if (all)
            return number;
    }
    return 0;
}

bool simulated_saved(struct simulated_camera *simulated, const char *text)
{
    return fake_store_holds(&simulated->store, SAVED "/" NOTE, span_text(text));
}
