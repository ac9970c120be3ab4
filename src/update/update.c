/* SPDX-License-Identifier: Apache-2.0 */
#include "update/update.h"

#include "base/fd.h"
#include "camera/run.h"
#include "protocol/reply.h"
#include "update/body.h"
#include "update/front.h"
#include "update/processes.h"
#include "update/rest.h"
#include "update/status.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Refused here rather than by the installer: at once, before the body. */
static bool check_rest(const struct camera *camera, struct error *err)
{
    struct journal_record record;

    return camera_read_journal(camera, &record, err) && rest_check(&record, err);
}

static bool check_length(const struct camera *camera, uint64_t length, struct error *err)
{
    if (length > camera->configuration.limit)
        return error_set(err, ERROR_UPLOAD, "upload: has %" PRIu64 " bytes, limit is %" PRIu64,
                         length, camera->configuration.limit);
    return true;
}

/* The front's part of the way of one update, one call a step: it was authorised when the grant was
 * made. `reply` says what became of it; what it returns is whether the update was done. */
static bool run_update(const struct camera *camera, const struct worker_task *task,
                       struct processes *processes, struct error *err)
{
    CLEANUP(fd_close) int lock = FD_NONE;

    if (!check_length(camera, task->length, err))
        return false;
    if (!run_lock(camera->configuration.run, &lock, err))
        return false;
    if (!check_rest(camera, err))
        return false;
    if (!processes_start(camera, task, &lock, processes, err))
        return false;
    return processes_wait(camera, processes, PROCESSES_PATIENCE_SECONDS, err);
}

static bool answer_upload(const struct front *front, int in, struct processes *processes,
                          struct error *err)
{
    const struct worker_task task = {.body = in,
                                     .length = front->request.length,
                                     .family = front->command->family,
                                     .content_type = front->request.content_type,
                                     .run = worker_run};

    log_line(&front->camera.log, "upload of %" PRIu64 " bytes by %s: %s", task.length,
             front->grant.account, front->command->name);
    if (run_update(&front->camera, &task, processes, err))
        return reply_line(front->out, "OK", err);
    if (processes->worker == 0)
        body_drop(in, task.length, BODY_DRAIN_SECONDS); /* what no worker has read */
    return false;
}

static bool answer_form(const struct front *front, struct error *err)
{
    char text[COMMAND_FORM_SIZE];
    size_t size = command_form(front->command->family, text);

    return reply_form(front->out, span_of(text, size), err);
}

static bool answer_status(const struct front *front, struct error *err)
{
    struct status status;
    char text[STATUS_TEXT_SIZE];

    status_read(&front->camera, &status);
    return reply_lines(front->out, span_of(text, status_format(&status, text)), err);
}

static bool answer(const struct front *front, int in, struct processes *processes,
                   struct error *err)
{
    switch (front->command->action) {
    case ACTION_FORM:
        return answer_form(front, err);
    case ACTION_STATUS:
        return answer_status(front, err);
    case ACTION_UPLOAD:
        return answer_upload(front, in, processes, err);
    default:
        return error_set(err, ERROR_REQUEST, "%s not found", front->command->name);
    }
}

int update_answer(const char *configuration, bool trusted, char *const *environment, int in,
                  int out)
{
    /* Ended last: the installer restarts the camera when the reply has left. */
    CLEANUP(processes_release) struct processes processes = PROCESSES_NONE;
    CLEANUP(front_close) struct front front = FRONT_NONE;
    struct error err = ERROR_EMPTY;
    struct error lost = ERROR_EMPTY;
    bool known, done, told;

    front.out = out;
    known = front_open(&front, configuration, trusted, PROGRAM_UPDATE, environment, &err);
    done = known && answer(&front, in, &processes, &err);
    told = done || reply_error(out, &err, &lost);
    /* Behind the reply: a server that needs no more than that one lets the program end. What a
     * known host uploaded has been read. */
    if (!known || front.request.method == REQUEST_GET)
        body_drop(in, front.request.length, BODY_STRANGER_SECONDS);
    return told ? 0 : 1;
}

bool update_file(const struct camera *camera, const char *path, struct error *err)
{
    CLEANUP(processes_release) struct processes processes = PROCESSES_NONE;
    CLEANUP(fd_close) int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    const char *slash = strrchr(path, '/');
    struct stat facts;
    struct worker_task task = {.body = file,
                               .family = FAMILY_IMAGE,
                               .file_name = slash == NULL ? path : slash + 1,
                               .run = worker_run};

    if (file == FD_NONE || fstat(file, &facts) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", path);
    if (!S_ISREG(facts.st_mode))
        return error_set(err, ERROR_INTERNAL, "cannot open %s: not a file", path);
    task.length = (uint64_t)facts.st_size;
    return run_update(camera, &task, &processes, err);
}
