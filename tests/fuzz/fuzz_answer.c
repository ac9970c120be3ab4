/* SPDX-License-Identifier: Apache-2.0 */
/* Input: the body of any reply, as the host tool reads it: the line of the outcome, the versions
 * of the log. */
#include "target.h"

#include "protocol/answer.h"
#include "protocol/versions.h"

#include <string.h>

static bool is_printable(const char *text)
{
    for (; *text != '\0'; text++)
        if (!byte_is_printable((unsigned char)*text))
            return false;
    return true;
}

static void check_answer(struct span input)
{
    struct answer answer, again;

    answer_read(input, &answer);
    target_expect(is_printable(answer.text), "what is shown is printable");
    target_expect((answer.kind == ANSWER_NOTHING) == (answer.text[0] == '\0'),
                  "nothing is nothing");
    if (answer.kind == ANSWER_OK || answer.kind == ANSWER_ERROR) {
        answer_read(span_text(answer.text), &again);
        target_expect(again.kind == answer.kind, "the line alone says the same");
    }
}

void target_run(struct span input)
{
    struct versions versions;
    bool any = false;

    check_answer(input);
    if (!versions_read(input, &versions))
        return;
    for (size_t i = 0; i < VERSIONS_COUNT; i++) {
        any = any || versions.texts[i][0] != '\0';
        target_expect(is_printable(versions.texts[i]) && strchr(versions.texts[i], ' ') == NULL,
                      "a version is one printable word");
    }
    target_expect(any, "a log with versions has one");
}
