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

static bool is_ok(struct span line)
{
    return span_is(line, "OK") || span_is(line, "OK:") || span_begins(line, "OK: ");
}

static bool has_ok(struct span lines)
{
    struct span line;

    while (lines.size > 0) {
        (void)span_split(&lines, '\n', &line);
        if (is_ok(trim(line)))
            return true;
    }
    return false;
}

/* `rest`: the lines after it. */
static enum answer_kind kind_of(struct span line, bool is_alone, struct span rest)
{
    if (line.size == 0)
        return ANSWER_NOTHING;
    /* An ERROR and an OK contradict each other. */
    if (span_begins(line, "ERROR:"))
        return has_ok(rest) ? ANSWER_ELSE : ANSWER_ERROR;
    /* An OK with more lines may be a page that begins with OK, so it proves nothing. */
    return is_alone && is_ok(line) ? ANSWER_OK : ANSWER_ELSE;
}

void answer_read(struct span body, struct answer *answer)
{
    struct span rest = trim(body), line;
    bool is_alone = !span_split(&rest, '\n', &line);

    line = trim(line);
    answer->kind = kind_of(line, is_alone, rest);
    span_printable(line, answer->text, sizeof(answer->text));
}
