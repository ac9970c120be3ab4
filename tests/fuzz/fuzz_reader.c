/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input: two bytes that say how to cut, one of flags, then an image as it is, or steps that
 * describe one: descriptor and archive together (a good component brings its section and its
 * member), what else stands in either (members.h), and changes to both. All of it is wrapped in a
 * gzip stream that is right.
 */
#include "target.h"

#include "image/reader.h"
#include "image/verify.h"
#include "input.h"
#include "members.h"
#include "wrap.h"

#include <string.h>

enum {
    FLAG_BARE = 1,     /* an image as it is */
    FLAG_EMPTY = 2,    /* no [image] section but what the steps say */
    FLAG_NO_END = 4,   /* no two zero blocks */
    FLAG_TRAILING = 8, /* a byte behind the stream */
    PIECE = 16384,
    STEP_COMPONENT = 16,
    STEP_LINE = 17,
    STEP_SIGNATURE = 18,
};

#define IMAGE_SECTION "[image]\nformat = 1\nplatform = 0300\nversion = V1.00.00\n"

struct plan {
    struct packing description, members; /* owned */
    enum component next;                 /* the component that a good one is */
};

static void release_plan(struct plan *plan)
{
    packing_free(&plan->description);
    packing_free(&plan->members);
}

static void add_component(struct plan *plan, struct span content)
{
    static const char *const files[COMPONENT_COUNT] = {"ISP-F-0300-V1.00.00.bin",
                                                       "C0300-V1.00.00.bin", "hardware"};
    enum component which = plan->next % COMPONENT_COUNT;

    plan->next = which + 1;
    packing_add_section(&plan->description, component_name(which), files[which], content);
    packing_add_member(&plan->members, files[which], content);
}

static void add_step(struct plan *plan, unsigned step, struct span *rest)
{
    if (plan->members.size > MEMBERS_LIMIT)
        return;
    if (step == STEP_COMPONENT) {
        add_component(plan, input_piece(rest));
    } else if (step == STEP_LINE) {
        packing_add(&plan->description, input_line(rest));
        packing_add_text(&plan->description, "\n");
    } else if (step == STEP_SIGNATURE) {
        packing_add_member(&plan->members, SIGNATURE_FILE, input_piece(rest));
    } else {
        members_add(&plan->members, step, rest);
    }
}

static void build_archive(struct span input, unsigned flags, struct packing *plain)
{
    CLEANUP(release_plan) struct plan plan = {.next = COMPONENT_FIRMWARE};

    if (!(flags & FLAG_EMPTY))
        packing_add_text(&plan.description, IMAGE_SECTION);
    while (input.size > 0) {
        unsigned step = input_byte(&input);

        add_step(&plan, step, &input);
    }
    packing_add_member(plain, DESCRIPTOR_FILE, packing_span(&plan.description));
    packing_add(plain, packing_span(&plan.members));
    if (!(flags & FLAG_NO_END))
        packing_add_zeros(plain, 2 * (size_t)ARCHIVE_BLOCK);
}

static void build(struct span input, unsigned flags, struct packing *packed)
{
    CLEANUP(packing_free) struct packing plain = {NULL, 0};

    if (flags & FLAG_BARE) {
        packing_add(packed, input);
        return;
    }
    build_archive(input, flags, &plain);
    wrap_stored(packed, packing_span(&plain));
    if (flags & FLAG_TRAILING)
        packing_add_zeros(packed, 1);
}

/* What was read: descriptor, signature, and each component once all of it was there. */
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

/* The same as a camera without a key does it. */
static bool verify(struct span packed, unsigned way)
{
    static const struct image_policy policy = {.platform = {"0300"},
                                               .room = {1 << 20, 1 << 20, 1 << 20}};
    CLEANUP(source_memory_close) struct source_memory memory;
    struct error err = ERROR_EMPTY;
    struct checked_image image;

    input_cut(&memory, packed, way);
    if (verify_image(&memory.source, span_text("ISP-U-0300-V1.00.00.bin"), &policy, &image, &err))
        return true;
    target_expect_reason(&err);
    return false;
}

/* Damage in the deflate data is found as far ahead as the inflater looks, which depends on how much
 * of it is there: either reading may come upon something else before that. */
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
    CLEANUP(packing_free) struct packing packed = {NULL, 0};
    unsigned way = (unsigned)input_number(&input, 2);
    unsigned flags = input_byte(&input);
    CLEANUP(release) struct outcome whole;
    CLEANUP(release) struct outcome cut;

    build(input, flags, &packed);
    run(packing_span(&packed), 0, &whole);
    run(packing_span(&packed), way + 1, &cut);
    expect_same(&whole, &cut);
    if (!whole.good)
        target_expect_reason(&whole.err);
    target_expect(!verify(packing_span(&packed), way) || whole.good,
                  "what is verified can be read");
}
