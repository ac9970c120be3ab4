/* SPDX-License-Identifier: Apache-2.0 */
/* A folder of its own for a test, gone with its scope. Whatever fails here ends the test. */
#ifndef SUPPORT_SCRATCH_H
#define SUPPORT_SCRATCH_H

#include "base/file.h"
#include "base/span.h"

struct scratch {
    char folder[FILE_PATH_SIZE];
    char path[FILE_PATH_SIZE]; /* what scratch_path made last */
};

/* A new folder, mode 0700, under TMPDIR or /tmp. */
void scratch_make(struct scratch *scratch);
void scratch_remove(struct scratch *scratch); /* for CLEANUP */

/* The path of a name in it; valid until the next call. */
const char *scratch_path(struct scratch *scratch, const char *name);

/* A file in it with these bytes, in the place of what was there. */
void scratch_write(struct scratch *scratch, const char *name, struct span bytes);

/* Whether the file in it holds just these bytes. */
bool scratch_holds(struct scratch *scratch, const char *name, struct span bytes);

bool scratch_has(struct scratch *scratch, const char *name);

#endif
