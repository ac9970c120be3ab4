/* SPDX-License-Identifier: Apache-2.0 */
#include "update/front/update.h"

#include "base/fd.h"
#include "camera/run_folder.h"
#include "protocol/reply.h"
#include "update/admit.h"
#include "update/body.h"
#include "update/front/errand.h"
#include "update/front/status.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* The installer checks it again. Here a refusal comes at once, before the body. */
static bool check_journal(const struct camera *camera, struct error *err)
{
    struct journal_record record;

    return camera_read_journal_even_lost(camera, &record, err) && admit_update(&record, err);
}

static bool check_length(const struct camera *camera, uint64_t length, struct error *err)
{
    if (length > camera->configuration.limit)
        return error_set(err, ERROR_UPLOAD, "upload: has %" PRIu64 " bytes, limit is %" PRIu64,
                         length, camera->configuration.limit);
    return true;
}

/* The front's part of one update, one call a step; front_open has authorised the sender.
 * processes_start forks the worker (worker/worker.c) and the installer (install/install.c). True:
 * the update is installed. */
static bool run_update(const struct camera *camera, const struct worker_task *task,
                       struct processes *processes, struct error *err)
{
    CLEANUP(fd_close) int lock = FD_NONE;

    if (!check_length(camera, task->length, err))
        return false;
    if (!run_folder_lock(camera->configuration.run, &lock, err))
        return false;
    if (!check_journal(camera, err))
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
        body_drop(in, task.length, BODY_DRAIN_SECONDS); /* no worker reads it */
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
    return reply_record(front->out, front->grant.ticket,
                        span_of(text, status_format(&status, text)), err);
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
        return errand_answer(front, processes, err);
    }
}

int update_answer(const char *configuration, bool trusted, char *const *environment, int in,
                  int out)
{
    /* Released last: then the installer restarts the camera, after the reply has left. */
    CLEANUP(processes_release) struct processes processes = PROCESSES_NONE;
    CLEANUP(front_close) struct front front = FRONT_NONE;
    struct error err = ERROR_EMPTY;
    struct error lost = ERROR_EMPTY;
    bool known, done, told;

    front.out = out;
    /* Reads the request and authorises its sender (front.c). */
    known = front_open(&front, configuration, trusted, PROGRAM_UPDATE, environment, &err);
    done = known && answer(&front, in, &processes, &err);
    told = done || reply_error(out, &err, &lost);
    /* Drain after replying, so the server may close early. An authorised upload has already been
     * read. */
    if (!known || front.command->action != ACTION_UPLOAD)
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
