/* SPDX-License-Identifier: Apache-2.0 */
/* Input: two bytes that say how the image is cut into pieces, then an image (image_plan.h). */
#include "target.h"

#include "image/reader.h"
#include "image/verify.h"
#include "image_plan.h"
#include "input.h"

#include <string.h>

enum { PIECE = 16384 };

/* What was read: descriptor, signature, and each component when it is complete. */
struct outcome {
    struct error err;
    struct packing transcript; /* owned */
    uint64_t bytes;            /* of all components */
    bool good;
};

static void release(struct outcome *outcome)
{
    packing_free(&outcome->transcript);
}

static bool read_component(struct image_reader *reader, size_t capacity, struct outcome *outcome)
{
    size_t before = outcome->transcript.size;
    unsigned char piece[PIECE];
    size_t got = 1;

    while (got > 0) {
        if (!image_reader_read(reader, piece, capacity, &got, &outcome->err)) {
            outcome->transcript.size = before;
            return false;
        }
        packing_add(&outcome->transcript, span_of(piece, got));
        outcome->bytes += got;
    }
    return true;
}

static bool read_image(struct source *packed, size_t capacity, struct outcome *outcome)
{
    CLEANUP(image_reader_close) struct image_reader reader = {0};
    enum component which;
    bool end = false;

    if (!image_reader_open(&reader, packed, &outcome->err))
        return false;
    packing_add(&outcome->transcript, reader.description);
    packing_add(&outcome->transcript, reader.signature);
    while (!end) {
        if (!image_reader_next(&reader, &which, &end, &outcome->err))
            return false;
        if (!end && !read_component(&reader, capacity, outcome))
            return false;
    }
    target_expect(outcome->bytes == descriptor_size(&reader.descriptor),
                  "an image has the bytes that its descriptor says");
    return true;
}

static void run(struct span packed, unsigned way, struct outcome *outcome)
{
    CLEANUP(source_memory_close) struct source_memory memory;

    *outcome = (struct outcome){.err = ERROR_EMPTY};
    source_memory_open(&memory, packed, 0);
    if (way > 0)
        input_cut(&memory, packed, way);
    outcome->good = read_image(&memory.source,
                               way > 0 ? input_capacity(way >> 4, PIECE) : (size_t)PIECE, outcome);
}

/* The same, as a camera reads it. */
static bool verify(const struct image_plan *plan, unsigned way)
{
    CLEANUP(source_memory_close) struct source_memory memory;
    struct error err = ERROR_EMPTY;
    struct checked_image image;

    input_cut(&memory, packing_span(&plan->packed), way);
    if (!verify_image(&memory.source, span_text("ISP-U-0300-V1.00.00.bin"), &plan->policy, &image,
                      &err)) {
        target_expect_reason(&err);
        return false;
    }
    for (size_t i = 0; i < image.descriptor.count; i++) {
        enum component which = image.descriptor.order[i];

        target_expect(image.descriptor.components[which].size <= plan->policy.room[which],
                      "what is verified has room");
    }
    return true;
}

/* Damage in deflate data is found as far ahead as the inflater looks. That depends on how many
 * bytes it has, so one of the two may find another fault first. */
static bool is_damage(const struct outcome *outcome)
{
    return strcmp(outcome->err.text, "gzip: damaged: its data cannot be unpacked") == 0;
}

static void expect_same(const struct outcome *whole, const struct outcome *cut)
{
    struct span one = packing_span(&whole->transcript), other = packing_span(&cut->transcript);
    size_t size = one.size < other.size ? one.size : other.size;

    target_expect(whole->good == cut->good, "the same verdict however the image is cut");
    target_expect(span_same(span_first(one, size), span_first(other, size)),
                  "the same bytes however the image is cut");
    if (is_damage(whole) || is_damage(cut))
        return;
    target_expect(one.size == other.size, "as many bytes however the image is cut");
    target_expect_same_reason(&whole->err, &cut->err);
}

void target_run(struct span input)
{
    unsigned way = (unsigned)input_number(&input, 2);
    CLEANUP(image_plan_free) struct image_plan plan;
    CLEANUP(release) struct outcome whole;
    CLEANUP(release) struct outcome cut;

    image_plan_make(&plan, input);
    run(packing_span(&plan.packed), 0, &whole);
    run(packing_span(&plan.packed), way + 1, &cut);
    expect_same(&whole, &cut);
    if (!whole.good)
        target_expect_reason(&whole.err);
    target_expect(!verify(&plan, way) || whole.good, "what is verified can be read");
}
