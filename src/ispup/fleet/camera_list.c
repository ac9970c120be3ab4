/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/fleet/camera_list.h"

#include "base/fd.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/utf8.h"
#include "ispup/fleet/csv.h"
#include "ispup/fleet/duplicate.h"

#include <fcntl.h>
#include <unistd.h>

static const char *const known_names[CAMERA_COLUMN_COUNT] = {
    [CAMERA_COLUMN_CAMERA] = "camera",
    [CAMERA_COLUMN_SITE] = "site",
    [CAMERA_COLUMN_GROUP] = "group",
    [CAMERA_COLUMN_ORDER] = "order",
};

/* A list while it is read. */
struct reading {
    struct camera_list *list;
    struct csv csv;
    size_t used;  /* bytes of the list's text */
    size_t count; /* cells */
};

static bool refuse(size_t line, const char *what, struct error *err)
{
    return error_set(err, ERROR_CONFIGURATION, "line %zu: %s", line, what);
}

/* No value is longer than its source, whose separator makes room for its NUL; the last field may
 * have no separator. No more cells than separators, and one more. */
static bool allocate(struct span text, struct camera_list *list, struct error *err)
{
    void *bytes = NULL, *cells = NULL, *lines = NULL;
    size_t records = 1, separators = 1;

    for (size_t i = 0; i < text.size; i++) {
        records += text.data[i] == '\n';
        separators += text.data[i] == '\n' || text.data[i] == ',';
    }
    if (!memory_allocate(&bytes, text.size + 1, err))
        return false;
    list->text = bytes;
    if (!memory_allocate(&cells, separators * sizeof(char *), err))
        return false;
    list->cells = cells;
    if (!memory_allocate(&lines, records * sizeof(size_t), err))
        return false;
    list->lines = lines;
    return true;
}

static bool take_cell(struct reading *reading, bool *is_last, struct error *err)
{
    size_t size, line = reading->csv.line;
    unsigned char *value = reading->list->text + reading->used;

    if (!csv_field(&reading->csv, value, &size, is_last, err))
        return false;
    if (size > CAMERA_LIST_VALUE_LIMIT)
        return error_set(err, ERROR_CONFIGURATION, "line %zu: a value of more than %d bytes", line,
                         CAMERA_LIST_VALUE_LIMIT);
    reading->list->cells[reading->count++] = (const char *)value;
    reading->used += size + 1;
    return true;
}

/* A column that is named twice could be read in two ways, and passwords do not belong in a file
 * that goes through many hands. */
static bool take_name(struct camera_list *list, size_t column, size_t line, struct error *err)
{
    struct span name = span_text(list->cells[column]);

    if (span_trim(name, ' ').size == 0)
        return error_set(err, ERROR_CONFIGURATION, "line %zu: column %zu has no name", line,
                         column + 1);
    if (!utf8_is_one_line(name))
        return refuse(line, "the name of a column is not one line that can be read", err);
    if (span_same_letters(span_trim(name, ' '), span_text("password")))
        return refuse(line, "a column password: passwords come from ~/.netrc or --password-fd",
                      err);
    for (size_t i = 0; i < column; i++)
        if (span_same_letters(span_text(list->cells[i]), name))
            return error_set(err, ERROR_CONFIGURATION, "line %zu: two columns %s", line,
                             list->cells[i]);
    for (size_t i = 0; i < CAMERA_COLUMN_COUNT; i++)
        if (span_same_letters(name, span_text(known_names[i])))
            list->known[i] = column;
    return true;
}

static bool take_header(struct reading *reading, struct error *err)
{
    struct camera_list *list = reading->list;
    bool is_last = false;
    size_t line;

    if (!csv_has_record(&reading->csv))
        return refuse(1, "no header line, such as camera,site", err);
    line = reading->csv.line;
    while (!is_last) {
        if (list->column_count == CAMERA_LIST_COLUMNS)
            return error_set(err, ERROR_CONFIGURATION, "line %zu: more than %d columns", line,
                             CAMERA_LIST_COLUMNS);
        if (!take_cell(reading, &is_last, err))
            return false;
        list->column_count++;
    }
    for (size_t i = 0; i < CAMERA_COLUMN_COUNT; i++)
        list->known[i] = list->column_count;
    for (size_t i = 0; i < list->column_count; i++)
        if (!take_name(list, i, line, err))
            return false;
    if (list->known[CAMERA_COLUMN_CAMERA] == list->column_count)
        return refuse(line, "no column camera (the header names the columns, with commas between)",
                      err);
    return true;
}

static bool take_record(struct reading *reading, struct error *err)
{
    struct camera_list *list = reading->list;
    size_t line = reading->csv.line, count = 0;
    bool is_last = false;

    for (; !is_last && count < list->column_count; count++)
        if (!take_cell(reading, &is_last, err))
            return false;
    if (count < list->column_count)
        return error_set(err, ERROR_CONFIGURATION, "line %zu: %zu of %zu fields", line, count,
                         list->column_count);
    if (!is_last)
        return error_set(err, ERROR_CONFIGURATION, "line %zu: more than %zu fields", line,
                         list->column_count);
    list->lines[list->count++] = line;
    return true;
}

/* Reports show them in one line. */
static bool check_known(const struct camera_list *list, size_t camera, struct error *err)
{
    struct span order = span_text(camera_list_known(list, camera, CAMERA_COLUMN_ORDER));
    uint64_t number;

    for (enum camera_column i = 0; i < CAMERA_COLUMN_COUNT; i++)
        if (!utf8_is_one_line(span_text(camera_list_known(list, camera, i))))
            return error_set(err, ERROR_CONFIGURATION, "%s is not one line that can be read",
                             known_names[i]);
    if (order.size > 0 && !number_parse(order, CAMERA_LIST_ORDER_LIMIT, &number))
        return error_set(err, ERROR_CONFIGURATION, "order is a number from 0 to %d",
                         CAMERA_LIST_ORDER_LIMIT);
    return true;
}

static bool parse_targets(struct camera_list *list, struct error *err)
{
    void *targets = NULL;

    if (list->count == 0)
        return refuse(1, "a header, and no camera after it", err);
    if (!memory_allocate(&targets, list->count * sizeof(struct target), err))
        return false;
    list->targets = targets;
    for (size_t i = 0; i < list->count; i++) {
        const char *word = camera_list_known(list, i, CAMERA_COLUMN_CAMERA);

        if (check_known(list, i, err) && target_parse(word, &list->targets[i], err))
            continue;
        err->kind = ERROR_CONFIGURATION;
        return error_prefix(err, "line %zu", list->lines[i]);
    }
    return true;
}

static bool check_twice(const struct camera_list *list, struct error *err)
{
    size_t first = 0, second = 0;

    if (!duplicate_find(list->targets, list->count, &first, &second, err))
        return false;
    if (second == 0)
        return true;
    return error_set(err, ERROR_CONFIGURATION, "line %zu: %s is in line %zu already",
                     list->lines[second], list->targets[second].label, list->lines[first]);
}

static bool parse(struct span text, struct camera_list *list, struct error *err)
{
    struct reading reading = {.list = list};

    if (text.size > CAMERA_LIST_LIMIT)
        return error_set(err, ERROR_CONFIGURATION, "larger than %d bytes", CAMERA_LIST_LIMIT);
    if (!allocate(text, list, err))
        return false;
    csv_begin(&reading.csv, text);
    if (!take_header(&reading, err))
        return false;
    while (csv_has_record(&reading.csv))
        if (!take_record(&reading, err))
            return false;
    return parse_targets(list, err) && check_twice(list, err);
}

bool camera_list_parse(struct span text, struct camera_list *list, struct error *err)
{
    CLEANUP(camera_list_close) struct camera_list read = CAMERA_LIST_NONE;

    if (!parse(text, &read, err))
        return false;
    *list = read;
    read = CAMERA_LIST_NONE;
    return true;
}

/* A FIFO, such as <(command) of a shell, is waited for. */
static int open_list(const char *path)
{
    if (span_is(span_text(path), CAMERA_LIST_STDIN))
        return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    return open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
}

bool camera_list_read(const char *path, struct camera_list *list, struct error *err)
{
    CLEANUP(fd_close) int fd = open_list(path);
    CLEANUP(memory_free) unsigned char *text = NULL;
    bool is_stdin = span_is(span_text(path), CAMERA_LIST_STDIN);
    const char *name = is_stdin ? "standard input" : path;
    size_t size = 0;

    if (fd == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", name);
    if (!file_read_open(fd, CAMERA_LIST_LIMIT, &text, &size, err) ||
        !camera_list_parse(span_of(text, size), list, err))
        return error_prefix(err, "%s", name);
    return true;
}

void camera_list_close(struct camera_list *list)
{
    for (size_t i = 0; list->targets != NULL && i < list->count; i++)
        target_wipe(&list->targets[i]);
    memory_free(&list->targets);
    memory_free(&list->lines);
    memory_free(&list->cells);
    memory_free(&list->text);
}

const char *camera_list_name(const struct camera_list *list, size_t column)
{
    return list->cells[column];
}

size_t camera_list_column(const struct camera_list *list, const char *name)
{
    size_t column = 0;

    while (column < list->column_count &&
           !span_same_letters(span_text(list->cells[column]), span_text(name)))
        column++;
    return column;
}

const char *camera_list_value(const struct camera_list *list, size_t camera, size_t column)
{
    return column < list->column_count ? list->cells[(camera + 1) * list->column_count + column]
                                       : "";
}

const char *camera_list_known(const struct camera_list *list, size_t camera,
                              enum camera_column column)
{
    return camera_list_value(list, camera, list->known[column]);
}

uint64_t camera_list_order(const struct camera_list *list, size_t camera)
{
    uint64_t order;

    if (!number_parse(span_text(camera_list_known(list, camera, CAMERA_COLUMN_ORDER)),
                      CAMERA_LIST_ORDER_LIMIT, &order))
        return (uint64_t)CAMERA_LIST_ORDER_LIMIT + 1;
    return order;
}

void camera_list_print(const struct camera_list *list, size_t camera, struct json *json)
{
    json_open(json, "columns");
    for (size_t i = 0; i < list->column_count; i++)
        if (i != list->known[CAMERA_COLUMN_CAMERA])
            json_utf8(json, camera_list_name(list, i), camera_list_value(list, camera, i));
    json_close(json);
}
