/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the text of a recording that may leave this machine. */
#ifndef ISPUP_RECORD_REDACT_H
#define ISPUP_RECORD_REDACT_H

#include "ispup/record/recording.h"

struct redact_camera {
    const char *user, *password; /* borrowed */
    const char *host;            /* without brackets and port */
    const char *label;           /* HOST[:PORT] */
};

/* Replaces passwords, addresses and serial numbers. `text`, owned by the caller, is made by
 * malloc(3). Fails with ERROR_REQUEST, and makes nothing, if the password can still be found. */
bool redact(const struct recording *raw, const struct redact_camera *camera, char **text,
            size_t *size, struct error *err) MUST_CHECK;

#endif
