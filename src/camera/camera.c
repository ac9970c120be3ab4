/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/camera.h"

#include "base/fd.h"
#include "base/memory.h"

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

/* The run folder is RAM: a log past its limit moves aside, and the one before it goes. */
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

/* It lies where only root makes folders: its owner is the work folder's. */
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
    /* What it is needed for asks again: `recover` runs before the ISP can say what it is. */
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
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd == FD_NONE || fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode))
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

bool camera_read_journal(const struct camera *camera, struct journal_record *record,
                         struct error *err)
{
    enum journal_found found;

    if (!journal_read(camera->store, camera->configuration.work,
                      camera->configuration.journal_required, record, &found, err))
        return false;
    if (found == JOURNAL_LOST)
        return error_set(err, ERROR_JOURNAL, "journal lost: run ispup-camera adopt");
    return true;
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
    /* As the journal keeps it. */
    line = span_trim(span_first(line, JOURNAL_BOOT_SIZE), ' ');
    span_printable(line, text, JOURNAL_BOOT_SIZE + 1);
}

bool camera_work_path(const struct camera *camera, const char *name, uint64_t number,
                      enum component which, char path[FILE_PATH_SIZE], struct error *err)
{
    char file[96];

    (void)snprintf(file, sizeof(file), "%s-%" PRIu64 ".%s", name, number, component_name(which));
    return file_path(camera->configuration.work, file, path, err);
}
