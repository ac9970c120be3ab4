/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

#include "base/compiler.h"

/* The rows of table 3-7: first byte from..to, second byte from..to, how many bytes in all. */
static const struct row {
    unsigned char first, last, second_first, second_last;
    size_t size;
} rows[] = {
    {0x00, 0x7f, 0x80, 0xbf, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
    {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
};

static const struct row *find_row(unsigned char first)
{
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (first >= rows[i].first && first <= rows[i].last)
            return &rows[i];
    return NULL;
}

static bool is_sequence(const struct row *row, struct span text)
{
    if (text.size < row->size)
        return false;
    for (size_t i = 1; i < row->size; i++) {
        unsigned char first = i == 1 ? row->second_first : 0x80;
        unsigned char last = i == 1 ? row->second_last : 0xbf;

        if (text.data[i] < first || text.data[i] > last)
            return false;
    }
    return true;
}

bool utf8_is_valid(struct span text)
{
    while (text.size > 0) {
        const struct row *row = find_row(text.data[0]);

        if (row == NULL || !is_sequence(row, text))
            return false;
        text = span_from(text, row->size);
    }
    return true;
}
