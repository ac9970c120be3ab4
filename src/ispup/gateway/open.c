/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/run.h"

#include "base/memory.h"
#include "ispup/gateway/work.h"

#include <stdio.h>
#include <string.h>

static bool take_controller(const struct camera_list *list, size_t camera, struct device *device,
                            struct error *err)
{
    size_t column = camera_list_column(list, "controller");
    struct span name = span_text(camera_list_value(list, camera, column));

    device->has_own_controller = name.size > 0;
    for (size_t i = 0; i < name.size; i++)
        if (!byte_is_printable(name.data[i]))
            return error_set(err, ERROR_CONFIGURATION,
                             "line %zu: controller is not printable ASCII", list->lines[camera]);
    return span_copy(name, device->controller, sizeof(device->controller)) ||
           error_set(err, ERROR_CONFIGURATION, "line %zu: controller is too long",
                     list->lines[camera]);
}

/* hawkBit would give one action to two cameras. */
static bool check_controllers(const struct gateway *gateway, struct error *err)
{
    for (size_t i = 0; i < gateway->count; i++)
        for (size_t k = 0; k < i && gateway->devices[i].has_own_controller; k++)
            if (strcmp(gateway->devices[i].controller, gateway->devices[k].controller) == 0)
                return error_set(err, ERROR_CONFIGURATION,
                                 "line %zu: controller %s is in line %zu "
                                 "already",
                                 gateway->hosts.list.lines[i], gateway->devices[i].controller,
                                 gateway->hosts.list.lines[k]);
    return true;
}

static bool take_device(struct gateway *gateway, size_t camera, struct error *err)
{
    const struct camera_list *list = &gateway->hosts.list;
    struct device *device = &gateway->devices[camera];
    const char *word = camera_list_known(list, camera, CAMERA_COLUMN_CAMERA);

    device->site = camera_list_known(list, camera, CAMERA_COLUMN_SITE);
    device->label = gateway->hosts.targets[camera].label;
    if (!span_copy(span_text(word), device->camera, sizeof(device->camera)))
        return error_set(err, ERROR_CONFIGURATION, "line %zu: camera is too long",
                         list->lines[camera]);
    return take_controller(list, camera, device, err);
}

static bool allocate(struct gateway *gateway, struct error *err)
{
    void *devices = NULL, *asking = NULL, *news = NULL;

    gateway->askers = work_askers(gateway->hosts.count);
    if (!memory_allocate(&devices, gateway->hosts.count * sizeof(struct device), err))
        return false;
    gateway->devices = devices;
    gateway->count = gateway->hosts.count;
    if (!memory_allocate(&asking, gateway->askers * sizeof(bool), err))
        return false;
    gateway->is_asking = asking;
    if (!memory_allocate(&news, gateway->count * sizeof(struct news), err))
        return false;
    gateway->news = news;
    return true;
}

static bool read_cameras(struct gateway *gateway, struct error *err)
{
    const struct setup *setup = &gateway->setup;
    const struct hosts_words words = {.list = setup->list, .password_fd = -1};

    if (!hosts_take(&gateway->hosts, &words, err) ||
        !hosts_authorise_from(&gateway->hosts, setup->credentials, err) ||
        !hosts_check_authority(setup->camera_authority[0] == '\0' ? NULL : setup->camera_authority,
                               setup->is_camera_insecure, err) ||
        !allocate(gateway, err))
        return false;
    for (size_t i = 0; i < gateway->count; i++)
        if (!take_device(gateway, i, err))
            return error_prefix(err, "%s", setup->list);
    return check_controllers(gateway, err) || error_prefix(err, "%s", setup->list);
}

/* A mistake is one of the configuration, not of the command line. */
static bool open_cameras(struct gateway *gateway, struct error *err)
{
    if (read_cameras(gateway, err))
        return true;
    if (err->kind == ERROR_USAGE)
        err->kind = ERROR_CONFIGURATION;
    return false;
}

bool run_open(struct gateway *gateway, const char *path, struct error *err)
{
    return setup_read(path, &gateway->setup, err) && open_cameras(gateway, err);
}

void run_close(struct gateway *gateway)
{
    for (size_t i = 0; i < gateway->count; i++)
        device_close(&gateway->devices[i]);
    memory_free(&gateway->devices);
    memory_free(&gateway->is_asking);
    memory_free(&gateway->news);
    cache_close(&gateway->cache);
    client_close(&gateway->client);
    memory_close(&gateway->memory);
    hosts_close(&gateway->hosts);
    setup_wipe(&gateway->setup);
}
