/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The images that a command line names, looked at one after the other. The worst of them is the
 * exit status: 2 an image could not be read, 1 it was refused, 0 it is good.
 */
#ifndef ISPUP_RELEASE_EXAMINE_H
#define ISPUP_RELEASE_EXAMINE_H

#include "base/option.h"
#include "ispup/cli/json.h"
#include "ispup/cli/verbs.h"
#include "ispup/release/packed_file.h"

#define EXAMINE_STDIN "-" /* as the path of an image */

enum { EXAMINE_LIMIT = 1024, EXAMINE_REFUSED = VERB_FAILED, EXAMINE_UNREAD = VERB_UNKNOWN };

struct examine {
    const char *verb; /* borrowed */
    bool is_json;
    bool is_many; /* then a line says which image it is about */
    /* Prints the facts of one image. Fails with ERROR_INTERNAL if it could not be read. Any other
     * error is the image's fault, which `refused` prints. */
    bool (*one)(struct examine *self, const char *path, struct error *err);
    void (*refused)(const struct examine *self, const char *path, const struct error *cause);
};

/* Returns the exit status. */
int examine_all(struct examine *self, const struct option *paths);

bool examine_is_stdin(const char *path);

/* Opens an image, or standard input for `-`. */
bool examine_open(struct packed_file *file, const char *path, struct error *err) MUST_CHECK;

/* `ispup VERB: PATH: TEXT` to standard error; the path only if there are many. */
void examine_complain(const struct examine *self, const char *path, const struct error *cause);

/* Begins an object: file, outcome (`ok`, `refused`, `unread`). */
void examine_begin(struct json *json, const char *path, const char *outcome);

/* One object: file, outcome, why. */
void examine_print_fault(const char *path, const char *outcome, const char *why);

#endif
