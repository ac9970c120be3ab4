/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/record/upload.h"

#include "ispup/push/display.h"
#include "ispup/push/display_plain.h"
#include "ispup/push/push.h"
#include "ispup/remote/jobs.h"

enum { CAUSE_SIZE = 128 };

struct run {
    struct jobs jobs; /* first: its address is the run's */
    const struct push_options *options;
    const struct image_file *image;
    const struct target *target;
    struct display display;
    struct display_row row;
};

static void run_job(struct jobs *self, size_t job, int records, int gate)
{
    const struct run *run = (const struct run *)self;

    (void)job;
    push_run(run->options, run->image, run->target, records, gate);
}

static void told(struct jobs *self, size_t job, const void *record)
{
    struct event event;

    if (event_read(record, &event))
        display_event(&((struct run *)self)->display, job, &event);
}

static void ended(struct jobs *self, size_t job, int status)
{
    char cause[CAUSE_SIZE] = "abandoned";

    if (self->interrupts < 2)
        jobs_explain_end(status, cause, sizeof(cause));
    display_ended(&((struct run *)self)->display, job, cause);
}

static void interrupted(struct jobs *self, unsigned times)
{
    display_interrupted(&((struct run *)self)->display, times);
}

bool record_upload(const struct push_options *options, const struct image_file *image,
                   const struct target *target, int *status, struct error *err)
{
    struct run run = {.options = options, .image = image, .target = target};
    bool could_begin;

    run.row.target = target;
    outcome_begin(&run.row.last.outcome, image);
    run.display = (struct display){.style = &display_plain,
                                   .out = stdout,
                                   .file_name = image->file_name,
                                   .rows = &run.row,
                                   .count = 1};
    run.jobs = (struct jobs){.count = 1,
                             .limit = 1,
                             .record_size = sizeof(struct event),
                             .run = run_job,
                             .told = told,
                             .ended = ended,
                             .interrupted = interrupted};
    (void)fflush(stdout);
    could_begin = jobs_run(&run.jobs, err);
    display_finish(&run.display);
    *status = display_exit_status(&run.display);
    return could_begin;
}
