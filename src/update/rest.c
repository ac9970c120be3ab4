/* SPDX-License-Identifier: Apache-2.0 */
#include "update/rest.h"

bool rest_check(const struct journal_record *record, struct error *err)
{
    if (record->state == JOURNAL_INSTALLED)
        return error_set(err, ERROR_BUSY, "image on trial: confirm it or roll back first");
    if (record->state == JOURNAL_WRITING || record->state == JOURNAL_ROLLING_BACK)
        return error_set(err, ERROR_BUSY, "update not finished: restart the camera first");
    return true;
}
