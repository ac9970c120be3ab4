/* SPDX-License-Identifier: Apache-2.0 */
/* Fields of a CSV that people open with a spreadsheet. */
#ifndef ISPUP_FLEET_CSV_PRINT_H
#define ISPUP_FLEET_CSV_PRINT_H

#include <stdbool.h>
#include <stdio.h>

/* The value in quotes, then `end`. A value that a spreadsheet would calculate (it begins with `=`,
 * `+`, `-`, `@`, a tab or CR) gets a leading `'`, unless `is_raw`. */
void csv_print(const char *value, bool is_raw, const char *end, FILE *out);

#endif
