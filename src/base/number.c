/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"

bool number_parse(struct span text, uint64_t limit, uint64_t *number)
{
    uint64_t sum = 0;

    if (text.size == 0 || text.size > 20) /* UINT64_MAX has 20 digits */
        return false;
    for (size_t i = 0; i < text.size; i++) {
        uint64_t digit = (uint64_t)(text.data[i] - '0'); /* used only if it is a digit */

        if (!byte_is_digit(text.data[i]) || sum > (UINT64_MAX - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    if (sum > limit)
        return false;
    *number = sum;
    return true;
}

static unsigned unit_bits(unsigned char unit)
{
    switch (unit) {
    case 'K':
        return 10;
    case 'M':
        return 20;
    case 'G':
        return 30;
    default:
        return 0;
    }
}

bool number_parse_size(struct span text, uint64_t limit, uint64_t *size)
{
    unsigned bits = text.size == 0 ? 0 : unit_bits(text.data[text.size - 1]);
    uint64_t count;

    /* Comparing with the limit in units means that the shift below cannot overflow. */
    if (!number_parse(span_first(text, text.size - (bits > 0)), limit >> bits, &count))
        return false;
    *size = count << bits;
    return true;
}

/* No upper case: each value has one spelling, so texts can be compared byte by byte. */
static bool hex_digit(unsigned char byte, unsigned *digit)
{
    if (byte_is_digit(byte))
        *digit = (unsigned)(byte - '0');
    else if (byte >= 'a' && byte <= 'f')
        *digit = (unsigned)(byte - 'a' + 10);
    else
        return false;
    return true;
}

bool number_parse_hex(struct span text, unsigned char *bytes, size_t size)
{
    unsigned high, low;

    if (text.size % 2 != 0 || text.size / 2 != size)
        return false;
    for (size_t i = 0; i < size; i++) {
        if (!hex_digit(text.data[2 * i], &high) || !hex_digit(text.data[2 * i + 1], &low))
            return false;
        bytes[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

void number_format_hex(struct span bytes, char *text)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < bytes.size; i++) {
        text[2 * i] = digits[bytes.data[i] >> 4];
        text[2 * i + 1] = digits[bytes.data[i] & 15];
    }
    text[2 * bytes.size] = '\0';
}
