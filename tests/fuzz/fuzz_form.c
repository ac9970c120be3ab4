/* SPDX-License-Identifier: Apache-2.0 */
/* Input: two bytes that say how the body is cut into pieces, a line with the Content-Type, then
 * the body. */
#include "target.h"

#include "input.h"
#include "packing.h"
#include "protocol/form.h"

#include <string.h>

struct outcome {
    struct error err;
    struct packing name, file; /* owned */
    bool good;
};

static void release(struct outcome *outcome)
{
    packing_free(&outcome->name);
    packing_free(&outcome->file);
}

static bool pull(struct source *file, struct outcome *outcome)
{
    struct span bytes;

    do {
        if (!source_next(file, &bytes, &outcome->err))
            return false;
        packing_add(&outcome->file, bytes);
    } while (bytes.size > 0);
    target_expect(source_next(file, &bytes, &outcome->err) && bytes.size == 0,
                  "a file that has ended stays so");
    return true;
}

static bool read_form(struct span type, struct source *body, struct outcome *outcome)
{
    CLEANUP(form_close) struct form *form = NULL;
    struct span name;

    if (!form_open(&form, type, body, &outcome->err) || !form_find_file(form, &name, &outcome->err))
        return false;
    packing_add(&outcome->name, name);
    return pull(form_file(form), outcome) && form_finish(form, &outcome->err);
}

static void run(struct span type, struct span body, unsigned way, struct outcome *outcome)
{
    CLEANUP(source_memory_close) struct source_memory memory;

    *outcome = (struct outcome){.err = ERROR_EMPTY};
    source_memory_open(&memory, body, 0);
    if (way > 0)
        input_cut(&memory, body, way);
    outcome->good = read_form(type, &memory.source, outcome);
}

static void expect_whole(struct span body, const struct outcome *outcome)
{
    struct span name = packing_span(&outcome->name);
    size_t at;

    target_expect(name.size > 0 && name.size <= FORM_FILE_NAME_LIMIT, "a file has a name");
    target_expect(outcome->file.size == 0 || span_find(body, packing_span(&outcome->file), &at),
                  "a file is part of the body");
}

void target_run(struct span input)
{
    unsigned way = (unsigned)input_number(&input, 2);
    struct span type = input_line(&input);
    CLEANUP(release) struct outcome whole;
    CLEANUP(release) struct outcome cut;

    run(type, input, 0, &whole);
    run(type, input, way + 1, &cut);
    target_expect(whole.good == cut.good, "the same verdict however the body is cut");
    target_expect_same_reason(&whole.err, &cut.err);
    if (!whole.good) {
        target_expect_reason(&whole.err);
        return;
    }
    expect_whole(input, &whole);
    target_expect(span_same(packing_span(&whole.name), packing_span(&cut.name)) &&
                      span_same(packing_span(&whole.file), packing_span(&cut.file)),
                  "the same name and file however the body is cut");
}
