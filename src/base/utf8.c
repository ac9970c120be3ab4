/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

#include "base/compiler.h"

/* Unicode's table 3-7: range of the first byte, range of the second byte, number of bytes. Only the
 * second byte has special ranges: they exclude overlong encodings and surrogates. */
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

/* All of categories Cc, Cf, Zl and Zp, from Unicode 15.1's DerivedGeneralCategory.txt. A test
 * (tests/tree/test_unicode.py) compares them with Python's own data. */
static const struct range {
    uint32_t first, last;
} not_shown[] = {
    {0x0000, 0x001f},   {0x007f, 0x009f},   {0x00ad, 0x00ad},   {0x0600, 0x0605},
    {0x061c, 0x061c},   {0x06dd, 0x06dd},   {0x070f, 0x070f},   {0x0890, 0x0891},
    {0x08e2, 0x08e2},   {0x180e, 0x180e},   {0x200b, 0x200f},   {0x2028, 0x202e},
    {0x2060, 0x2064},   {0x2066, 0x206f},   {0xfeff, 0xfeff},   {0xfff9, 0xfffb},
    {0x110bd, 0x110bd}, {0x110cd, 0x110cd}, {0x13430, 0x1343f}, {0x1bca0, 0x1bca3},
    {0x1d173, 0x1d17a}, {0xe0001, 0xe0001}, {0xe0020, 0xe007f},
};

uint32_t utf8_take(struct span *text)
{
    size_t size = find_row(text->data[0])->size;
    /* The first byte has a bit for each byte of the character, and a 0 after them. */
    uint32_t character = size == 1 ? text->data[0] : text->data[0] & (0x7fU >> size);

    for (size_t i = 1; i < size; i++)
        character = character << 6 | (text->data[i] & 0x3fU);
    *text = span_from(*text, size);
    return character;
}

bool utf8_is_shown(uint32_t character)
{
    for (size_t i = 0; i < COUNT_OF(not_shown); i++)
        if (character >= not_shown[i].first && character <= not_shown[i].last)
            return false;
    return true;
}

bool utf8_is_one_line(struct span text)
{
    if (!utf8_is_valid(text))
        return false;
    while (text.size > 0)
        if (!utf8_is_shown(utf8_take(&text)))
            return false;
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
