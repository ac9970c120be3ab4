/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many cameras at once: a process for each, so many at a time, that tells what it does in records
 * through a pipe. One that dies takes no other with it.
 *
 * The first SIGINT, SIGTERM or SIGHUP closes the gate: nothing new begins, and what is under way
 * goes on to its end. The second ends it.
 */
#ifndef ISPUP_JOBS_H
#define ISPUP_JOBS_H

#include "base/error.h"

#include <stddef.h>

enum { JOBS_RECORD_SIZE = 4096, JOBS_LIMIT = 1024, JOBS_AT_ONCE = 256 };

struct jobs {
    size_t count;       /* of jobs */
    size_t limit;       /* at a time: 1 to JOBS_AT_ONCE */
    size_t record_size; /* at most JOBS_RECORD_SIZE */
    /* In the job's process: writes whole records to `records`. `gate` has ended when nothing new
     * may begin. */
    void (*run)(struct jobs *self, size_t job, int records, int gate);
    /* In the caller's: a record came; the job has ended; a signal came, for the first or the
     * second time; some time passed. The last three may be NULL. */
    void (*told)(struct jobs *self, size_t job, const void *record);
    void (*ended)(struct jobs *self, size_t job);
    void (*interrupted)(struct jobs *self, unsigned times);
    void (*ticked)(struct jobs *self);
};

/* Returns when all that were begun have ended. False where no process could be made for one: what
 * was begun has ended then, too. */
bool jobs_run(struct jobs *jobs, struct error *err) MUST_CHECK;

#endif
