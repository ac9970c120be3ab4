/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines of `SYSTEM_LOG` that name what a camera's ISP runs (docs/protocol.md, "The other
 * program"): the only way to learn it from a camera that knows no ISP_STATUS.
 */
#ifndef PROTOCOL_VERSIONS_H
#define PROTOCOL_VERSIONS_H

#include "base/span.h"

enum { VERSIONS_COUNT = 3, VERSIONS_TEXT_SIZE = 64 };

/* Firmware, device resource, hardware, in this order: `ISP-F-0300-V1.00.00`, `C0300-V1.00.00`,
 * `ISP-H-0300-V1.00.00`, `UNKNOWN`. */
struct versions {
    char texts[VERSIONS_COUNT][VERSIONS_TEXT_SIZE]; /* NUL-terminated, printable; or empty */
};

/* Whether one of the lines is there. A line that is there twice and differs, or whose value is too
 * long or not printable, counts as not there. */
bool versions_read(struct span log, struct versions *versions);

#endif
