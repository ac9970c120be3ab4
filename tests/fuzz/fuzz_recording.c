/* SPDX-License-Identifier: Apache-2.0 */
/* Input: a recording, as `ispup simulate --replay` reads it. */
#include "target.h"

#include "ispup/record/recording.h"

#include <stdlib.h>

static struct span print(const struct recording *recording, char **text)
{
    size_t size = 0;
    FILE *file = open_memstream(text, &size);

    target_expect(file != NULL, "there is memory");
    recording_print(recording, file);
    target_expect(fclose(file) == 0, "there is memory");
    return span_of(*text, size);
}

void target_run(struct span input)
{
    struct error err = ERROR_EMPTY;
    struct recording recording, again;
    char *first = NULL, *second = NULL;
    struct span text;

    if (!recording_parse(input, &recording, &err)) {
        target_expect_reason(&err);
        return;
    }
    for (size_t i = 0; i < recording.count; i++)
        target_expect(recording.entries[i].body.size <= RECORDING_BODY_LIMIT,
                      "a body is within its limit");
    text = print(&recording, &first);
    target_expect(recording_parse(text, &again, &err),
                  "what was read can be written and read again");
    target_expect(span_same(text, print(&again, &second)), "what was written says the same");
    recording_close(&recording);
    recording_close(&again);
    free(first);
    free(second);
}
