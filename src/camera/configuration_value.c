/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/configuration_value.h"

#include "base/number.h"
#include "camera/flash.h"
#include "camera/identity.h"

#include <stdio.h>

static bool is_relative(struct span path)
{
    return path.size == 0 || path.data[0] != '/';
}

/* Makes a path absolute and removes trailing slashes. */
static bool make_absolute(const char *folder, struct span path, char *to, size_t capacity,
                          struct error *err)
{
    bool is_relative_path = is_relative(path);
    int size;

    while (path.size > 1 && path.data[path.size - 1] == '/')
        path.size--;
    if (path.size == 0 || path.size >= FILE_PATH_SIZE)
        return error_set(err, ERROR_CONFIGURATION, "no path, or longer than %d bytes",
                         FILE_PATH_SIZE - 1);
    size = snprintf(to, capacity, "%s%s%.*s", is_relative_path ? folder : "",
                    is_relative_path ? "/" : "", (int)path.size, path.data);
    if (size < 0 || (size_t)size >= capacity || size >= FILE_PATH_SIZE)
        return error_set(err, ERROR_CONFIGURATION, "path longer than %d bytes", FILE_PATH_SIZE - 1);
    return true;
}

bool configuration_value_path(const struct configuration_value *value, void *field,
                              struct error *err)
{
    return make_absolute(value->folder, value->text, field, FILE_PATH_SIZE, err);
}

bool configuration_value_text(const struct configuration_value *value, void *field,
                              struct error *err)
{
    for (size_t i = 0; i < value->text.size; i++)
        if (!byte_is_printable(value->text.data[i]))
            return error_set(err, ERROR_CONFIGURATION, "not printable ASCII");
    if (!span_copy(value->text, field, (size_t)value->limits.most + 1))
        return error_set(err, ERROR_CONFIGURATION, "longer than %llu bytes",
                         (unsigned long long)value->limits.most);
    return true;
}

bool configuration_value_choice(const struct configuration_value *value, void *field,
                                struct error *err)
{
    bool *is_second = field;

    if (!span_is(value->text, value->limits.words[0]) &&
        !span_is(value->text, value->limits.words[1]))
        return error_set(err, ERROR_CONFIGURATION, "must be %s or %s", value->limits.words[0],
                         value->limits.words[1]);
    *is_second = span_is(value->text, value->limits.words[1]);
    return true;
}

bool configuration_value_rollback(const struct configuration_value *value, void *field,
                                  struct error *err)
{
    enum rollback_policy *policy = field;

    if (!span_is(value->text, "accept") && !span_is(value->text, "refuse"))
        return error_set(err, ERROR_CONFIGURATION, "must be accept or refuse");
    *policy = span_is(value->text, "accept") ? ROLLBACK_ACCEPT : ROLLBACK_REFUSE;
    return true;
}

bool configuration_value_number(const struct configuration_value *value, void *field,
                                struct error *err)
{
    unsigned *number = field;
    uint64_t parsed;

    if (!number_parse(value->text, value->limits.most, &parsed) || parsed < value->limits.least)
        return error_set(err, ERROR_CONFIGURATION, "must be a number from %llu to %llu",
                         (unsigned long long)value->limits.least,
                         (unsigned long long)value->limits.most);
    *number = (unsigned)parsed;
    return true;
}

bool configuration_value_size(const struct configuration_value *value, void *field,
                              struct error *err)
{
    uint64_t *size = field;
    uint64_t parsed;

    if (!number_parse_size(value->text, value->limits.most, &parsed) ||
        parsed < value->limits.least)
        return error_set(err, ERROR_CONFIGURATION,
                         "must be a size from %llu to %llu bytes, such as 65536, 64K, 64M or 1G",
                         (unsigned long long)value->limits.least,
                         (unsigned long long)value->limits.most);
    *size = parsed;
    return true;
}

bool configuration_value_platform(const struct configuration_value *value, void *field,
                                  struct error *err)
{
    struct image_platform platform;

    if (!image_platform_parse(value->text, &platform))
        return error_set(err, ERROR_CONFIGURATION, "must be %d of A-Z and 0-9",
                         IMAGE_PLATFORM_SIZE);
    return span_copy(span_text(platform.text), field, IMAGE_PLATFORM_SIZE + 1);
}

bool configuration_value_id(const struct configuration_value *value, void *field, struct error *err)
{
    if (!identity_is(value->text))
        return error_set(err, ERROR_CONFIGURATION, "must be 1 to %d of A-Za-z0-9:._-",
                         IDENTITY_SIZE);
    return span_copy(value->text, field, IDENTITY_SIZE + 1);
}

bool configuration_value_command(const struct configuration_value *value, void *field,
                                 struct error *err)
{
    char text[PROCESS_TEXT_SIZE + FILE_PATH_SIZE];
    struct span arguments = value->text;
    char program[FILE_PATH_SIZE];
    struct span name;
    bool more = span_split(&arguments, ' ', &name);

    if (!make_absolute(value->folder, name, program, sizeof(program), err))
        return false;
    (void)snprintf(text, sizeof(text), "%s%s%.*s", program, more ? " " : "",
                   (int)span_first(arguments, PROCESS_TEXT_SIZE).size, arguments.data);
    return process_split(span_text(text), field, err);
}

bool configuration_value_restart(const struct configuration_value *value, void *field,
                                 struct error *err)
{
    struct configuration_restart *restart = field;

    restart->kind = RESTART_COMMAND;
    if (span_is(value->text, "none"))
        restart->kind = RESTART_NONE;
    if (span_is(value->text, "reboot"))
        restart->kind = RESTART_REBOOT;
    return restart->kind != RESTART_COMMAND ||
           configuration_value_command(value, &restart->command, err);
}

/* Whether the driver's `WHERE` begins with a path. */
static bool has_path(struct span driver)
{
    return span_is(driver, "file") || span_is(driver, "command");
}

/* Copies `DRIVER:WHERE[,key=value]`, with an absolute path. */
static bool read_bank(const char *folder, struct span bank_name, char *to, size_t capacity,
                      struct error *err)
{
    struct span options = bank_name;
    char path[FILE_PATH_SIZE];
    struct span driver, where;
    bool more;

    if (!span_split(&options, ':', &driver) || driver.size == 0 || options.size == 0)
        return error_set(err, ERROR_CONFIGURATION, "must be DRIVER:WHERE, such as file:/PATH");
    if (!flash_linux_check_name(bank_name, err))
        return false;
    if (!has_path(driver))
        return span_copy(bank_name, to, capacity) ||
               error_set(err, ERROR_CONFIGURATION, "longer than %zu bytes", capacity - 1);
    more = span_split(&options, ',', &where);
    if (!make_absolute(folder, where, path, sizeof(path), err))
        return false;
    if (snprintf(to, capacity, "%.*s:%s%s%.*s", (int)driver.size, driver.data, path,
                 more ? "," : "", (int)options.size, options.data) >= (int)capacity)
        return error_set(err, ERROR_CONFIGURATION, "longer than %zu bytes", capacity - 1);
    return true;
}

bool configuration_value_banks(const struct configuration_value *value, void *field,
                               struct error *err)
{
    struct configuration_flash *flash = field;
    struct span rest = value->text;
    struct span bank_name;

    flash->count = 0;
    for (bool more = true; more;) {
        more = span_split(&rest, ' ', &bank_name);
        if (bank_name.size == 0)
            continue;
        if (flash->count == COUNT_OF(flash->bank_names))
            return error_set(err, ERROR_CONFIGURATION, "more than %zu banks",
                             COUNT_OF(flash->bank_names));
        if (!read_bank(value->folder, bank_name, flash->bank_names[flash->count],
                       sizeof(flash->bank_names[0]), err))
            return false;
        flash->count++;
    }
    return true;
}

bool configuration_value_listen(const struct configuration_value *value, void *field,
                                struct error *err)
{
    size_t colon = value->text.size;
    struct span port;
    uint64_t number;

    while (colon > 0 && value->text.data[colon - 1] != ':')
        colon--;
    port = span_from(value->text, colon);
    if (colon < 2 || !number_parse(port, 65535, &number) || span_has(value->text, ' '))
        return error_set(err, ERROR_CONFIGURATION,
                         "must be ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080");
    return configuration_value_text(value, field, err);
}
