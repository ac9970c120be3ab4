/* SPDX-License-Identifier: Apache-2.0 */
/* Lines on a terminal that are drawn again in their place: one for each camera under way. */
#ifndef ISPUP_PUSH_DISPLAY_SCREEN_H
#define ISPUP_PUSH_DISPLAY_SCREEN_H

#include "ispup/push/display.h"

enum { DISPLAY_LINE_SIZE = 128 };

extern const struct display_style display_screen;

/* Whether lines can be drawn again there: a terminal that knows its size, and is large enough. */
bool display_screen_fits(int fd);

/* The three below are here for their test. */

/* The line of a row at that moment (milliseconds), narrower than the terminal. */
void display_screen_line(const struct display *display, size_t row, uint64_t now,
                         char text[DISPLAY_LINE_SIZE]);

/* Never more lines than the terminal can show. */
void display_screen_draw(struct display *display);
void display_screen_clear(struct display *display);

#endif
