/* SPDX-License-Identifier: Apache-2.0 */
/* The hours of a day in which uploads may begin, by the local time of this machine: `22:00-05:00`.
 */
#ifndef ISPUP_FLEET_WINDOW_H
#define ISPUP_FLEET_WINDOW_H

#include "base/span.h"

#include <stdint.h>

struct window {
    unsigned from, until; /* minutes after midnight; `until` may be the smaller one: the next day */
};

/* `HH:MM-HH:MM`, two different times. */
bool window_parse(struct span text, struct window *window) MUST_CHECK;

/* How long it is open, on a day without a change of the clock. */
unsigned window_seconds(const struct window *window);

/* `now`: seconds since 1970. True: the window is open, and closes after `seconds`. False: it opens
 * after `seconds`. Heeds the change to summer time and back: of a time that exists twice the first
 * one counts; a time that does not exist is an hour later. */
bool window_is_open(const struct window *window, int64_t now, int64_t *seconds);

#endif
