/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/configuration_check.h"

#include "camera/settings.h"

#include <stdio.h>

static bool is_given(const char *text)
{
    return text[0] != '\0';
}

static bool missing(struct error *err, const char *what)
{
    return error_set(err, ERROR_CONFIGURATION, "missing key: add %s", what);
}

static bool check_camera(const struct configuration *configuration, struct error *err)
{
    bool has_platform = is_given(configuration->platform);
    bool has_file = is_given(configuration->platform_file);

    if (has_platform && has_file)
        return error_set(err, ERROR_CONFIGURATION,
                         "[camera] platform and platform-file: remove one of the two");
    if (!has_platform && !has_file)
        return missing(err, "[camera] platform = AANP, or platform-file = PATH");
    if (!is_given(configuration->accounts))
        return missing(err, "[camera] accounts = PATH");
    if (!is_given(configuration->work))
        return missing(err, "[camera] work = FOLDER, one that survives power loss");
    return true;
}

/* The bank number `at`, counted through all components; NULL behind the last. */
static const char *bank_at(const struct configuration *configuration, unsigned at)
{
    for (size_t i = 0; i < COMPONENT_COUNT; i++) {
        if (at < configuration->flash[i].count)
            return configuration->flash[i].banks[at];
        at -= configuration->flash[i].count;
    }
    return NULL;
}

/* Up to the options: two banks of one file with other block sizes are one bank all the same. */
static struct span bank_place(const char *bank)
{
    struct span rest = span_text(bank);
    struct span place;

    (void)span_split(&rest, ',', &place);
    return place;
}

static bool check_flash(const struct configuration *configuration, struct error *err)
{
    const char *one, *other;

    if (bank_at(configuration, 0) == NULL)
        return missing(err, "[flash] firmware, device-resource or hardware = DRIVER:WHERE");
    for (unsigned i = 0; (one = bank_at(configuration, i)) != NULL; i++)
        for (unsigned j = i + 1; (other = bank_at(configuration, j)) != NULL; j++)
            if (span_same(bank_place(one), bank_place(other)))
                return error_set(err, ERROR_CONFIGURATION, "[flash] %s: given for two banks", one);
    return true;
}

static bool is_inside(const char *path, const char *folder)
{
    struct span rest = span_text(path);

    return span_skip(&rest, folder) && (rest.size == 0 || rest.data[0] == '/');
}

static bool check_beside_saved(const struct configuration *configuration, struct error *err)
{
    char beside[FILE_PATH_SIZE + 8];

    for (enum settings_side side = 0; side < SETTINGS_SIDE_COUNT; side++) {
        (void)snprintf(beside, sizeof(beside), "%s%s", configuration->saved,
                       settings_endings[side]);
        if (is_inside(configuration->live, beside))
            return error_set(err, ERROR_CONFIGURATION, "[settings] %s: belongs to saved, move live",
                             beside);
    }
    return true;
}

static bool check_settings(const struct configuration *configuration, struct error *err)
{
    bool has_live = is_given(configuration->live);
    bool has_saved = is_given(configuration->saved);

    if (has_live != has_saved)
        return error_set(err, ERROR_CONFIGURATION,
                         "[settings] live and saved: give both, or remove both");
    if (has_live && configuration->save_command.count > 0)
        return error_set(err, ERROR_CONFIGURATION,
                         "[settings] save-command: remove it, or live and saved");
    if (has_live && (is_inside(configuration->live, configuration->saved) ||
                     is_inside(configuration->saved, configuration->live)))
        return error_set(err, ERROR_CONFIGURATION,
                         "[settings] live and saved: one lies in the other, move one");
    return !has_live || check_beside_saved(configuration, err);
}

static bool check_image(const struct configuration *configuration, struct error *err)
{
    if (configuration->signature_required && !is_given(configuration->keys))
        return missing(err, "[image] keys = FOLDER of public keys (signature is required)");
    return true;
}

static bool check_restart(const struct configuration *configuration, struct error *err)
{
    const struct configuration_restart *restart = &configuration->restart;

    if (restart->kind == RESTART_COMMAND && restart->command.count == 0)
        return missing(err, "[restart] command = PROGRAM, or reboot, or none");
    return true;
}

bool configuration_check_server(const struct configuration *configuration, struct error *err)
{
    bool has_certificate = is_given(configuration->certificate);
    bool has_listen = is_given(configuration->listen_https);

    if (has_certificate != is_given(configuration->key))
        return error_set(err, ERROR_CONFIGURATION,
                         "[server] certificate and key: give both, or remove both");
    if (!has_certificate && has_listen)
        return missing(err, "[server] certificate and key (listen-https is given)");
    if (!has_certificate && !configuration->plain)
        return missing(err, "[server] certificate and key (plain is off)");
    if (has_certificate && configuration->plain && !has_listen)
        return missing(err, "[server] listen-https = ADDRESS:PORT, or plain = off");
    return true;
}

bool configuration_check(const struct configuration *configuration, struct error *err)
{
    return check_camera(configuration, err) && check_flash(configuration, err) &&
           check_settings(configuration, err) && check_image(configuration, err) &&
           check_restart(configuration, err) && configuration_check_server(configuration, err);
}
