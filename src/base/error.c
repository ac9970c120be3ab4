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

bool error_add(struct error *err, const char *words)
{
    size_t used = strlen(err->text);

    (void)snprintf(err->text + used, sizeof(err->text) - used, ": %s", words);
    return false;
}

/* The limit that was met; NULL: none that the cause tells. */
static const char *limit_of(int cause)
{
    return cause == EMFILE   ? "the limit of one process: see ulimit -n"
           : cause == ENFILE ? "the limit of the whole system: see fs.file-max"
                             : NULL;
}

bool error_system(struct error *err, enum error_kind kind, const char *format, ...)
{
    int cause = errno; /* formatting may change errno */
    va_list values;

    err->kind = kind;
    va_start(values, format);
    (void)vsnprintf(err->text, sizeof(err->text), format, values);
    va_end(values);
    /* No program calls setlocale, so this text is the same in every locale. */
    (void)error_add(err, strerror(cause));
    if (limit_of(cause) != NULL)
        return error_add(err, limit_of(cause));
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

    /* A copy, because the prefix is formatted into the same memory. */
    memcpy(text, err->text, sizeof(text));
    va_start(values, format);
    (void)vsnprintf(err->text, sizeof(err->text), format, values);
    va_end(values);
    return error_add(err, text);
}
