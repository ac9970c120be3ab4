/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The exchanges of this process and its children as they were, passwords included: in memory only,
 * and never in a file with a name.
 */
#ifndef ISPUP_RECORD_TAPE_H
#define ISPUP_RECORD_TAPE_H

#include "ispup/record/recording.h"
#include "ispup/remote/http.h"

struct tape {
    struct http_witness witness; /* first: its address is the tape's */
    int fd;                      /* owned */
};

#define TAPE_NONE ((struct tape){.fd = -1})

bool tape_open(struct tape *tape, struct error *err) MUST_CHECK;
void tape_close(struct tape *tape); /* for CLEANUP */

/* What was taken so far, in the order of the begins: at most RECORDING_LIMIT exchanges. `is_cut`:
 * there were more. */
bool tape_read(const struct tape *tape, struct recording *recording, bool *is_cut,
               struct error *err) MUST_CHECK;

#endif
