/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV as RFC 4180 has it: fields between commas, records between CR LF or LF. A field in quotes may
 * contain commas and line ends, and each quote in it is doubled. In addition: a byte order mark at
 * the beginning, empty lines (no record), and a last line without an end are taken.
 *
 * Refused with the line's number: a quote in a field without quotes, bytes after a closing quote, a
 * quote that is not closed, a CR without LF outside quotes, NUL, and what is not UTF-8.
 */
#ifndef ISPUP_FLEET_CSV_H
#define ISPUP_FLEET_CSV_H

#include "base/error.h"
#include "base/span.h"

struct csv {
    struct span rest; /* borrowed: what was not read yet */
    size_t line;      /* of its first byte, from 1 */
};

void csv_begin(struct csv *csv, struct span text);

/* Skips empty lines. True: a record follows, in the line `csv->line`. */
bool csv_has_record(struct csv *csv);

/* Takes one field of a record, and writes its value and a NUL to `value`, which has room for one
 * byte more than `csv->rest` has; `size` is that of the value. `is_last`: the record ends with this
 * field. ERROR_CONFIGURATION, "line N: ...". */
bool csv_field(struct csv *csv, unsigned char *value, size_t *size, bool *is_last,
               struct error *err) MUST_CHECK;

#endif
