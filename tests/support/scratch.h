/* SPDX-License-Identifier: Apache-2.0 */
/* A temporary folder for one test, removed at the end of its scope. Any failure here ends the
 * test. */
#ifndef SUPPORT_SCRATCH_H
#define SUPPORT_SCRATCH_H

#include "base/file.h"
#include "base/span.h"

struct scratch {
    char folder[FILE_PATH_SIZE];
    char path[FILE_PATH_SIZE]; /* the last path that scratch_path made */
};

/* A new folder, mode 0700, under TMPDIR or /tmp. */
void scratch_make(struct scratch *scratch);
/* For CLEANUP. Programs of the test may still write into the folder meanwhile. */
void scratch_remove(struct scratch *scratch);
/* As cmocka's tear-down; `*state` is the folder. */
int scratch_tear_down(void **state);

/* The path of a name in it; valid until the next call. */
const char *scratch_path(struct scratch *scratch, const char *name);

/* Writes a file with these bytes into the folder; an existing file is replaced. */
void scratch_write(struct scratch *scratch, const char *name, struct span bytes);

/* Whether the file in the folder has exactly these bytes. */
bool scratch_holds(struct scratch *scratch, const char *name, struct span bytes);

bool scratch_has(struct scratch *scratch, const char *name);

#endif
