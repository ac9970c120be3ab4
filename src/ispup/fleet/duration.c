/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/fleet/duration.h"

#include "base/number.h"

#include <inttypes.h>
#include <stdio.h>

static const struct {
    unsigned char letter;
    const char *word;
    uint64_t seconds;
} units[] = {
    {'d', "d", 24 * 3600},
    {'h', "h", 3600},
    {'m', "min", 60},
    {'s', "s", 1},
};

static uint64_t take_unit(struct span *text)
{
    unsigned char last = text->size == 0 ? 0 : text->data[text->size - 1];

    for (size_t i = 0; i < COUNT_OF(units); i++)
        if (units[i].letter == last) {
            *text = span_first(*text, text->size - 1);
            return units[i].seconds;
        }
    return 1;
}

bool duration_parse(struct span text, uint64_t limit, uint64_t *seconds)
{
    uint64_t unit = take_unit(&text);
    uint64_t number;

    if (!number_parse(text, limit / unit, &number))
        return false;
    *seconds = number * unit;
    return true;
}

void duration_format(uint64_t seconds, char text[DURATION_TEXT_SIZE])
{
    size_t at = 0;
    uint64_t first, rest;

    while (at + 1 < COUNT_OF(units) && seconds < units[at].seconds)
        at++;
    first = seconds / units[at].seconds;
    rest = seconds % units[at].seconds;
    if (at + 1 < COUNT_OF(units) && rest >= units[at + 1].seconds)
        (void)snprintf(text, DURATION_TEXT_SIZE, "%" PRIu64 " %s %" PRIu64 " %s", first,
                       units[at].word, rest / units[at + 1].seconds, units[at + 1].word);
    else
        (void)snprintf(text, DURATION_TEXT_SIZE, "%" PRIu64 " %s", first, units[at].word);
}
