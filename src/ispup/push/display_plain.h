/* SPDX-License-Identifier: Apache-2.0 */
/* Plain lines, one for each event, and a table at the end. */
#ifndef ISPUP_PUSH_DISPLAY_PLAIN_H
#define ISPUP_PUSH_DISPLAY_PLAIN_H

#include "ispup/push/display.h"

extern const struct display_style display_plain;
/* Prints the outcomes other than done, nothing else. */
extern const struct display_style display_quiet;

/* For the style that draws on a terminal, which prints notes, outcomes and the end like this. */
void display_plain_note(struct display *display, size_t row, const struct event *event);
void display_plain_outcome(struct display *display, size_t row, const struct event *event);
void display_plain_finish(struct display *display);

#endif
