/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/record/recording_escape.h"

#include "base/number.h"

const char *const recording_end_names[RECORDING_END_COUNT] = {"whole", "refused", "silent", "cut"};

/* Each byte with a letter of its own. */
static const struct letter {
    unsigned char byte, letter;
} letters[] = {{'\\', '\\'}, {'\n', 'n'}, {'\r', 'r'}, {'\t', 't'}};

static unsigned char letter_of(unsigned char byte)
{
    for (size_t i = 0; i < COUNT_OF(letters); i++)
        if (letters[i].byte == byte)
            return letters[i].letter;
    return 0;
}

void recording_escape(struct span text, FILE *file)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = text.data[i], letter = letter_of(byte);
        bool is_last = i + 1 == text.size;

        if (letter != 0)
            (void)fprintf(file, "\\%c", letter);
        else if (byte_is_printable(byte) && !(byte == ' ' && is_last))
            (void)fputc(byte, file);
        else
            (void)fprintf(file, "\\x%02x", (unsigned)byte);
    }
}

/* Takes an escaped byte, without its `\`, off the front. */
static bool take_escaped(struct span *line, unsigned char *byte)
{
    for (size_t i = 0; line->size > 0 && i < COUNT_OF(letters); i++)
        if (letters[i].letter == line->data[0]) {
            *byte = letters[i].byte;
            *line = span_from(*line, 1);
            return true;
        }
    if (!span_skip(line, "x") || !number_parse_hex(span_first(*line, 2), byte, 1))
        return false;
    *line = span_from(*line, 2);
    return letter_of(*byte) == 0 &&
           (!byte_is_printable(*byte) || (*byte == ' ' && line->size == 0));
}

bool recording_unescape(struct span line, unsigned char *to, size_t *size)
{
    while (line.size > 0) {
        unsigned char byte = line.data[0];

        line = span_from(line, 1);
        if (!byte_is_printable(byte) || (byte == ' ' && line.size == 0))
            return false;
        if (byte == '\\' && !take_escaped(&line, &byte))
            return false;
        to[(*size)++] = byte;
    }
    return true;
}
