/* SPDX-License-Identifier: Apache-2.0 */
/* What the gateway tells hawkBit, as JSON. Each text is owned by the caller, who frees it with
 * memory_free. Texts of cameras are printable ASCII already (push/outcome.h); JSON escapes them. */
#ifndef ISPUP_GATEWAY_FEEDBACK_H
#define ISPUP_GATEWAY_FEEDBACK_H

#include "base/error.h"

#include <stddef.h>

enum { FEEDBACK_DETAILS = 8, FEEDBACK_DETAIL_SIZE = 512 };

/* The numbers in `code`. docs/gateway.md, "What hawkBit is told". */
enum feedback_code {
    FEEDBACK_NO_CODE = 0,
    FEEDBACK_DONE = 200,
    FEEDBACK_UNSENT = 900,   /* nothing was sent to the camera */
    FEEDBACK_FAILED = 901,   /* the image was sent, and does not run */
    FEEDBACK_UNKNOWN = 902,  /* no one knows whether it runs */
    FEEDBACK_NO_IMAGE = 903, /* the action has no image for this camera, or several */
    FEEDBACK_ARTIFACT = 904, /* the image could not be fetched, or is not valid */
};

enum feedback_execution {
    FEEDBACK_DOWNLOAD,
    FEEDBACK_DOWNLOADED,
    FEEDBACK_PROCEEDING,
    FEEDBACK_CLOSED,
    FEEDBACK_REJECTED,
    FEEDBACK_EXECUTIONS,
};

enum feedback_finished { FEEDBACK_NONE, FEEDBACK_SUCCESS, FEEDBACK_FAILURE };

struct feedback {
    enum feedback_execution execution;
    enum feedback_finished finished;
    int code;
    char details[FEEDBACK_DETAILS][FEEDBACK_DETAIL_SIZE];
    size_t count; /* of details */
};

/* Adds a line; a longer one is cut, one too many is dropped. */
void feedback_add(struct feedback *feedback, const char *format, ...) PRINTF(2, 3);

/* Of an action or of a cancellation. */
bool feedback_format(const struct feedback *feedback, const char *id, char **text,
                     struct error *err) MUST_CHECK;

/* Of confirmationBase. */
bool feedback_format_confirmation(bool is_confirmed, const char *why, char **text,
                                  struct error *err) MUST_CHECK;

struct feedback_attribute {
    const char *name, *value;
};

/* Of configData: replaces all attributes. Empty values are left out. */
bool feedback_format_attributes(const struct feedback_attribute *attributes, size_t count,
                                char **text, struct error *err) MUST_CHECK;

/* Of installedBase: the distribution set that the camera runs. */
bool feedback_format_installed(const char *name, const char *version, char **text,
                               struct error *err) MUST_CHECK;

#endif
