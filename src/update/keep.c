/* SPDX-License-Identifier: Apache-2.0 */
#include "update/keep.h"

#include "base/memory.h"
#include "camera/bank.h"
#include "camera/bank_reader.h"

enum { PIECE = BANK_READER_PIECE };

struct comparison {
    struct intake *intake;
    unsigned char *piece;
    uint64_t same; /* bytes that came and are there */
    size_t got;    /* bytes of the piece behind them, which differ */
    struct digest_context digest;
};

void keep_end(struct keep *keep)
{
    memory_free(&keep->piece);
}

/* Whole pieces, so that they match the bank's; less at the component's end. */
static bool take_piece(struct comparison *comparison, size_t size, struct error *err)
{
    size_t more = 1;

    comparison->got = 0;
    while (comparison->got < size && more > 0) {
        if (!intake_read(comparison->intake, comparison->piece + comparison->got,
                         size - comparison->got, &more, err))
            return false;
        comparison->got += more;
    }
    digest_add(&comparison->digest, span_of(comparison->piece, comparison->got));
    return true;
}

/* As far as the two are the same. `is_same`: to the bank's end. Where the bank cannot be read they
 * are not. */
static bool compare(struct comparison *comparison, struct flash *flash, uint64_t size,
                    bool *is_same, struct error *err)
{
    CLEANUP(bank_reader_close) struct bank_reader reader = BANK_READER_NONE;
    struct error unread = ERROR_EMPTY;
    struct span found;

    if (!bank_reader_open(&reader, flash, size, err))
        return false;
    do {
        *is_same = bank_reader_next(&reader, &found, &unread);
        if (!*is_same)
            return true;
        if (!take_piece(comparison, found.size > 0 ? found.size : PIECE, err))
            return false;
        *is_same = span_same(found, span_of(comparison->piece, comparison->got));
        if (*is_same) {
            comparison->same += comparison->got;
            comparison->got = 0;
        }
    } while (*is_same && found.size > 0);
    return true;
}

static bool holds(struct flash *flash, const struct descriptor_component *wanted)
{
    struct error unread = ERROR_EMPTY;
    struct digest found;

    return bank_digest(flash, wanted->size, &found, &unread) &&
           digest_same(&found, &wanted->sha256);
}

/* What is left, and whether all of it was the component. */
static bool finish(struct comparison *comparison, const struct descriptor_component *wanted,
                   struct error *err)
{
    uint64_t size = comparison->same;
    struct digest digest;

    do {
        size += comparison->got;
        if (!take_piece(comparison, PIECE, err))
            return false;
    } while (comparison->got > 0);
    digest_end(&comparison->digest, &digest);
    return check_component(wanted, size, &digest, err);
}

static bool begin(struct keep *keep, struct comparison *comparison, struct error *err)
{
    void *memory;

    if (!memory_allocate(&memory, PIECE, err))
        return false;
    keep->piece = comparison->piece = memory;
    digest_begin(&comparison->digest);
    return true;
}

bool keep_component(struct keep *keep, struct intake *intake,
                    const struct descriptor_component *wanted, struct flash *flash, bool *is_kept,
                    struct error *err)
{
    struct comparison comparison = {.intake = intake};

    if (!begin(keep, &comparison, err) || !compare(&comparison, flash, wanted->size, is_kept, err))
        return false;
    /* Else one of the two is wrong, and the bank's digest says which. */
    *is_kept = *is_kept || holds(flash, wanted);
    if (*is_kept)
        return finish(&comparison, wanted, err);
    intake->again = (struct intake_again){
        .flash = flash, .size = comparison.same, .held = span_of(keep->piece, comparison.got)};
    return true;
}

bool keep_unread(struct intake *intake, const struct descriptor_component *wanted,
                 struct error *err)
{
    CLEANUP(keep_end) struct keep keep = KEEP_NONE;
    struct comparison comparison = {.intake = intake};

    return begin(&keep, &comparison, err) && finish(&comparison, wanted, err);
}
