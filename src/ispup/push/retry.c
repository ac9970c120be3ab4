/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/push/retry.h"

enum retry retry_of(enum verdict_reason reason)
{
    static const unsigned char retries[REASON_COUNT] = {
        [REASON_UNREACHABLE] = RETRY_LATER,
        [REASON_SILENT] = RETRY_LATER,
        [REASON_BUSY] = RETRY_LATER,
        [REASON_RECEIVING] = RETRY_LATER,
        [REASON_WRITING] = RETRY_LATER,
        [REASON_RESTARTING] = RETRY_LATER,
        [REASON_TRIAL] = RETRY_LATER,
        [REASON_ROLLING_BACK] = RETRY_LATER,
        [REASON_REFUSED + ERROR_CLASS_BUSY] = RETRY_LATER,
        [REASON_REFUSED + ERROR_CLASS_TRIAL] = RETRY_LATER,
        [REASON_REFUSED + ERROR_CLASS_UNFINISHED] = RETRY_LATER,
        [REASON_NO_FORM] = RETRY_COUNTED,
        [REASON_UNSENT] = RETRY_COUNTED,
        [REASON_NO_RECORD] = RETRY_COUNTED,
        [REASON_VERSIONS_UNKNOWN] = RETRY_COUNTED,
        [REASON_DIED] = RETRY_COUNTED,
    };

    return (enum retry)retries[reason];
}
