/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup verify --report`: whether the events of a rollout are as they were signed. */
#ifndef ISPUP_RELEASE_VERIFY_REPORT_H
#define ISPUP_RELEASE_VERIFY_REPORT_H

#include "ispup/release/examine.h"

/* Looks at each file that `files` names, or at standard input for `-`. `folder`: public keys for
 * reports, one of which must have signed each; NULL: the signature is not checked. `status`: of
 * examine_all. False: the keys cannot be read. */
bool verify_reports(const struct option *files, const char *folder, bool is_json, int *status,
                    struct error *err) MUST_CHECK;

#endif
