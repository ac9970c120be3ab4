/* SPDX-License-Identifier: Apache-2.0 */
/* One JSON object for each event, and one for the sums at the end. */
#ifndef ISPUP_PUSH_DISPLAY_JSON_H
#define ISPUP_PUSH_DISPLAY_JSON_H

#include "ispup/push/display.h"

extern const struct display_style display_json;

#endif
