/* SPDX-License-Identifier: Apache-2.0 */
/* JSON objects, one a line, for scripts. */
#ifndef ISPUP_JSON_H
#define ISPUP_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
    FILE *out; /* borrowed */
    bool has_member;
};

void json_begin(struct json *json, FILE *out);
/* A byte that is not printable ASCII becomes `?`. */
void json_text(struct json *json, const char *name, const char *value);
void json_number(struct json *json, const char *name, uint64_t value);
void json_end(struct json *json);

#endif
