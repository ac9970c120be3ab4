/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/camera.h"

#include "base/fd.h"
#include "base/memory.h"
#include "camera/linux/network.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOG_LIMIT = 65536, LOG_PATH_SIZE = FILE_PATH_SIZE + 8 };

static void log_path(const struct camera *camera, const char *suffix, char *path)
{
    (void)snprintf(path, LOG_PATH_SIZE, "%s/log%s", camera->configuration.run, suffix);
}

/* The run folder is in RAM, so the log is limited: `log` and one older file. */
static int open_log(const struct camera *camera)
{
    char path[LOG_PATH_SIZE], old[LOG_PATH_SIZE];
    struct stat facts;

    log_path(camera, "", path);
    log_path(camera, ".old", old);
    if (lstat(path, &facts) == 0 && facts.st_size > LOG_LIMIT)
        (void)rename(path, old);
    return file_open_or_make(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
}

/* Only root can make this folder in /run. It gets the owner of the work folder, so that programs of
 * that user can write there. */
static void make_run_folder(const struct configuration *configuration)
{
    CLEANUP(fd_close) int fd = FD_NONE;

    if (mkdir(configuration->run, 0700) == 0)
        fd = open(configuration->run, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (fd != FD_NONE)
        file_give(fd, configuration->work);
}

bool camera_open(struct camera *camera, const char *configuration, bool trusted,
                 const char *program, struct error *err)
{
    struct error unknown = ERROR_EMPTY;

    *camera = CAMERA_NONE;
    camera->trusted = trusted;
    camera->store = store_linux();
    if (!configuration_read(configuration, trusted, &camera->configuration, err))
        return false;
    camera->devices = flash_linux(&camera->log, camera->configuration.command_seconds);
    camera->flash = &camera->devices;
    /* No error yet: `recover` runs before the ISP can tell its platform. Each user of the platform
     * checks it again. */
    if (!configuration_platform(&camera->configuration, &camera->platform, &unknown))
        camera->platform.text[0] = '\0';
    make_run_folder(&camera->configuration);
    camera->log_file = open_log(camera);
    camera->log = (struct log){.program = program, .fd = camera->log_file, .system = true};
    return true;
}

void camera_close(struct camera *camera)
{
    fd_close(&camera->log_file);
    camera->log.fd = FD_NONE;
}

void camera_read_log(const struct camera *camera, char *text, size_t capacity, size_t *size)
{
    char path[LOG_PATH_SIZE];
    CLEANUP(fd_close) int fd = FD_NONE;
    struct error ignored = ERROR_EMPTY;
    struct stat facts;
    struct span part;
    uint64_t at;

    *size = 0;
    log_path(camera, "", path);
    fd = file_open_plain(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd == FD_NONE || fstat(fd, &facts) != 0)
        return;
    at = (uint64_t)facts.st_size > capacity ? (uint64_t)facts.st_size - capacity : 0;
    if (!fd_read_at(fd, at, text, capacity, size, &ignored))
        *size = 0;
    if (at == 0)
        return;
    part = span_of(text, *size);
    if (span_split(&part, '\n', &(struct span){0})) {
        memmove(text, part.data, part.size);
        *size = part.size;
    }
}

/* If [flash] no longer has a bank that the journal names, the running image can be neither found
 * nor restored. */
static bool check_banks(const struct camera *camera, const struct journal_record *record,
                        struct error *err)
{
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        const struct journal_component *component = &record->components[which];
        const struct journal_content *const contents[] = {&component->running, &component->target};
        unsigned count = camera->configuration.flash[which].count;

        for (size_t i = 0; i < COUNT_OF(contents); i++)
            if (contents[i]->known && contents[i]->bank_index >= count)
                return error_set(
                    err, ERROR_JOURNAL,
                    "journal: %s is in bank %u, but [flash] names %u of its banks, put "
                    "the others back",
                    component_name(which), contents[i]->bank_index, count);
    }
    return true;
}

bool camera_read_journal(const struct camera *camera, struct journal_record *record,
                         struct error *err)
{
    enum journal_found found;

    if (!journal_read(camera->store, camera->configuration.work,
                      camera->configuration.journal_required, record, &found, err))
        return false;
    if (found == JOURNAL_LOST)
        return error_set(err, ERROR_LOST, "journal lost: run ispup-camera adopt");
    return check_banks(camera, record, err);
}

bool camera_read_journal_even_lost(const struct camera *camera, struct journal_record *record,
                                   struct error *err)
{
    struct error why = ERROR_EMPTY;

    return camera_read_journal(camera, record, &why) || why.kind == ERROR_LOST ||
           error_pass(err, &why);
}

bool camera_write_journal(const struct camera *camera, struct journal_record *record,
                          struct error *err)
{
    struct error alone;

    if (!journal_write(camera->store, camera->configuration.work, record, &alone, err))
        return false;
    if (alone.text[0] != '\0')
        log_line(&camera->log, "%s", alone.text);
    return true;
}

bool camera_overwrites(const struct camera *camera, const struct journal_record *record,
                       enum component which)
{
    return record->components[which].written && camera->configuration.flash[which].count == 1;
}

bool camera_flips(const struct camera *camera, const struct journal_record *record,
                  enum component which)
{
    return record->components[which].written && camera->configuration.flash[which].count == 2;
}

bool camera_open_bank(const struct camera *camera, enum component which, unsigned bank_index,
                      bool for_writing, struct flash **flash, struct error *err)
{
    return flash_open(camera->flash, camera->configuration.flash[which].bank_names[bank_index],
                      for_writing, flash, err);
}

/* A bank of [flash]; `at` counts two for each component. NULL: not configured. */
static const char *bank_name_at(const struct camera *camera, unsigned at)
{
    const struct configuration_flash *flash = &camera->configuration.flash[at / 2];

    return at % 2 < flash->count ? flash->bank_names[at % 2] : NULL;
}

bool camera_check_places(const struct camera *camera, struct error *err)
{
    for (unsigned i = 0; i < 2 * COMPONENT_COUNT; i++) {
        for (unsigned j = i + 1; j < 2 * COMPONENT_COUNT; j++) {
            const char *one = bank_name_at(camera, i), *other = bank_name_at(camera, j);

            if (one != NULL && other != NULL && flash_is_same_place(camera->flash, one, other))
                return error_set(
                    err, ERROR_CONFIGURATION, "%s %u and %s %u are the same place: %s, %s",
                    component_name(i / 2), i % 2, component_name(j / 2), j % 2, one, other);
        }
    }
    return true;
}

struct settings camera_settings(const struct camera *camera)
{
    return (struct settings){.store = camera->store,
                             .live = camera->configuration.live,
                             .saved = camera->configuration.saved,
                             .save_command = &camera->configuration.save_command};
}

void camera_boot_id(const struct camera *camera, char text[JOURNAL_BOOT_SIZE + 1])
{
    CLEANUP(memory_free) unsigned char *data = NULL;
    struct error ignored = ERROR_EMPTY;
    struct span line, rest;
    size_t size;

    text[0] = '\0';
    if (!file_read(camera->configuration.boot_id_file, 4096, &data, &size, &ignored))
        return;
    rest = span_of(data, size);
    (void)span_split(&rest, '\n', &line);
    /* The same limit and characters as in the journal, so that both can be compared. */
    line = span_trim(span_first(line, JOURNAL_BOOT_SIZE), ' ');
    span_printable(line, text, JOURNAL_BOOT_SIZE + 1);
}

enum camera_boot camera_compare_boot(const struct camera *camera, const char *boot_id)
{
    char current[JOURNAL_BOOT_SIZE + 1];

    camera_boot_id(camera, current);
    if (current[0] == '\0' || boot_id[0] == '\0')
        return CAMERA_BOOT_UNKNOWN;
    return strcmp(current, boot_id) == 0 ? CAMERA_BOOT_THIS : CAMERA_BOOT_OTHER;
}

bool camera_id(const struct camera *camera, char text[IDENTITY_SIZE + 1], struct error *err)
{
    const struct identity_sources sources = {camera->configuration.id,
                                             camera->configuration.id_file, NETWORK_FOLDER};

    return identity_read(&sources, text, err);
}

bool camera_work_path(const struct camera *camera, const char *name, uint64_t number,
                      enum component which, char path[FILE_PATH_SIZE], struct error *err)
{
    char file[96];

    (void)snprintf(file, sizeof(file), "%s-%" PRIu64 ".%s", name, number, component_name(which));
    return file_path(camera->configuration.work, file, path, err);
}
