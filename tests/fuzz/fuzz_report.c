/* SPDX-License-Identifier: Apache-2.0 */
/* Input: the events of a rollout as lines, `ispup verify --report`. */
#include "target.h"

#include "ispup/evidence/check.h"

#include <stdio.h>
#include <string.h>

/* Room for the longest line: each byte of a camera may be escaped. */
static char again[CHAIN_LINE_LIMIT + CHAIN_CAMERA_SIZE];

static bool is_written(struct span line, void (*print)(const void *parsed, FILE *out),
                       const void *parsed)
{
    FILE *out = fmemopen(again, sizeof(again), "w");
    long size;

    if (out == NULL)
        return true; /* no memory: nothing to compare */
    print(parsed, out);
    (void)fflush(out);
    size = ftell(out);
    (void)fclose(out);
    return size > 0 && span_same(span_of(again, (size_t)size - 1), line);
}

static void print_event(const void *parsed, FILE *out)
{
    chain_print(parsed, out);
}

static void print_signature(const void *parsed, FILE *out)
{
    signature_line_print(parsed, out);
}

static void try_line(struct span line)
{
    char camera[CHAIN_CAMERA_SIZE];
    struct error err = ERROR_EMPTY;
    struct signature_line signature;
    struct chain_event event;

    if (chain_parse(line, &event, camera, &err))
        target_expect(is_written(line, print_event, &event),
                      "an event can be written in one way only");
    else if (signature_line_parse(line, &signature, &err))
        target_expect(is_written(line, print_signature, &signature),
                      "a signature can be written in one way only");
    else
        target_expect_reason(&err);
}

void target_run(struct span input)
{
    struct evidence_check check = EVIDENCE_CHECK_NONE;
    struct error err = ERROR_EMPTY;
    struct span line;
    bool is_good = true;

    while (input.size > 0) {
        (void)span_split(&input, '\n', &line);
        line = span_first(line, CHAIN_LINE_LIMIT);
        try_line(line);
        is_good = is_good && evidence_check_line(&check, line, &err);
    }
    if (!is_good) {
        target_expect_reason(&err);
        target_expect(strncmp(err.text, "line ", 5) == 0, "a refusal names the line");
    } else if (evidence_check_end(&check, NULL, &err))
        target_expect(check.events > 0, "a report has events");
}
