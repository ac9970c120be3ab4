/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/fleet/csv.h"

#include "base/utf8.h"

#include <string.h>

void csv_begin(struct csv *csv, struct span text)
{
    (void)span_skip(&text, "\xef\xbb\xbf");
    *csv = (struct csv){.rest = text, .line = 1};
}

/* Takes LF or CR LF. */
static bool skip_line_end(struct csv *csv)
{
    if (!span_skip(&csv->rest, "\n") && !span_skip(&csv->rest, "\r\n"))
        return false;
    csv->line++;
    return true;
}

bool csv_has_record(struct csv *csv)
{
    while (skip_line_end(csv))
        continue;
    return csv->rest.size > 0;
}

static bool is_plain(unsigned char byte)
{
    return byte != ',' && byte != '\r' && byte != '\n' && byte != '"';
}

/* Takes the bytes up to a comma or a line end. */
static bool take_plain(struct csv *csv, struct span *field, struct error *err)
{
    size_t size = 0;

    while (size < csv->rest.size && is_plain(csv->rest.data[size]))
        size++;
    *field = span_first(csv->rest, size);
    csv->rest = span_from(csv->rest, size);
    if (span_begins(csv->rest, "\""))
        return error_set(err, ERROR_CONFIGURATION,
                         "line %zu: a quote in a field that does not begin with one", csv->line);
    return true;
}

/* Takes the bytes after an opening quote, and the closing quote. Doubled quotes become one. */
static bool take_quoted(struct csv *csv, unsigned char *value, size_t *size, struct error *err)
{
    size_t began = csv->line;
    struct span part;

    *size = 0;
    while (span_split(&csv->rest, '"', &part)) {
        memcpy(value + *size, part.data, part.size);
        *size += part.size;
        for (size_t i = 0; i < part.size; i++)
            csv->line += part.data[i] == '\n';
        if (!span_skip(&csv->rest, "\""))
            return true;
        value[(*size)++] = '"';
    }
    return error_set(err, ERROR_CONFIGURATION, "line %zu: a quote that is not closed", began);
}

/* A field ends with a comma, a line end, or the text. */
static bool take_end(struct csv *csv, bool *is_last, struct error *err)
{
    size_t line = csv->line;

    *is_last = csv->rest.size == 0 || skip_line_end(csv);
    if (*is_last || span_skip(&csv->rest, ","))
        return true;
    return error_set(err, ERROR_CONFIGURATION, "line %zu: %s", line,
                     span_begins(csv->rest, "\r") ? "a CR without LF"
                                                  : "bytes after the closing quote of a field");
}

static bool check_value(struct span value, size_t line, struct error *err)
{
    if (span_has(value, '\0'))
        return error_set(err, ERROR_CONFIGURATION, "line %zu: a NUL byte", line);
    if (!utf8_is_valid(value))
        return error_set(err, ERROR_CONFIGURATION, "line %zu: not UTF-8", line);
    return true;
}

bool csv_field(struct csv *csv, unsigned char *value, size_t *size, bool *is_last,
               struct error *err)
{
    size_t line = csv->line;
    struct span plain;

    if (span_skip(&csv->rest, "\"")) {
        if (!take_quoted(csv, value, size, err))
            return false;
    } else {
        if (!take_plain(csv, &plain, err))
            return false;
        for (*size = 0; *size < plain.size; ++*size)
            value[*size] = plain.data[*size];
    }
    value[*size] = '\0';
    return check_value(span_of(value, *size), line, err) && take_end(csv, is_last, err);
}
