/* SPDX-License-Identifier: Apache-2.0 */
#include "update/install/by_hand.h"

#include "camera/run_folder.h"
#include "camera/start.h"
#include "update/install/commit.h"
#include "update/install/rollback.h"

#include <inttypes.h>
#include <signal.h>

bool by_hand_confirm(const struct camera *camera, struct error *err)
{
    struct journal_record record;

    if (!camera_read_journal(camera, &record, err))
        return false;
    if (!start_is_on_trial(&record) && !start_is_unconfirmed(&record))
        return error_set(err, ERROR_REQUEST, "nothing to confirm");
    if (run_folder_has_note(camera->configuration.run, RUN_FOLDER_INCOMPLETE))
        return error_set(err, ERROR_BUSY, "recover failed at this boot: restart the camera first");
    if (start_is_on_trial(&record) && !commit_is_started(camera, &record))
        return error_set(err, ERROR_REQUEST, "image on trial was not started yet: restart first");
    if (!commit_confirm(camera, &record, err))
        return false;
    log_line(&camera->log, "update %" PRIu64 " confirmed by hand", record.update);
    return true;
}

static bool begin(const struct camera *camera, struct journal_record *record, bool with_settings,
                  struct error *err)
{
    static const char why[] = "ERROR: image rolled back by hand";

    if (start_is_on_trial(record))
        return rollback_changes_image(record, err) && rollback_begin(camera, record, why, err);
    return rollback_to_previous(camera, record, with_settings, why, err);
}

bool by_hand_roll_back(const struct camera *camera, bool with_settings, bool *must_restart,
                       struct error *err)
{
    struct journal_record record;

    *must_restart = false;
    (void)signal(SIGHUP, SIG_IGN);
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGTERM, SIG_IGN);
    if (!camera_read_journal(camera, &record, err) || !begin(camera, &record, with_settings, err))
        return false;
    *must_restart = true;
    if (!rollback_carry_through(camera, &record, err))
        return false;
    log_line(&camera->log, "update %" PRIu64 " rolled back by hand, restart", record.update);
    return true;
}
