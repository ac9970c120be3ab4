/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/answer.h"

static bool is_blank(unsigned char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static struct span trim(struct span text)
{
    while (text.size > 0 && is_blank(text.data[0]))
        text = span_from(text, 1);
    while (text.size > 0 && is_blank(text.data[text.size - 1]))
        text = span_first(text, text.size - 1);
    return text;
}

static enum answer_kind kind_of(struct span line, bool is_alone)
{
    if (line.size == 0)
        return ANSWER_NOTHING;
    if (span_begins(line, "ERROR:"))
        return ANSWER_ERROR;
    if (is_alone && (span_is(line, "OK") || span_begins(line, "OK: ")))
        return ANSWER_OK;
    return ANSWER_ELSE;
}

void answer_read(struct span body, struct answer *answer)
{
    struct span rest = trim(body), line;
    bool is_alone = !span_split(&rest, '\n', &line);

    line = trim(line);
    answer->kind = kind_of(line, is_alone);
    span_printable(line, answer->text, sizeof(answer->text));
}
