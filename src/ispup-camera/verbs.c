/* SPDX-License-Identifier: Apache-2.0 */
/* Every verb but `account`. */
#include "ispup-camera/verbs.h"

#include "base/fd.h"
#include "camera/restart.h"
#include "camera/run.h"
#include "protocol/reply.h"
#include "update/adopt.h"
#include "update/commit.h"
#include "update/recover.h"
#include "update/rollback.h"
#include "update/status.h"
#include "update/trial.h"
#include "update/update.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

bool verb_expect(const struct invocation *invocation, int least, int most, struct error *err)
{
    for (int i = 0; i < invocation->count; i++)
        if (invocation->words[i][0] == '-')
            return error_set(err, ERROR_USAGE, "unknown option %s", invocation->words[i]);
    if (invocation->count < least || invocation->count > most)
        return error_set(err, ERROR_USAGE, "too %s arguments: see ispup-camera --help",
                         invocation->count < least ? "few" : "many");
    return true;
}

/* Takes the one option that a verb knows off its words; whether it was there. */
static bool take_option(struct invocation *invocation, const char *option)
{
    if (invocation->count == 0 || strcmp(invocation->words[0], option) != 0)
        return false;
    invocation->words++;
    invocation->count--;
    return true;
}

bool verb_install(struct invocation *invocation, struct error *err)
{
    if (!verb_expect(invocation, 1, 1, err) ||
        !update_file(invocation->camera, invocation->words[0], err))
        return false;
    (void)printf("OK\n");
    return true;
}

bool verb_status(struct invocation *invocation, struct error *err)
{
    struct status status;
    char text[STATUS_TEXT_SIZE];

    if (!verb_expect(invocation, 0, 0, err))
        return false;
    status_read(invocation->camera, &status);
    return fd_write(1, span_of(text, status_format(&status, text)), err);
}

/* What starts: the target once it is installed. */
static const struct journal_content *starting(const struct journal_record *record,
                                              enum component which)
{
    const struct journal_component *component = &record->components[which];

    return record->state == JOURNAL_INSTALLED && component->target.known ? &component->target
                                                                         : &component->running;
}

bool verb_active(struct invocation *invocation, struct error *err)
{
    const struct configuration *configuration = &invocation->camera->configuration;
    struct journal_record record = {0};
    const struct journal_content *content;
    struct error lost = ERROR_EMPTY;
    enum component which;
    unsigned bank;

    if (!verb_expect(invocation, 1, 1, err))
        return false;
    if (!component_find(span_text(invocation->words[0]), &which) ||
        configuration->flash[which].count == 0)
        return error_set(err, ERROR_USAGE, "no component %s in [flash]", invocation->words[0]);
    if (!camera_read_journal(invocation->camera, &record, &lost)) {
        (void)fprintf(stderr, "%s\n", lost.text);
        invocation->status = RECOVER_LOST;
    }
    content = starting(&record, which);
    bank = content->known && content->bank < configuration->flash[which].count ? content->bank : 0;
    (void)printf("%u %s\n", bank, configuration->flash[which].banks[bank]);
    return true;
}

bool verb_recover(struct invocation *invocation, struct error *err)
{
    CLEANUP(fd_close) int lock = FD_NONE;
    char line[ERROR_TEXT_SIZE + 128];
    bool retry = take_option(invocation, "--retry");

    if (!verb_expect(invocation, 0, 0, err) ||
        !run_lock(invocation->camera->configuration.run, &lock, err))
        return false;
    invocation->status = (int)recover(invocation->camera, retry, line, sizeof(line));
    (void)printf("%s\n", line);
    log_line(&invocation->camera->log, "recover: %s", line);
    return true;
}

bool verb_trial(struct invocation *invocation, struct error *err)
{
    static const char *const words[] = {
        [TRIAL_NONE] = "no image on trial",
        [TRIAL_CONFIRMED] = "confirmed",
        [TRIAL_ROLLED_BACK] = "rolled back",
        [TRIAL_KEPT] = "the probe failed and there is no way back: the image stays",
    };
    enum trial_outcome outcome;

    if (!verb_expect(invocation, 0, 0, err))
        return false;
    if (!trial_run(invocation->camera, &outcome, err)) {
        /* In the background of a boot nobody else hears it. */
        log_line(&invocation->camera->log, "trial: %s", err->text);
        return false;
    }
    if (outcome == TRIAL_KEPT)
        invocation->status = reply_exit_status(ERROR_FLASH);
    (void)printf("%s\n", words[outcome]);
    log_line(&invocation->camera->log, "trial: %s", words[outcome]);
    return true;
}

static bool take_journal(const struct invocation *invocation, int *lock,
                         struct journal_record *record, struct error *err)
{
    const struct camera *camera = invocation->camera;

    return verb_expect(invocation, 0, 0, err) && run_lock(camera->configuration.run, lock, err) &&
           camera_read_journal(camera, record, err);
}

static bool is_on_trial(const struct journal_record *record)
{
    return record->state == JOURNAL_INSTALLED && record->trial;
}

bool verb_confirm(struct invocation *invocation, struct error *err)
{
    CLEANUP(fd_close) int lock = FD_NONE;
    struct journal_record record;

    if (!take_journal(invocation, &lock, &record, err))
        return false;
    if (!is_on_trial(&record))
        return error_set(err, ERROR_REQUEST, "no image on trial");
    if (record.boots == 0)
        return error_set(err, ERROR_REQUEST, "image on trial was not started yet: restart first");
    if (!commit_confirm(invocation->camera, &record, err))
        return false;
    (void)printf("confirmed\n");
    log_line(&invocation->camera->log, "update %" PRIu64 " confirmed by hand", record.update);
    return true;
}

bool verb_rollback(struct invocation *invocation, struct error *err)
{
    static const char why[] = "ERROR: image rolled back by hand";
    const struct camera *camera = invocation->camera;
    bool with_settings = take_option(invocation, "--settings");
    CLEANUP(fd_close) int lock = FD_NONE;
    struct journal_record record;

    if (!take_journal(invocation, &lock, &record, err))
        return false;
    if (is_on_trial(&record) ? !rollback_begin(camera, &record, why, err)
                             : !rollback_to_previous(camera, &record, with_settings, why, err))
        return false;
    /* A terminal that goes away must not leave a bank half written. */
    (void)signal(SIGHUP, SIG_IGN);
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGTERM, SIG_IGN);
    if (!rollback_carry_through(camera, &record, err))
        return false;
    (void)printf("rolled back\n");
    log_line(&camera->log, "update %" PRIu64 " rolled back by hand, restart", record.update);
    return restart_begin(&camera->configuration, err);
}

bool verb_adopt(struct invocation *invocation, struct error *err)
{
    const char *image = invocation->count == 1 ? invocation->words[0] : NULL;
    CLEANUP(fd_close) int lock = FD_NONE;
    struct journal_record record;
    char version[IMAGE_VERSION_SIZE + 1];

    if (!verb_expect(invocation, 0, 1, err) ||
        !run_lock(invocation->camera->configuration.run, &lock, err) ||
        !adopt(invocation->camera, image, &record, err))
        return false;
    image_version_format(&record.running.version, version);
    (void)printf("adopted: ISP image %s\n", version);
    log_line(&invocation->camera->log, "adopted: ISP image %s", version);
    return true;
}
