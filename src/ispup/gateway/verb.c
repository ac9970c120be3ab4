/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup gateway`: hawkBit for cameras that only know the URL commands. */
#include "base/fd.h"
#include "base/option.h"
#include "ispup/cli/verbs.h"
#include "ispup/fleet/folder.h"
#include "ispup/gateway/contact.h"
#include "ispup/gateway/export.h"
#include "ispup/gateway/fetch.h"
#include "ispup/gateway/run.h"

#include <stdio.h>
#include <string.h>

enum { CONFIGURATION, CHECK, EXPORT, ACCEPT, RAW, OPTION_COUNT };

#define CONFIGURATION_DEFAULT "/etc/ispup/gateway.conf"

static void warn(const struct gateway *gateway)
{
    const struct setup *setup = &gateway->setup;

    if (!setup->origin.is_https && !origin_is_loopback(&setup->origin))
        (void)fputs("ispup gateway: WARNING: insecure = yes: the gateway token is sent "
                    "unencrypted: who reads it can speak for every camera of the tenant\n",
                    stderr);
    hosts_warn(&gateway->hosts, "gateway", setup->is_camera_insecure, false);
}

/* Uploads of a gateway that was killed go on: their cameras must not be asked meanwhile. */
static bool lock(const char *folder, struct folder_lock *lock, struct error *err)
{
    enum folder_holder holder;

    if (!folder_check(folder, err) || !folder_lock(folder, lock, &holder, err))
        return false;
    if (holder == FOLDER_RUN)
        return error_set(err, ERROR_INTERNAL, "another gateway runs in %s", folder);
    if (holder == FOLDER_UPLOADS)
        gateway_say(NULL, "uploads of a gateway that was killed go on: waiting for their end");
    while (holder == FOLDER_UPLOADS && !folder_lock_wait(lock, 1000))
        continue;
    return true;
}

/* Before its first start a gateway knows nothing. */
static bool open_memory(struct gateway *gateway, struct error *err)
{
    struct memory *memory = &gateway->memory;
    const char *folder = gateway->setup.folder;

    memory->is_dry = gateway->is_dry;
    if (gateway->is_dry && !memory_is_there(folder))
        return true;
    return (gateway->is_dry ? memory_open_read(memory, folder, err)
                            : memory_open(memory, folder, err)) &&
           memory_take_server(memory, gateway->setup.server, gateway->setup.tenant, err) &&
           memory_load(memory, gateway->devices, gateway->count, err);
}

/* A gateway that starts takes these ids. A preview closes the database, because a long look would
 * keep a gateway that runs from shortening its log. */
static void look_at_accepted(struct gateway *gateway)
{
    for (size_t i = 0; i < gateway->count; i++)
        if (device_is_stopped(&gateway->devices[i]) &&
            memory_is_accepted(&gateway->memory, gateway->devices[i].camera))
            contact_accept(gateway, &gateway->devices[i]);
    memory_close(&gateway->memory);
}

static bool open_rest(struct gateway *gateway, struct error *err)
{
    if (!open_memory(gateway, err))
        return false;
    contact_check_names(gateway);
    if (gateway->is_dry)
        look_at_accepted(gateway);
    gateway->cache.is_dry = gateway->is_dry;
    return cache_open(&gateway->cache, &gateway->setup, fetch_is_needed, gateway, err) &&
           client_open(&gateway->client, &gateway->setup, err);
}

static bool serve(struct gateway *gateway, struct error *err)
{
    CLEANUP(folder_unlock) struct folder_lock held = {FD_NONE};

    warn(gateway);
    if (!lock(gateway->setup.folder, &held, err) || !open_rest(gateway, err))
        return false;
    gateway_say(NULL, "gateway of %zu camera%s to %s, tenant %s", gateway->count,
                gateway->count == 1 ? "" : "s", gateway->setup.server, gateway->setup.tenant);
    return run_gateway(gateway, err);
}

/* Works without a gateway that runs, and beside one. */
static bool check(struct gateway *gateway, struct error *err)
{
    gateway->is_dry = true;
    warn(gateway);
    if (!folder_check(gateway->setup.folder, err) || !open_rest(gateway, err) ||
        !run_gateway(gateway, err))
        return false;
    if (gateway->is_unanswered)
        return error_set(err, ERROR_REQUEST, "hawkBit did not answer for each camera: see above");
    return true;
}

static bool accept(struct gateway *gateway, const char *camera, struct error *err)
{
    for (size_t i = 0; i < gateway->count; i++) {
        const struct device *device = &gateway->devices[i];

        if (strcmp(device->camera, camera) != 0 && strcmp(device->label, camera) != 0)
            continue;
        if (!memory_open(&gateway->memory, gateway->setup.folder, err) ||
            !memory_load(&gateway->memory, gateway->devices, gateway->count, err))
            return false;
        if (!device_is_stopped(device))
            return error_set(err, ERROR_INTERNAL, "%s is not stopped: there is nothing to accept",
                             camera);
        if (!memory_accept(&gateway->memory, device->camera, err))
            return false;
        (void)printf("%s: the id %s is accepted; the gateway goes on with it\n", device->label,
                     device->other_id);
        return true;
    }
    return error_set(err, ERROR_USAGE, "%s is not in %s", camera, gateway->setup.list);
}

static bool export(struct gateway *gateway, bool is_raw, struct error *err)
{
    return memory_open_read(&gateway->memory, gateway->setup.folder, err) &&
           memory_load(&gateway->memory, gateway->devices, gateway->count, err) &&
           export_csv(gateway, is_raw, stdout, err);
}

static bool run(struct verb_call *call, struct error *err)
{
    CLEANUP(run_close) struct gateway gateway = {.memory = MEMORY_NONE};
    struct option options[OPTION_COUNT] = {
        [CONFIGURATION] = {.name = "configuration", .letter = 'c', .limit = 1},
        [CHECK] = {.name = "check", .is_flag = true},
        [EXPORT] = {.name = "export", .is_flag = true},
        [ACCEPT] = {.name = "accept-id", .limit = 1},
        [RAW] = {.name = "raw", .is_flag = true},
    };
    const char *path;

    if (!option_parse(call->count, call->words, options, OPTION_COUNT, err))
        return false;
    path = option_value(&options[CONFIGURATION]);
    if ((options[CHECK].count > 0) + (options[EXPORT].count > 0) + (options[ACCEPT].count > 0) > 1)
        return error_set(err, ERROR_USAGE, "--check, --export and --accept-id: one at a time");
    if (!run_open(&gateway, path == NULL ? CONFIGURATION_DEFAULT : path, err))
        return false;
    if (options[CHECK].count > 0)
        return check(&gateway, err);
    if (options[EXPORT].count > 0)
        return export(&gateway, options[RAW].count > 0, err);
    if (options[ACCEPT].count > 0)
        return accept(&gateway, option_value(&options[ACCEPT]), err);
    return serve(&gateway, err);
}

const struct verb verb_gateway = {
    .name = "gateway",
    .arguments = "[-c FILE] [--check|--export [--raw]|--accept-id CAMERA]",
    .summary = "update cameras as an Eclipse hawkBit server says",
    .help =
        "  -c, --configuration FILE  (default: " CONFIGURATION_DEFAULT ")\n"
        "  --check                   ask all cameras and hawkBit once, and say what would be done\n"
        "  --export                  print all cameras and actions (CSV)\n"
        "  --raw                     do not protect a spreadsheet from fields that begin with = + "
        "- @\n"
        "  --accept-id CAMERA        another camera answers at this address, and that is right\n"
        "Without these it runs until SIGTERM. Exit status: 0 ended as asked, 1 not possible or\n"
        "ended by a failure, 64 a mistake in the command line.\n",
    .run = run,
};
