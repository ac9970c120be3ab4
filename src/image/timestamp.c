/* SPDX-License-Identifier: Apache-2.0 */
#include "image/timestamp.h"

#include "image/pattern.h"

#include <assert.h>
#include <string.h>
#include <time.h>

static unsigned days_in(unsigned year, unsigned month)
{
    static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    if (month < 1 || month > 12)
        return 0; /* then no day is valid */
    return month == 2 && leap ? 29 : days[month - 1];
}

bool timestamp_is_valid(struct span text)
{
    unsigned day;

    /* Not strptime: it also accepts blanks and numbers without their leading zero. */
    if (!pattern_matches(text, "0000-00-00T00:00:00Z"))
        return false;
    day = pattern_number(text, 8, 2);
    return day >= 1 && day <= days_in(pattern_number(text, 0, 4), pattern_number(text, 5, 2)) &&
           pattern_number(text, 11, 2) <= 23 && pattern_number(text, 14, 2) <= 59 &&
           pattern_number(text, 17, 2) <= 59;
}

void timestamp_format(uint64_t seconds, char text[TIMESTAMP_SIZE + 1])
{
    time_t moment = (time_t)seconds;
    struct tm parts;

    assert(seconds <= TIMESTAMP_LIMIT);
    memset(&parts, 0, sizeof(parts));
    (void)gmtime_r(&moment, &parts);
    (void)strftime(text, TIMESTAMP_SIZE + 1, "%Y-%m-%dT%H:%M:%SZ", &parts);
}
