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
    return !is_given(configuration->id) || !is_given(configuration->id_file) ||
           error_set(err, ERROR_CONFIGURATION, "[camera] id and id-file: remove one of the two");
}

/* Bank `at`, counted over all components; NULL after the last one. */
static const char *bank_at(const struct configuration *configuration, unsigned at)
{
    for (size_t i = 0; i < COMPONENT_COUNT; i++) {
        if (at < configuration->flash[i].count)
            return configuration->flash[i].bank_names[at];
        at -= configuration->flash[i].count;
    }
    return NULL;
}

/* A bank's name without its options: the same file with two block sizes is one bank. */
static struct span bank_place(const char *bank_name)
{
    struct span rest = span_text(bank_name);
    struct span place;

    (void)span_split(&rest, ',', &place);
    return place;
}

static bool check_flash(const struct configuration *configuration, struct error *err)
{
    const char *one, *other;

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

/* SAVE and an update replace `saved` and the names beside it as a whole. */
static bool belongs_to_saved(const struct configuration *configuration, const char *path)
{
    char beside[FILE_PATH_SIZE + 8];

    for (enum settings_side side = 0; side < SETTINGS_SIDE_COUNT; side++) {
        (void)snprintf(beside, sizeof(beside), "%s%s", configuration->saved,
                       settings_endings[side]);
        if (is_inside(path, beside))
            return true;
    }
    return is_inside(path, configuration->saved);
}

static bool check_kept(const struct configuration *configuration, const char *key, const char *path,
                       struct error *err)
{
    return !belongs_to_saved(configuration, path) ||
           error_set(err, ERROR_CONFIGURATION,
                     "%s: %s lies in [settings] saved, which SAVE replaces as a whole: move it",
                     key, path);
}

/* A saved copy of the work folder or of a bank would replace a newer one. */
static bool check_changing(const struct configuration *configuration, const char *key,
                           const char *path, struct error *err)
{
    if (is_inside(path, configuration->live))
        return error_set(err, ERROR_CONFIGURATION,
                         "%s: %s lies in [settings] live, which is copied as a whole: move it", key,
                         path);
    return check_kept(configuration, key, path, err);
}

static bool check_banks_outside(const struct configuration *configuration, struct error *err)
{
    const char *bank_name;

    for (unsigned i = 0; (bank_name = bank_at(configuration, i)) != NULL; i++) {
        struct span place = bank_place(bank_name);
        char path[FILE_PATH_SIZE];

        if (span_skip(&place, "file:") && span_copy(place, path, sizeof(path)) &&
            !check_changing(configuration, "[flash]", path, err))
            return false;
    }
    return true;
}

static bool check_outside(const struct configuration *configuration, struct error *err)
{
    if (belongs_to_saved(configuration, configuration->live))
        return error_set(err, ERROR_CONFIGURATION,
                         "[settings] live: %s belongs to saved, move live", configuration->live);
    return check_changing(configuration, "[camera] work", configuration->work, err) &&
           check_kept(configuration, "[camera] run", configuration->run, err) &&
           check_kept(configuration, "[camera] accounts", configuration->accounts, err) &&
           check_kept(configuration, "[image] keys", configuration->keys, err) &&
           check_kept(configuration, "this file", configuration->path, err) &&
           check_banks_outside(configuration, err);
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
    return !has_live || check_outside(configuration, err);
}

/* A key that the configuration must have, and what to add. */
struct needed {
    bool is_missing;
    const char *key, *line;
};

/* One missing key is told with its values; of several, all names at once. */
static bool tell_missing(const struct needed *needed, size_t count, struct error *err)
{
    char names[ERROR_TEXT_SIZE] = "";
    const char *only = NULL;
    size_t used = 0, missing_count = 0;

    for (size_t i = 0; i < count; i++) {
        if (!needed[i].is_missing)
            continue;
        only = needed[i].line;
        used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s",
                                 missing_count == 0 ? "" : ", ", needed[i].key);
        missing_count++;
    }
    if (missing_count < 2)
        return missing_count == 0 || missing(err, only);
    return error_set(err, ERROR_CONFIGURATION, "missing keys: add %s", names);
}

static bool check_needed(const struct configuration *configuration, struct error *err)
{
    const struct configuration_restart *restart = &configuration->restart;
    const struct needed needed[] = {
        {!is_given(configuration->platform) && !is_given(configuration->platform_file),
         "[camera] platform", "[camera] platform = AANP, or platform-file = PATH"},
        {!is_given(configuration->accounts), "[camera] accounts", "[camera] accounts = PATH"},
        {!is_given(configuration->work), "[camera] work",
         "[camera] work = FOLDER, one that survives power loss"},
        {bank_at(configuration, 0) == NULL, "[flash] firmware",
         "[flash] firmware, device-resource or hardware = DRIVER:WHERE"},
        {configuration->signature_required && !is_given(configuration->keys), "[image] keys",
         "[image] keys = FOLDER of public keys (signature is required)"},
        {restart->kind == RESTART_COMMAND && restart->command.count == 0, "[restart] command",
         "[restart] command = PROGRAM, or reboot, or none"},
    };

    return tell_missing(needed, COUNT_OF(needed), err);
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
    return check_needed(configuration, err) && check_camera(configuration, err) &&
           check_flash(configuration, err) && check_settings(configuration, err) &&
           configuration_check_server(configuration, err);
}
