/* SPDX-License-Identifier: Apache-2.0 */
#include "update/admit.h"

#include "camera/start.h"

bool admit_save(const struct journal_record *record, struct error *err)
{
    if (record->state == JOURNAL_WRITING || record->state == JOURNAL_ROLLING_BACK)
        return error_set(err, ERROR_BUSY, "update not finished: restart the camera first");
    return true;
}

bool admit_update(const struct journal_record *record, struct error *err)
{
    if (start_is_given_up(record))
        return true;
    if (record->state == JOURNAL_INSTALLED)
        return error_set(err, ERROR_BUSY, "image on trial: confirm it or roll back first");
    return admit_save(record, err);
}
