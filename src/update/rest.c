/* SPDX-License-Identifier: Apache-2.0 */
#include "update/rest.h"

#include "update/spool.h"

bool rest_check(const struct journal_record *record, struct error *err)
{
    if (record->state == JOURNAL_INSTALLED)
        return error_set(err, ERROR_BUSY, "image on trial: confirm it or roll back first");
    if (record->state == JOURNAL_WRITING || record->state == JOURNAL_ROLLING_BACK)
        return error_set(err, ERROR_BUSY, "update not finished: restart the camera first");
    return true;
}

bool rest_enter(const struct camera *camera, struct journal_record *record,
                enum journal_outcome outcome, struct error *err)
{
    record->state = JOURNAL_IDLE;
    record->outcome = outcome;
    record->has_settings = false;
    record->restore_settings = false;
    record->trial = false;
    record->boots = 0;
    record->attempts = 0;
    if (!camera_write_journal(camera, record, err))
        return false;
    /* Only now: until the record was idle, a cut would have led to a trial that may need them. */
    spool_clean(camera, record);
    return true;
}
