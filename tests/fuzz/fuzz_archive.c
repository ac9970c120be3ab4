/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input: two bytes that say how the archive is cut into pieces, a byte of flags, then an archive or
 * steps that describe one (members.h). The archive is wrapped in a valid gzip stream.
 */
#include "target.h"

#include "image/archive.h"
#include "input.h"
#include "members.h"
#include "wrap.h"

#include <string.h>

enum { FLAG_BARE = 1, FLAG_NO_END = 2, PIECE = 16384 };

/* What was read: the head of each member, and its bytes when the member is complete. */
struct outcome {
    struct error err;
    struct packing transcript; /* owned */
    bool good;
};

static void release(struct outcome *outcome)
{
    packing_free(&outcome->transcript);
}

static void expect_name(const struct archive_member *member)
{
    struct span name = span_text(member->name);

    target_expect(name.size > 0 && name.size <= ARCHIVE_NAME_SIZE && !span_has(name, '/'),
                  "a member's name is no path");
    target_expect(member->size <= ARCHIVE_SIZE_LIMIT, "a member's size is within its limit");
}

static bool read_member(struct archive *archive, uint64_t size, size_t capacity,
                        struct outcome *outcome)
{
    size_t before = outcome->transcript.size;
    unsigned char piece[PIECE];
    size_t got = 1;

    while (got > 0) {
        if (!archive_read(archive, piece, capacity, &got, &outcome->err)) {
            outcome->transcript.size = before;
            return false;
        }
        target_expect(got <= capacity, "no more is written than there is room for");
        packing_add(&outcome->transcript, span_of(piece, got));
    }
    target_expect(outcome->transcript.size - before == size, "a member has all its bytes");
    return true;
}

static bool read_archive(struct gzip *gzip, size_t capacity, struct outcome *outcome)
{
    struct archive_member member;
    struct archive archive;
    bool end = false;

    archive_open(&archive, gzip);
    while (!end) {
        if (!archive_next(&archive, &member, &end, &outcome->err))
            return false;
        if (end)
            break;
        expect_name(&member);
        packing_add(&outcome->transcript, span_of(member.name, strlen(member.name) + 1));
        packing_add(&outcome->transcript, span_of(&member.size, sizeof(member.size)));
        if (!read_member(&archive, member.size, capacity, outcome))
            return false;
    }
    return true;
}

static void run(struct span packed, unsigned way, struct outcome *outcome)
{
    CLEANUP(source_memory_close) struct source_memory memory;
    CLEANUP(gzip_close) struct gzip *gzip = NULL;

    *outcome = (struct outcome){.err = ERROR_EMPTY};
    source_memory_open(&memory, packed, 0);
    if (way > 0)
        input_cut(&memory, packed, way);
    target_expect(gzip_open(&gzip, &memory.source, &outcome->err), "there is memory");
    outcome->good =
        read_archive(gzip, way > 0 ? input_capacity(way >> 4, PIECE) : (size_t)PIECE, outcome);
}

static void build(struct span input, unsigned flags, struct packing *plain)
{
    if (flags & FLAG_BARE) {
        packing_add(plain, input);
        return;
    }
    while (input.size > 0) {
        unsigned step = input_byte(&input);

        members_add(plain, step, &input);
    }
    if (!(flags & FLAG_NO_END))
        packing_add_zeros(plain, 2 * (size_t)ARCHIVE_BLOCK);
}

void target_run(struct span input)
{
    CLEANUP(packing_free) struct packing plain = {NULL, 0};
    CLEANUP(packing_free) struct packing packed = {NULL, 0};
    unsigned way = (unsigned)input_number(&input, 2);
    unsigned flags = input_byte(&input);
    CLEANUP(release) struct outcome whole;
    CLEANUP(release) struct outcome cut;

    build(input, flags, &plain);
    wrap_stored(&packed, packing_span(&plain));
    run(packing_span(&packed), 0, &whole);
    run(packing_span(&packed), way + 1, &cut);
    target_expect(whole.good == cut.good, "the same verdict however the archive is cut");
    target_expect_same_reason(&whole.err, &cut.err);
    target_expect(span_same(packing_span(&whole.transcript), packing_span(&cut.transcript)),
                  "the same members however the archive is cut");
    if (!whole.good)
        target_expect_reason(&whole.err);
}
