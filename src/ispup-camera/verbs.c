/* SPDX-License-Identifier: Apache-2.0 */
/* All verbs except `account` and `doctor`. */
#include "ispup-camera/verbs.h"

#include "base/fd.h"
#include "base/option.h"
#include "camera/restart.h"
#include "camera/run_folder.h"
#include "camera/start.h"
#include "protocol/reply.h"
#include "update/boot/recover.h"
#include "update/boot/trial.h"
#include "update/front/status.h"
#include "update/front/update.h"
#include "update/install/adopt.h"
#include "update/install/by_hand.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool verb_is_denied(const char *text)
{
    size_t at;

    return geteuid() != 0 && span_find(span_text(text), span_text(strerror(EACCES)), &at);
}

static bool take_nothing(const struct verb_call *call, struct error *err)
{
    return option_parse(call->count, call->words, NULL, 0, err);
}

/* Takes one operand; `what` is its name in an error text. */
static bool take_operand(const struct verb_call *call, const char *what, const char **operand,
                         struct error *err)
{
    struct option option = {.limit = 1};

    if (!option_parse(call->count, call->words, &option, 1, err) ||
        !option_need(&option, what, err))
        return false;
    *operand = option_value(&option);
    return true;
}

static bool take_flag(const struct verb_call *call, const char *name, bool *given,
                      struct error *err)
{
    struct option option = {.name = name, .is_flag = true};

    if (!option_parse(call->count, call->words, &option, 1, err))
        return false;
    *given = option.count > 0;
    return true;
}

bool verb_install(struct verb_call *call, struct error *err)
{
    const struct camera *camera = invocation_of(call)->camera;
    const char *file;

    if (!take_operand(call, "an image", &file, err) || !update_file(camera, file, err))
        return false;
    (void)printf("OK\n");
    return true;
}

bool verb_status(struct verb_call *call, struct error *err)
{
    const struct camera *camera = invocation_of(call)->camera;
    struct status status;
    char text[STATUS_TEXT_SIZE];

    if (!take_nothing(call, err))
        return false;
    status_read(camera, &status);
    return fd_write(1, span_of(text, status_format(&status, text)), err);
}

/* A loader must start nothing that is not known to be whole, unless the product says which bank it
 * starts without a journal. */
static bool find_start(const struct camera *camera, enum component which, unsigned *bank_index,
                       struct error *err)
{
    struct journal_record record = {0};
    const struct journal_content *content;

    *bank_index = 0;
    if (!camera_read_journal(camera, &record, err))
        return err->kind == ERROR_LOST && camera->configuration.starts_without_journal;
    if (start_is_half_written(camera, &record, which))
        return error_set(err, ERROR_FLASH, "%s: its bank is not written completely: run recover",
                         component_name(which));
    /* For example, a rollback found that the old bank is damaged. */
    if (run_folder_has_note(camera->configuration.run, RUN_FOLDER_INCOMPLETE))
        return error_set(err, ERROR_FLASH,
                         "recover failed at this boot: no bank is known to hold a whole image");
    content = start_content(&record, which);
    if (content->known)
        *bank_index = content->bank_index;
    return true;
}

bool verb_active(struct verb_call *call, struct error *err)
{
    const struct camera *camera = invocation_of(call)->camera;
    const struct configuration *configuration = &camera->configuration;
    const char *name;
    enum component which;
    unsigned bank_index;

    if (!take_operand(call, "a component: firmware, device-resource or hardware", &name, err))
        return false;
    if (!component_find(span_text(name), &which) || configuration->flash[which].count == 0)
        return error_set(err, ERROR_USAGE, "no component %s in [flash]", name);
    if (!find_start(camera, which, &bank_index, err))
        return false;
    (void)printf("%u %s\n", bank_index, configuration->flash[which].bank_names[bank_index]);
    return true;
}

bool verb_recover(struct verb_call *call, struct error *err)
{
    const struct camera *camera = invocation_of(call)->camera;
    CLEANUP(fd_close) int lock = FD_NONE;
    char line[ERROR_TEXT_SIZE + 128];
    bool retry;

    if (!take_flag(call, "retry", &retry, err) ||
        !run_folder_lock(camera->configuration.run, &lock, err))
        return false;
    call->status = (int)recover(camera, retry, line, sizeof(line));
    (void)printf("%s\n", line);
    log_line(&camera->log, "recover: %s", line);
    return true;
}

bool verb_trial(struct verb_call *call, struct error *err)
{
    const struct camera *camera = invocation_of(call)->camera;
    static const char *const words[] = {
        [TRIAL_NONE] = "no image on trial",
        [TRIAL_INCOMPLETE] =
            "recover failed at this boot: nothing is confirmed, restart the camera",
        [TRIAL_CONFIRMED] = "confirmed",
        [TRIAL_ROLLED_BACK] = "rolled back",
        [TRIAL_KEPT] = "the probe failed and there is no way back: the image stays",
    };
    enum trial_outcome outcome;

    if (!take_nothing(call, err))
        return false;
    if (!trial_run(camera, &outcome, err)) {
        /* A boot script runs `trial` in the background, so only the log keeps the error. */
        log_line(&camera->log, "trial: %s", err->text);
        return false;
    }
    if (outcome == TRIAL_KEPT || outcome == TRIAL_INCOMPLETE)
        call->status = reply_exit_status(ERROR_FLASH);
    (void)printf("%s\n", words[outcome]);
    log_line(&camera->log, "trial: %s", words[outcome]);
    return true;
}

bool verb_confirm(struct verb_call *call, struct error *err)
{
    const struct camera *camera = invocation_of(call)->camera;
    CLEANUP(fd_close) int lock = FD_NONE;

    if (!take_nothing(call, err) || !run_folder_lock(camera->configuration.run, &lock, err) ||
        !by_hand_confirm(camera, err))
        return false;
    (void)printf("confirmed\n");
    return true;
}

bool verb_rollback(struct verb_call *call, struct error *err)
{
    const struct camera *camera = invocation_of(call)->camera;
    CLEANUP(fd_close) int lock = FD_NONE;
    bool with_settings, must_restart, done;
    struct error why = ERROR_EMPTY;

    if (!take_flag(call, "settings", &with_settings, err) ||
        !run_folder_lock(camera->configuration.run, &lock, err))
        return false;
    done = by_hand_roll_back(camera, with_settings, &must_restart, err);
    if (done)
        (void)printf("rolled back\n");
    if (must_restart && !restart_begin(&camera->configuration, &why))
        return done ? error_pass(err, &why) : error_prefix(err, "%s", why.text);
    return done;
}

static void tell_missing_copies(const struct camera *camera, const struct journal_record *record)
{
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        if (!adopt_lacks_copy(camera, record, which))
            continue;
        (void)printf("%s: no copy is kept, so its next update has no way back: adopt the image\n",
                     component_name(which));
        log_line(&camera->log, "%s: no copy is kept", component_name(which));
    }
}

bool verb_lock(struct verb_call *call, struct error *err)
{
    const struct camera *camera = invocation_of(call)->camera;
    CLEANUP(fd_close) int lock = FD_NONE;
    int first = call->count > 0 && strcmp(call->words[0], "--") == 0;

    if (call->count == first || call->words[first][0] == '-')
        return error_set(err, ERROR_USAGE, "lock: a program is missing");
    if (!run_folder_lock(camera->configuration.run, &lock, err))
        return false;
    /* The program keeps the descriptor: the lock ends with it, even if it is killed. */
    (void)fcntl(lock, F_SETFD, 0);
    (void)signal(SIGPIPE, SIG_DFL);
    (void)execvp(call->words[first], call->words + first);
    return error_system(err, ERROR_INTERNAL, "cannot run %s", call->words[first]);
}

bool verb_adopt(struct verb_call *call, struct error *err)
{
    const struct camera *camera = invocation_of(call)->camera;
    struct option options[] = {{.limit = 1}, {.name = "factory", .is_flag = true}};
    CLEANUP(fd_close) int lock = FD_NONE;
    struct journal_record record;
    char version[IMAGE_VERSION_SIZE + 1];

    if (!option_parse(call->count, call->words, options, COUNT_OF(options), err) ||
        !run_folder_lock(camera->configuration.run, &lock, err) ||
        !adopt(camera, option_value(&options[0]), options[1].count > 0, &record, err))
        return false;
    image_version_format(&record.running.version, version);
    (void)printf("adopted: ISP image %s\n", version);
    log_line(&camera->log, "adopted: ISP image %s", version);
    tell_missing_copies(camera, &record);
    return true;
}
