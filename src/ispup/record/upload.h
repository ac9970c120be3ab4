/* SPDX-License-Identifier: Apache-2.0 */
/* The update of a recording: one `ispup push`, seen by a witness. */
#ifndef ISPUP_RECORD_UPLOAD_H
#define ISPUP_RECORD_UPLOAD_H

#include "ispup/push/report.h"

/* Prints plain lines. `status`: the exit status of push. */
bool record_upload(const struct push_options *options, const struct image_file *image,
                   const struct target *target, int *status, struct error *err) MUST_CHECK;

#endif
