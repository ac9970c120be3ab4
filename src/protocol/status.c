/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/status.h"

#include <stdarg.h>
#include <stdio.h>

static const char *const names[STATUS_COUNT] = {
    [STATUS_ISP_PLATFORM] = "ISP_PLATFORM", [STATUS_ISP_VERSION] = "ISP_VERSION",
    [STATUS_ISP_FIRMWARE] = "ISP_FIRMWARE", [STATUS_ISP_DEVICE_RESOURCE] = "ISP_DEVICE_RESOURCE",
    [STATUS_ISP_HARDWARE] = "ISP_HARDWARE", [STATUS_ISP_IMAGE_SHA256] = "ISP_IMAGE_SHA256",
    [STATUS_ISP_PREVIOUS] = "ISP_PREVIOUS", [STATUS_ISP_PREVIOUS_SHA256] = "ISP_PREVIOUS_SHA256",
    [STATUS_ISP_NEXT] = "ISP_NEXT",         [STATUS_CAMERA_ID] = "CAMERA_ID",
    [STATUS_ISP_STATE] = "ISP_STATE",       [STATUS_ISP_PROGRESS] = "ISP_PROGRESS",
    [STATUS_ISP_UPDATE] = "ISP_UPDATE",     [STATUS_ISP_UPDATE_SHA256] = "ISP_UPDATE_SHA256",
    [STATUS_ISP_RESULT] = "ISP_RESULT",     [STATUS_ISP_BLOCKS] = "ISP_BLOCKS",
    [STATUS_BOOT_ID] = "BOOT_ID",
};

/* No quote inside a value, so that a shell script can read the lines too. */
static bool is_value_byte(unsigned char byte)
{
    return byte_is_printable(byte) && byte != '\'';
}

const char *status_key_name(enum status_key key)
{
    return names[key];
}

void status_set(struct status *status, enum status_key key, const char *format, ...)
{
    char *value = status->values[key];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(value, STATUS_VALUE_SIZE, format, arguments);
    va_end(arguments);
    for (; *value != '\0'; value++)
        if (!is_value_byte((unsigned char)*value))
            *value = '?';
}

size_t status_format(const struct status *status, char text[STATUS_TEXT_SIZE])
{
    size_t size = 0;

    for (size_t key = 0; key < STATUS_COUNT; key++)
        size += (size_t)snprintf(text + size, STATUS_TEXT_SIZE - size, "%s='%s'\n", names[key],
                                 status->values[key]);
    return size;
}

static bool is_key(struct span key)
{
    for (size_t i = 0; i < key.size; i++)
        if (!byte_is_upper(key.data[i]) && !byte_is_digit(key.data[i]) && key.data[i] != '_')
            return false;
    return key.size > 0;
}

/* Splits KEY='value'. */
static bool split_line(struct span line, struct span *key, struct span *value)
{
    if (!span_split(&line, '=', key) || !is_key(*key))
        return false;
    if (!span_skip(&line, "'") || line.size == 0 || line.data[line.size - 1] != '\'')
        return false;
    *value = span_first(line, line.size - 1);
    for (size_t i = 0; i < value->size; i++)
        if (!is_value_byte(value->data[i]))
            return false;
    return true;
}

static size_t find_key(struct span name)
{
    size_t key = 0;

    while (key < STATUS_COUNT && !span_is(name, names[key]))
        key++;
    return key;
}

static bool read_line(struct span line, struct status *status, bool given[STATUS_COUNT],
                      struct error *err)
{
    struct span name, value;
    size_t key;

    if (!split_line(line, &name, &value))
        return error_set(err, ERROR_REQUEST, "status: a line is not KEY='value'");
    key = find_key(name);
    if (key == STATUS_COUNT)
        return true; /* a newer camera may send more keys */
    if (given[key])
        return error_set(err, ERROR_REQUEST, "status: %s given twice", names[key]);
    if (!span_copy(value, status->values[key], STATUS_VALUE_SIZE))
        return error_set(err, ERROR_REQUEST, "status: %s is longer than %d bytes", names[key],
                         STATUS_VALUE_SIZE - 1);
    given[key] = true;
    return true;
}

bool status_parse(struct span text, struct status *status, struct error *err)
{
    struct status parsed = {.values = {""}};
    bool given[STATUS_COUNT] = {false};
    struct span line;

    if (text.size == 0)
        return error_set(err, ERROR_REQUEST, "status: empty");
    while (text.size > 0) {
        if (!span_split(&text, '\n', &line))
            return error_set(err, ERROR_REQUEST, "status: no line end after the last line");
        if (!read_line(line, &parsed, given, err))
            return false;
    }
    *status = parsed;
    return true;
}
