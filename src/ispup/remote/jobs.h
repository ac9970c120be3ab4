/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many cameras at once: a process for each job, with a limit on how many run at a time. A job sends
 * records to the caller through a pipe. If one dies, the others go on. If descriptors or processes
 * run out, fewer jobs run at a time.
 *
 * The first SIGINT, SIGTERM or SIGHUP closes the gate: no new job begins, and no job begins an
 * upload; jobs under way go on to their end. The second signal kills them. Signals that were
 * ignored stay ignored. A job heeds no signal itself; if its caller dies, SIGTERM ends it.
 */
#ifndef ISPUP_REMOTE_JOBS_H
#define ISPUP_REMOTE_JOBS_H

#include "ispup/cli/outlet.h"

#include <stddef.h>

enum { JOBS_RECORD_SIZE = 8192, JOBS_LIMIT = 1024, JOBS_AT_ONCE = 256 };

struct jobs {
    size_t count;        /* of jobs */
    size_t limit;        /* at a time: 1 to JOBS_AT_ONCE */
    size_t record_size;  /* at most JOBS_RECORD_SIZE */
    struct outlet *out;  /* borrowed, or NULL: is written to while the jobs run */
    unsigned interrupts; /* how many signals arrived */
    /* In the job's process: writes whole records to `records`. `gate` is at its end (readable) when
     * nothing new may begin. */
    void (*run)(struct jobs *self, size_t job, int records, int gate);
    /* In the caller's process: signals are heeded from now on, and no job has begun; a record
     * arrived; the job has ended (`status`: of waitpid); a signal arrived, the first or the second
     * one; some time has passed. All but `told` may be NULL, `ended` only without `next`. */
    void (*begun)(struct jobs *self);
    void (*told)(struct jobs *self, size_t job, const void *record);
    void (*ended)(struct jobs *self, size_t job, int status);
    void (*interrupted)(struct jobs *self, unsigned times);
    void (*ticked)(struct jobs *self);
    /* If both are set, jobs have no fixed order, and may run more than once. `next`: the job to
     * begin now; false: none. `is_over`: asked while no job runs; false: wait, and ask `next`
     * again. */
    bool (*next)(struct jobs *self, size_t *job);
    bool (*is_over)(struct jobs *self);
    /* Another descriptor that is waited for (readable), with what is then called; without `woken`
     * there is none. */
    int other;
    void (*woken)(struct jobs *self);
    /* Set by the caller: the jobs under way are killed, and none begins. */
    bool must_end;
    /* Set by `told`: this byte is sent to the job, which reads it from `records`. */
    unsigned char answer;
};

/* Returns when all jobs that were begun have ended. False: the rest could not be begun, not even
 * one at a time. */
bool jobs_run(struct jobs *jobs, struct error *err) MUST_CHECK;

/* In the job's process: the caller has died, and reads no more records. */
bool jobs_is_alone(int records);

/* Why a job ended that did not send all of its records: by its status. */
void jobs_explain_end(int status, char *text, size_t capacity);

#endif
