/* SPDX-License-Identifier: Apache-2.0 */
/* Input: two bytes that say how the data is cut, four that say what to insert, one that says at
 * which offset, then the head of a gzip member and what follows it. */
#include "target.h"

#include "image/gzip.h"
#include "image/gzip_head.h"
#include "input.h"

struct outcome {
    struct error err;
    size_t taken;
    bool good, done;
};

static void run(struct span bytes, unsigned way, struct outcome *outcome)
{
    CLEANUP(source_memory_close) struct source_memory memory;
    struct gzip_head head = {.part = GZIP_HEAD_FIXED};
    struct span piece;

    *outcome = (struct outcome){.err = ERROR_EMPTY, .good = true};
    source_memory_open(&memory, bytes, 0);
    if (way > 0)
        input_cut(&memory, bytes, way);
    while (outcome->good && !outcome->done) {
        target_expect(source_next(&memory.source, &piece, &outcome->err), "memory can be read");
        if (piece.size == 0)
            return;
        outcome->taken += piece.size;
        outcome->good = gzip_head_take(&head, &piece, &outcome->done, &outcome->err);
        outcome->taken -= piece.size;
    }
}

/* The bytes with the insertion. */
static void build(struct span input, struct packing *bytes)
{
    CLEANUP(packing_free) struct packing filling = {NULL, 0};

    input_fill(&input, &filling);
    packing_add(bytes, input_bytes(&input, input_byte(&input)));
    packing_add(bytes, packing_span(&filling));
    packing_add(bytes, input);
}

void target_run(struct span input)
{
    unsigned way = (unsigned)input_number(&input, 2);
    CLEANUP(packing_free) struct packing bytes = {NULL, 0};
    struct outcome whole, cut;

    build(input, &bytes);
    run(packing_span(&bytes), 0, &whole);
    run(packing_span(&bytes), way + 1, &cut);
    target_expect(whole.good == cut.good && whole.done == cut.done,
                  "the same verdict however the head is cut");
    target_expect_same_reason(&whole.err, &cut.err);
    if (!whole.good)
        target_expect_reason(&whole.err);
    if (whole.good)
        target_expect(whole.taken == cut.taken, "a head ends where it ends");
    if (whole.done)
        target_expect(whole.taken >= 10 && whole.taken <= GZIP_HEAD_LIMIT,
                      "a head is within its limit");
}
