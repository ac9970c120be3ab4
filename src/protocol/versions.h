/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the versions that a camera's ISP runs from the lines of `SYSTEM_LOG` (docs/protocol.md,
 * "The other program"). A camera without ISP_STATUS has no other way to tell them.
 */
#ifndef PROTOCOL_VERSIONS_H
#define PROTOCOL_VERSIONS_H

#include "base/span.h"

enum { VERSIONS_COUNT = 3, VERSIONS_TEXT_SIZE = 64 };

/* Firmware, device resource and hardware, in this order: `ISP-F-0300-V1.00.00`, `C0300-V1.00.00`,
 * `ISP-H-0300-V1.00.00`, or `UNKNOWN`. */
struct versions {
    char texts[VERSIONS_COUNT][VERSIONS_TEXT_SIZE]; /* NUL-terminated, printable; may be empty */
};

/* True if at least one line was found. A line counts as missing if it is given twice with different
 * values, or if its value is too long or not printable. */
bool versions_read(struct span log, struct versions *versions);

#endif
