/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool error_set(struct error *err, enum error_kind kind, const char *format, ...)
{
    va_list values;

    err->kind = kind;
    va_start(values, format);
    (void)vsnprintf(err->text, sizeof(err->text), format, values);
    va_end(values);
    return false;
}

static void append(struct error *err, const char *text)
{
    size_t used = strlen(err->text);

    (void)snprintf(err->text + used, sizeof(err->text) - used, ": %s", text);
}

bool error_system(struct error *err, enum error_kind kind, const char *format, ...)
{
    int cause = errno;
    va_list values;

    err->kind = kind;
    va_start(values, format);
    (void)vsnprintf(err->text, sizeof(err->text), format, values);
    va_end(values);
    append(err, strerrordesc_np(cause) != NULL ? strerrordesc_np(cause) : "unknown error");
    return false;
}

bool error_pass(struct error *err, const struct error *cause)
{
    *err = *cause;
    return false;
}

bool error_prefix(struct error *err, const char *format, ...)
{
    char text[ERROR_TEXT_SIZE];
    va_list values;

    memcpy(text, err->text, sizeof(text));
    va_start(values, format);
    (void)vsnprintf(err->text, sizeof(err->text), format, values);
    va_end(values);
    append(err, text);
    return false;
}
