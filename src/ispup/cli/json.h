/* SPDX-License-Identifier: Apache-2.0 */
/* JSON objects, one a line, for scripts. */
#ifndef ISPUP_CLI_JSON_H
#define ISPUP_CLI_JSON_H

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
/* `name` and `value` are well-formed UTF-8. Control and format characters are escaped
 * (base/utf8.h). */
void json_utf8(struct json *json, const char *name, const char *value);
void json_number(struct json *json, const char *name, uint64_t value);
/* A member that is an object: what is printed between the two are its members. */
void json_open(struct json *json, const char *name);
void json_close(struct json *json);
void json_end(struct json *json);

#endif
