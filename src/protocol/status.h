/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `ISP_STATUS`: lines KEY='value' with the camera's running versions and the result of its last
 * update. The camera fills and prints it, a host parses it. docs/protocol.md, "ISP_STATUS".
 */
#ifndef PROTOCOL_STATUS_H
#define PROTOCOL_STATUS_H

#include "base/error.h"
#include "base/span.h"

enum status_key {
    STATUS_ISP_PLATFORM,
    STATUS_ISP_VERSION,
    STATUS_ISP_FIRMWARE,
    STATUS_ISP_DEVICE_RESOURCE,
    STATUS_ISP_HARDWARE,
    STATUS_ISP_IMAGE_SHA256,
    STATUS_ISP_PREVIOUS,
    STATUS_ISP_PREVIOUS_SHA256,
    STATUS_ISP_NEXT,
    STATUS_CAMERA_ID,
    STATUS_ISP_STATE,
    STATUS_ISP_PROGRESS,
    STATUS_ISP_UPDATE,
    STATUS_ISP_UPDATE_SHA256,
    STATUS_ISP_RESULT,
    STATUS_ISP_BLOCKS,
    STATUS_BOOT_ID,
    STATUS_COUNT,
};

enum { STATUS_VALUE_SIZE = 224, STATUS_TEXT_SIZE = STATUS_COUNT * (STATUS_VALUE_SIZE + 32) };

struct status {
    char values[STATUS_COUNT][STATUS_VALUE_SIZE]; /* NUL-terminated; empty if unknown */
};

/* `ISP_PLATFORM` and so on. */
const char *status_key_name(enum status_key key);

/* Sets a value. Unprintable bytes and ' become `?`; a longer value is cut. */
void status_set(struct status *status, enum status_key key, const char *format, ...) PRINTF(3, 4);

/* Writes all lines, each with one LF; returns the size. */
size_t status_format(const struct status *status, char text[STATUS_TEXT_SIZE]);

/* Parses a camera's reply. Unknown keys are ignored, missing keys are empty. An empty reply, a
 * known key given twice, a value that does not fit and a malformed line are refused. ERROR_REQUEST,
 * "status: ...". */
bool status_parse(struct span text, struct status *status, struct error *err) MUST_CHECK;

#endif
