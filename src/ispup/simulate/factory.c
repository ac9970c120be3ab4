/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/simulate/factory.h"

#include "base/fd.h"
#include "base/memory.h"
#include "base/secret.h"
#include "ispup/simulate/medium.h"
#include "ispup/simulate/process.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define FACTORY_VERSION "V1.00.00"
#define NEXT_VERSION "V1.01.00"
enum { RANDOM_PIECE = 256, COMPONENT_LIMIT = 1 << 20 };

/* Name and option of a component for `ispup pack`, and its file in the camera's flash. */
static const struct part {
    const char *name, *option, *bank;
    size_t size;
} parts[] = {
    {"firmware", "--firmware", SIMULATE_FIRMWARE, 256 * 1024},
    {"device-resource", "--device-resource", "flash/device-resource", 64 * 1024},
    {"hardware", "--hardware", "flash/hardware", 16 * 1024},
};
enum { FIRMWARE, DEVICE_RESOURCE, HARDWARE };

static bool make_folder(const char *parent, const char *name, struct error *err)
{
    char path[FILE_PATH_SIZE];

    if (!file_path(parent, name, path, err))
        return false;
    if (mkdir(path, 0777) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot make folder %s", path);
    return true;
}

static bool write_file(const char *folder, const char *name, struct span bytes, struct error *err)
{
    CLEANUP(fd_close) int fd = FD_NONE;
    char path[FILE_PATH_SIZE];

    if (!file_path(folder, name, path, err))
        return false;
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot make %s", path);
    return fd_write(fd, bytes, err) || error_prefix(err, "%s", path);
}

static bool write_random(const char *folder, const struct part *part, struct error *err)
{
    CLEANUP(memory_free) void *memory = NULL;
    unsigned char *bytes;

    if (!memory_allocate(&memory, part->size, err))
        return false;
    bytes = memory;
    for (size_t at = 0; at < part->size; at += RANDOM_PIECE)
        if (!secret_random(bytes + at, RANDOM_PIECE, err))
            return false;
    return write_file(folder, part->name, span_of(memory, part->size), err);
}

/* Makes an image of random components, which stay in the folder parts-VERSION. */
static bool make_image(const struct simulate_site *site, const char *images, const char *version,
                       struct error *err)
{
    char name[32], folder[FILE_PATH_SIZE], files[COUNT_OF(parts)][FILE_PATH_SIZE];

    (void)snprintf(name, sizeof(name), "parts-%s", version);
    if (!make_folder(images, name, err) || !file_path(images, name, folder, err))
        return false;
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (!write_random(folder, &parts[i], err) ||
            !file_path(folder, parts[i].name, files[i], err))
            return false;
    return simulate_process_run(
        (const char *const[]){site->ispup, "pack", "--platform", SIMULATE_PLATFORM, "--version",
                              version, parts[FIRMWARE].option, files[FIRMWARE],
                              parts[DEVICE_RESOURCE].option, files[DEVICE_RESOURCE],
                              parts[HARDWARE].option, files[HARDWARE],
                              "--notes=made for a simulated camera", "-o", images, NULL},
        err);
}

bool simulate_factory_prepare(const struct simulate_site *site, struct error *err)
{
    char images[FILE_PATH_SIZE];

    return make_folder(site->folder, "images", err) &&
           file_path(site->folder, "images", images, err) &&
           make_image(site, images, FACTORY_VERSION, err) &&
           make_image(site, images, NEXT_VERSION, err);
}

static bool fill_bank(const struct simulate_site *site, const char *folder, const char *version,
                      const struct part *part, struct error *err)
{
    CLEANUP(memory_free) unsigned char *bytes = NULL;
    char path[FILE_PATH_SIZE];
    size_t size;
    int length =
        snprintf(path, sizeof(path), "%s/images/parts-%s/%s", site->folder, version, part->name);

    if (length < 0 || (size_t)length >= sizeof(path))
        return error_set(err, ERROR_INTERNAL, "path of %s is too long", part->name);
    return file_read(path, COMPONENT_LIMIT, &bytes, &size, err) &&
           write_file(folder, part->bank, span_of(bytes, size), err);
}

/* The password is public; the camera listens on loopback only. */
static bool write_accounts(const char *folder, struct error *err)
{
    static const char accounts[] = SIMULATE_ACCOUNT
        ":root:$6$ispupsimulated$"
        "WLqEJcWhTSGRkbyQNj3moGpWvF6s47KBWEP6Cm15AF0tC5wwlnLfut8h5VjnxOY9eerOLW0Ziz1WaHmINiHq50\n";

    return write_file(folder, "accounts", span_text(accounts), err);
}

static bool make_button(const char *folder, struct error *err)
{
    char path[FILE_PATH_SIZE];

    if (!file_path(folder, SIMULATE_POWER_BUTTON, path, err))
        return false;
    return mkfifo(path, 0600) == 0 || error_system(err, ERROR_INTERNAL, "cannot make %s", path);
}

static bool make_folders(const char *folder, struct error *err)
{
    static const char *const names[] = {"flash", SIMULATE_SPARE,   "work",
                                        "saved", "saved/settings", "ram"};

    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (!make_folder(folder, names[i], err))
            return false;
    return true;
}

static bool adopt(const struct simulate_site *site, const char *folder, const char *version,
                  struct error *err)
{
    char name[64], configuration[FILE_PATH_SIZE], image[FILE_PATH_SIZE];

    (void)snprintf(name, sizeof(name), "images/ISP-U-" SIMULATE_PLATFORM "-%s.bin", version);
    return file_path(folder, "ispup.conf", configuration, err) &&
           file_path(site->folder, name, image, err) &&
           simulate_process_run(
               (const char *const[]){site->ispup_camera, "-c", configuration, "adopt", image, NULL},
               err);
}

static bool fill_flash(const struct simulate_site *site, const char *folder, const char *version,
                       struct error *err)
{
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (!fill_bank(site, folder, version, &parts[i], err))
            return false;
    return true;
}

/* After it, the journal is made; then fill_work takes the rest of the room. */
static bool make_work_small(const char *folder, struct error *err)
{
    char work[FILE_PATH_SIZE];

    return file_path(folder, "work", work, err) && simulate_medium_make(work, err);
}

static bool fill_work(const char *folder, struct error *err)
{
    char work[FILE_PATH_SIZE];

    return file_path(folder, "work", work, err) && simulate_medium_fill(work, "recordings", err);
}

static bool make_camera(const struct simulate_site *site,
                        const struct simulate_configuration *configuration, struct error *err)
{
    const char *folder = configuration->folder;

    if (!make_folders(folder, err) || !write_accounts(folder, err) || !make_button(folder, err))
        return false;
    return simulate_factory_label(folder, configuration->id, err) &&
           simulate_configuration_write(configuration, err) &&
           write_file(folder, "saved/settings/picture.conf", span_text("brightness = 50\n"), err) &&
           fill_flash(site, folder, FACTORY_VERSION, err);
}

bool simulate_factory_label(const char *folder, const char *id, struct error *err)
{
    return write_file(folder, SIMULATE_ID, span_text(id), err);
}

bool simulate_factory_make(const struct simulate_site *site,
                           const struct simulate_configuration *configuration, struct error *err)
{
    const struct simulate_faults *faults = configuration->faults;
    const char *folder = configuration->folder;

    if (mkdir(folder, 0777) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot make folder %s", folder);
    return make_camera(site, configuration, err) &&
           (!faults->has[FAULT_WORK] || make_work_small(folder, err)) &&
           adopt(site, folder, FACTORY_VERSION, err) &&
           (!faults->has[FAULT_WORK] || fill_work(folder, err));
}

bool simulate_factory_reset(const struct simulate_site *site, const char *folder,
                            bool with_next_image, struct error *err)
{
    const char *version = with_next_image ? NEXT_VERSION : FACTORY_VERSION;
    static const char *const journal[] = {"work/journal.0", "work/journal.1"};
    char path[FILE_PATH_SIZE];

    for (size_t i = 0; i < COUNT_OF(journal); i++) {
        if (!file_path(folder, journal[i], path, err))
            return false;
        (void)unlink(path);
    }
    return fill_flash(site, folder, version, err) && adopt(site, folder, version, err);
}

void simulate_factory_close(const char *folder)
{
    struct error ignored = ERROR_EMPTY;
    char work[FILE_PATH_SIZE];

    if (file_path(folder, "work", work, &ignored))
        simulate_medium_remove(work);
}
