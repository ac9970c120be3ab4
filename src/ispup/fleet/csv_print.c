/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/fleet/csv_print.h"

#include <string.h>

static bool is_formula(const char *value)
{
    return value[0] != '\0' && strchr("=+-@\t\r", value[0]) != NULL;
}

void csv_print(const char *value, bool is_raw, const char *end, FILE *out)
{
    (void)fputc('"', out);
    if (!is_raw && is_formula(value))
        (void)fputc('\'', out);
    for (; *value != '\0'; value++) {
        if (*value == '"')
            (void)fputc('"', out);
        (void)fputc(*value, out);
    }
    (void)fprintf(out, "\"%s", end);
}
