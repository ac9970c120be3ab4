/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/fleet/window.h"

#include "base/number.h"

#include <stdbool.h>
#include <time.h>

enum { SECONDS = 60, MINUTES = 60, HOURS = 24, TEXT_SIZE = 5, DAYS_BEFORE = 1, DAYS_AFTER = 2 };

static bool parse_time(struct span text, unsigned *minutes)
{
    uint64_t hour, minute;

    if (text.size != TEXT_SIZE || text.data[2] != ':' ||
        !number_parse(span_first(text, 2), HOURS - 1, &hour) ||
        !number_parse(span_from(text, 3), MINUTES - 1, &minute))
        return false;
    *minutes = (unsigned)(hour * MINUTES + minute);
    return true;
}

bool window_parse(struct span text, struct window *window)
{
    struct span from, until = text;

    return span_split(&until, '-', &from) && parse_time(from, &window->from) &&
           parse_time(until, &window->until) && window->from != window->until;
}

/* That time of day, `days` days after the day of `today`, as summer time or not. False: at that
 * moment the clock shows another time. */
static bool moment_as(const struct tm *today, int days, unsigned minutes, int is_summer,
                      int64_t *moment)
{
    struct tm at = {.tm_year = today->tm_year,
                    .tm_mon = today->tm_mon,
                    .tm_mday = today->tm_mday + days,
                    .tm_hour = (int)(minutes / MINUTES),
                    .tm_min = (int)(minutes % MINUTES),
                    .tm_isdst = is_summer};
    time_t seconds = mktime(&at);

    *moment = (int64_t)seconds;
    return localtime_r(&seconds, &at) != NULL &&
           (unsigned)at.tm_hour * MINUTES + (unsigned)at.tm_min == minutes;
}

/* mktime(3) alone would choose by what it was asked before. */
static int64_t moment(const struct tm *today, int days, unsigned minutes)
{
    int64_t first, second;
    bool is_first = moment_as(today, days, minutes, 1, &first);
    bool is_second = moment_as(today, days, minutes, 0, &second);

    return is_first && (!is_second || first < second) ? first : second;
}

unsigned window_seconds(const struct window *window)
{
    return (window->until + HOURS * MINUTES - window->from) % (HOURS * MINUTES) * SECONDS;
}

/* Yesterday's window may still be open. */
bool window_is_open(const struct window *window, int64_t now, int64_t *seconds)
{
    int overnight = window->until < window->from ? 1 : 0;
    time_t clock = (time_t)now;
    struct tm today;

    *seconds = 0;
    if (localtime_r(&clock, &today) == NULL)
        return false;
    for (int day = -DAYS_BEFORE; day <= DAYS_AFTER; day++) {
        int64_t opens = moment(&today, day, window->from);
        int64_t closes = moment(&today, day + overnight, window->until);

        if (closes <= opens)
            continue; /* that night the clock skips it */
        if (now < opens) {
            *seconds = opens - now;
            return false;
        }
        if (now < closes) {
            *seconds = closes - now;
            return true;
        }
    }
    return false;
}
