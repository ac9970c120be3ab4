/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/configuration.h"

#include "base/keyvalue.h"
#include "base/memory.h"
#include "camera/configuration_check.h"
#include "camera/configuration_key.h"
#include "camera/trust.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PLATFORM_FILE_LIMIT = 64, QUOTED = 40 };

struct reading {
    struct configuration *configuration;
    char folder[FILE_PATH_SIZE]; /* relative paths start here */
    const char *only_section;    /* NULL: all sections */
};

/* Makes the file's path and its folder absolute. */
static bool find_folder(const char *path, struct reading *reading, struct error *err)
{
    char *absolute = reading->configuration->path;
    char here[FILE_PATH_SIZE] = "";
    char *slash;

    if (path[0] != '/' && getcwd(here, sizeof(here)) == NULL)
        return error_system(err, ERROR_CONFIGURATION, "%s: no working folder", path);
    if (path[0] == '/' ? !span_copy(span_text(path), absolute, FILE_PATH_SIZE)
                       : !file_path(here, path, absolute, err))
        return error_set(err, ERROR_CONFIGURATION, "configuration's path is too long");
    memcpy(reading->folder, absolute, sizeof(reading->folder));
    slash = strrchr(reading->folder, '/');
    *slash = '\0';
    return true;
}

static bool take(const struct reading *reading, const struct configuration_key *key,
                 struct span text, struct error *err)
{
    struct configuration_value value = {text, reading->folder, key->limits};
    unsigned char *field = (unsigned char *)reading->configuration + key->offset;

    if (text.size == 0)
        error_set(err, ERROR_CONFIGURATION, "no value: give one, or remove the line");
    else if (key->read(&value, field, err))
        return true;
    return error_prefix(err, "[%s] %s", key->section, key->name);
}

static bool take_defaults(const struct reading *reading, struct error *err)
{
    size_t count;
    const struct configuration_key *keys = configuration_keys(&count);

    for (size_t i = 0; i < count; i++)
        if (keys[i].given != NULL && !take(reading, &keys[i], span_text(keys[i].given), err))
            return false;
    return true;
}

static bool is_looked_at(const struct reading *reading, struct span section)
{
    return reading->only_section == NULL || span_is(section, reading->only_section);
}

static bool take_pair(const struct reading *reading, const struct keyvalue *pair, struct error *err)
{
    const struct configuration_key *key = configuration_key_find(pair->section, pair->key);

    if (!is_looked_at(reading, pair->section))
        return true;
    if (key == NULL)
        return error_set(err, ERROR_CONFIGURATION,
                         "line %u: unknown key %.*s in [%.*s]: correct or remove it", pair->line,
                         (int)span_first(pair->key, QUOTED).size, pair->key.data,
                         (int)span_first(pair->section, QUOTED).size, pair->section.data);
    if (!take(reading, key, pair->value, err))
        return error_prefix(err, "line %u", pair->line);
    return true;
}

/* The line of a section's header; `section` points into `text`. */
static unsigned line_of(struct span text, struct span section)
{
    unsigned line = 1;

    for (const unsigned char *at = text.data; at < section.data; at++)
        line += *at == '\n';
    return line;
}

static bool know_sections(const struct reading *reading, const struct keyvalue_list *list,
                          struct span text, struct error *err)
{
    for (size_t i = 0; reading->only_section == NULL && i < list->section_count; i++) {
        struct span section = list->sections[i];

        if (!configuration_key_has_section(section))
            return error_set(
                err, ERROR_CONFIGURATION, "line %u: unknown section [%.*s]: correct or remove it",
                line_of(text, section), (int)span_first(section, QUOTED).size, section.data);
    }
    return true;
}

static bool take_text(const struct reading *reading, struct span text, struct error *err)
{
    CLEANUP(memory_free) void *memory = NULL;
    struct keyvalue_list *list;

    if (!memory_allocate(&memory, sizeof(*list), err))
        return false;
    list = memory;
    if (!keyvalue_parse(text, ERROR_CONFIGURATION, list, err) ||
        !know_sections(reading, list, text, err))
        return false;
    for (size_t i = 0; i < list->count; i++)
        if (!take_pair(reading, &list->pairs[i], err))
            return false;
    return true;
}

static bool read_sections(const char *path, bool trusted, const char *only_section,
                          struct configuration *configuration, struct error *err)
{
    struct reading reading = {.configuration = configuration, .only_section = only_section};
    CLEANUP(memory_free) unsigned char *data = NULL;
    size_t size;

    memset(configuration, 0, sizeof(*configuration));
    if (!find_folder(path, &reading, err))
        return false;
    if (trusted && !trust_check(configuration->path, err))
        return false;
    if (!file_read(configuration->path, CONFIGURATION_LIMIT, &data, &size, err))
        return false;
    if (!take_defaults(&reading, err) || !take_text(&reading, span_of(data, size), err))
        return error_prefix(err, "%s", configuration->path);
    return true;
}

bool configuration_read(const char *path, bool trusted, struct configuration *configuration,
                        struct error *err)
{
    if (!read_sections(path, trusted, NULL, configuration, err))
        return false;
    if (!configuration_check(configuration, err))
        return error_prefix(err, "%s", configuration->path);
    return true;
}

bool configuration_read_server(const char *path, bool trusted, struct configuration *configuration,
                               struct error *err)
{
    if (!read_sections(path, trusted, "server", configuration, err))
        return false;
    if (!configuration_check_server(configuration, err))
        return error_prefix(err, "%s", configuration->path);
    return true;
}

bool configuration_accepts_rollback(const struct configuration *configuration)
{
    if (configuration->rollback == ROLLBACK_AS_DOWNGRADE)
        return !configuration->downgrade_refused;
    return configuration->rollback == ROLLBACK_ACCEPT;
}

bool configuration_platform(const struct configuration *configuration,
                            struct image_platform *platform, struct error *err)
{
    CLEANUP(memory_free) unsigned char *data = NULL;
    const char *path = configuration->platform_file;
    struct span text;
    size_t size;

    if (configuration->platform[0] != '\0')
        return span_copy(span_text(configuration->platform), platform->text,
                         sizeof(platform->text));
    if (!file_read(path, PLATFORM_FILE_LIMIT, &data, &size, err))
        return false;
    text = span_of(data, size);
    if (size > 0 && data[size - 1] == '\n')
        text.size--;
    if (!image_platform_parse(text, platform))
        return error_set(err, ERROR_CONFIGURATION, "platform-file %s: must hold %d of A-Z and 0-9",
                         path, IMAGE_PLATFORM_SIZE);
    return true;
}
