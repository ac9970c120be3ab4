/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of cameras of `--cameras FILE` (docs/push.md): CSV (csv.h) with a header line. The
 * column `camera` is required; `site`, `group` and `order` are optional; all others are kept. Names
 * of columns are compared without letter case.
 *
 * Refused with the line's number: a column `password`, a column without a name or given twice, no
 * camera at all, a record that has not as many fields as the header, a camera that is none or is
 * given twice (with both lines), an `order` that is not a number.
 */
#ifndef ISPUP_FLEET_CAMERA_LIST_H
#define ISPUP_FLEET_CAMERA_LIST_H

#include "ispup/cli/json.h"
#include "ispup/remote/target.h"

#include <stdint.h>

enum {
    CAMERA_LIST_LIMIT = 64 << 20,   /* bytes of the file */
    CAMERA_LIST_COLUMNS = 64,       /* of them at most */
    CAMERA_LIST_VALUE_LIMIT = 1024, /* bytes of a name or value */
    CAMERA_LIST_ORDER_LIMIT = INT32_MAX,
};

#define CAMERA_LIST_STDIN "-" /* as the path of a list */

enum camera_column {
    CAMERA_COLUMN_CAMERA,
    CAMERA_COLUMN_SITE,
    CAMERA_COLUMN_GROUP,
    CAMERA_COLUMN_ORDER,
    CAMERA_COLUMN_COUNT,
};

struct camera_list {
    size_t count;           /* of cameras */
    struct target *targets; /* owned: one for each camera, without its password */
    size_t *lines;          /* owned: of the file, from 1; one for each camera */
    size_t column_count;
    const char **cells;  /* owned: column_count names, then as many values for each camera */
    unsigned char *text; /* owned: the bytes of the cells; UTF-8, may have line ends */
    size_t known[CAMERA_COLUMN_COUNT]; /* the place of the column, or column_count: there is none */
};

#define CAMERA_LIST_NONE ((struct camera_list){.count = 0})

/* Pure: reads nothing but `text`. ERROR_CONFIGURATION, "line N: ...". */
bool camera_list_parse(struct span text, struct camera_list *list, struct error *err) MUST_CHECK;

/* Reads the file, a FIFO, or with `-` standard input, and parses it. ERROR_CONFIGURATION,
 * ERROR_INTERNAL. */
bool camera_list_read(const char *path, struct camera_list *list, struct error *err) MUST_CHECK;

void camera_list_close(struct camera_list *list); /* for CLEANUP; wipes passwords */

/* The name of a column, as the file writes it; `column` is less than column_count. */
const char *camera_list_name(const struct camera_list *list, size_t column);

/* The column of that name, in any letter case; column_count: there is none. */
size_t camera_list_column(const struct camera_list *list, const char *name);

/* The value of a camera; empty if the list has no such column. */
const char *camera_list_value(const struct camera_list *list, size_t camera, size_t column);
const char *camera_list_known(const struct camera_list *list, size_t camera,
                              enum camera_column column);

/* `"columns":{...}`: all of a camera, except `camera` itself. The list may have none. */
void camera_list_print(const struct camera_list *list, size_t camera, struct json *json);

/* The value of `order`; without one CAMERA_LIST_ORDER_LIMIT + 1, so that it comes last. */
uint64_t camera_list_order(const struct camera_list *list, size_t camera);

#endif
