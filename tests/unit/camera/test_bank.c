/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "camera/bank.h"
#include "fake_flash.h"

#include <string.h>

enum { BLOCK = 4096, BLOCKS = 600, SIZE = BLOCK * BLOCKS };

struct setting {
    struct fake_power power;
    struct fake_flash fake;
    struct bank_writer writer;
    unsigned char image[SIZE];
    uint64_t size;
    struct digest digest;
    struct error err;
};

static struct setting at;

static int set_up(void **state)
{
    (void)state;
    memset(&at, 0, sizeof(at));
    fake_flash_make(&at.fake, "fake:a", SIZE, BLOCK, &at.power);
    at.fake.for_writing = true;
    at.fake.opened = 1;
    for (size_t i = 0; i < SIZE; i++)
        at.image[i] = (unsigned char)(i * 7 + i / 251);
    return 0;
}

/* A medium that the writer waits for while the next bytes arrive. */
static int set_up_beside(void **state)
{
    (void)set_up(state);
    at.fake.flash.can_beside = true;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    bank_discard(&at.writer);
    fake_flash_free(&at.fake);
    return 0;
}

/* Installs the first `size` bytes of the image, `piece` bytes at a time. */
static bool install_over(struct bank_known known, size_t size, size_t piece)
{
    struct span rest = span_of(at.image, size);
    unsigned char *data;
    size_t capacity;

    bank_discard(&at.writer);
    if (!bank_begin(&at.writer, &at.fake.flash, known, &at.err))
        return false;
    while (rest.size > 0) {
        if (!bank_lend(&at.writer, &data, &capacity, &at.err))
            return false;
        assert_true(capacity > 0);
        capacity = span_first(span_first(rest, piece), capacity).size;
        memcpy(data, rest.data, capacity);
        rest = span_from(rest, capacity);
        if (!bank_filled(&at.writer, capacity, &at.err))
            return false;
    }
    return bank_end(&at.writer, &at.size, &at.digest, &at.err);
}

static bool install(size_t size, size_t piece, bool is_known)
{
    return install_over((struct bank_known){.size = is_known ? SIZE : 0}, size, piece);
}

static bool flash_holds(size_t size)
{
    return fake_flash_holds(&at.fake, span_of(at.image, size));
}

static void has_what_it_was_given_however_it_comes(void **state)
{
    static const size_t sizes[] = {1,
                                   BLOCK - 1,
                                   BLOCK,
                                   BLOCK + 1,
                                   BANK_PIECE - 1,
                                   BANK_PIECE,
                                   BANK_PIECE + 1,
                                   BANK_PIECE_ERASED + 1,
                                   SIZE};
    static const size_t pieces[] = {777, BLOCK, SIZE};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        for (size_t j = 0; j < COUNT_OF(pieces); j++) {
            struct digest expected;

            assert_true(install(sizes[i], pieces[j], true));
            assert_true(flash_holds(sizes[i]));
            digest_of(span_of(at.image, sizes[i]), &expected);
            assert_true(digest_same(&at.digest, &expected));
            assert_int_equal(at.size, sizes[i]);
            assert_int_equal(at.fake.finished, sizes[i]);
            assert_int_equal(at.writer.total, (sizes[i] + BLOCK - 1) / BLOCK);
        }
    }
}

/* If the line is slow, slow flash must not wait for much of it. */
static void writes_slow_flash_in_smaller_pieces(void **state)
{
    unsigned char *data;
    size_t capacity;

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        at.fake.flash.can_overwrite = i == 1;
        bank_discard(&at.writer);
        assert_true(bank_begin(&at.writer, &at.fake.flash, BANK_UNKNOWN, &at.err));
        assert_true(bank_lend(&at.writer, &data, &capacity, &at.err));
        assert_int_equal(capacity, i == 0 ? BANK_PIECE_ERASED : BANK_PIECE);
        memset(data, 0, capacity);
        at.fake.written = 0;
        assert_true(bank_filled(&at.writer, BANK_PIECE_ERASED, &at.err));
        assert_int_equal(at.fake.written, i == 0 ? BANK_PIECE_ERASED / BLOCK : 0);
    }
}

static void fills_the_last_block(void **state)
{
    (void)state;
    memset(at.fake.bytes, 0, SIZE);
    assert_true(install(BLOCK + 1, SIZE, true));
    assert_int_equal(at.fake.bytes[BLOCK + 1], 0xff);
    assert_int_equal(at.fake.bytes[2 * BLOCK - 1], 0xff);
    assert_int_equal(at.fake.bytes[2 * BLOCK], 0);
}

static void writes_only_what_differs_and_reads_it_once(void **state)
{
    (void)state;
    assert_true(install(SIZE, SIZE, true));
    at.fake.erased = at.fake.written = at.fake.read = 0;
    assert_true(install(SIZE, SIZE, true));
    assert_int_equal(at.fake.erased, 0);
    assert_int_equal(at.fake.written, 0);
    assert_int_equal(at.fake.read, SIZE);
    assert_int_equal(at.writer.written, 0);
    at.image[5 * BLOCK]++;
    at.image[6 * BLOCK]++;
    at.image[400 * BLOCK]++;
    at.fake.erased = at.fake.written = at.fake.read = 0;
    assert_true(install(SIZE, SIZE, true));
    assert_int_equal(at.fake.erased, 3);
    assert_int_equal(at.fake.written, 3);
    assert_int_equal(at.fake.read, SIZE + 3 * BLOCK);
    assert_int_equal(at.writer.written, 3);
    assert_int_equal(at.writer.total, BLOCKS);
    assert_true(flash_holds(SIZE));
}

/* Sets every byte of these blocks. */
static void change(size_t first, size_t count)
{
    for (size_t i = first * BLOCK; i < (first + count) * BLOCK; i++)
        at.image[i] ^= 0x55;
}

static void reads_little_of_an_all_new_image_if_writing_is_cheap(void **state)
{
    const size_t pieces = (SIZE + BANK_PIECE - 1) / BANK_PIECE;

    (void)state;
    at.fake.flash.can_overwrite = true;
    assert_true(install(SIZE, SIZE, true));
    change(0, BLOCKS);
    at.fake.written = at.fake.read = 0;
    assert_true(install(SIZE, SIZE, true));
    assert_true(flash_holds(SIZE));
    assert_int_equal(at.fake.written, BLOCKS);
    assert_int_equal(at.fake.read, SIZE + BANK_PIECE + (pieces - 1) * BLOCK);
}

static void writes_only_what_differs_wherever_a_change_begins_and_ends(void **state)
{
    enum { PIECE_BLOCKS = BANK_PIECE / BLOCK };

    (void)state;
    at.fake.flash.can_overwrite = true;
    assert_true(install(SIZE, SIZE, true));
    for (size_t first = PIECE_BLOCKS - 1; first <= PIECE_BLOCKS + 1; first++) {
        for (size_t count = PIECE_BLOCKS - 2; count <= 2 * PIECE_BLOCKS + 2; count++) {
            change(first, count);
            at.fake.written = 0;
            assert_true(install(SIZE, SIZE, true));
            assert_true(flash_holds(SIZE));
            assert_int_equal(at.fake.written, count);
        }
    }
}

static void skips_nothing_in_an_unknown_bank(void **state)
{
    (void)state;
    assert_true(install(SIZE, SIZE, true));
    at.fake.weak[7] = true;
    at.fake.erased = at.fake.written = at.fake.read = 0;
    assert_true(install(SIZE, SIZE, false));
    assert_int_equal(at.fake.erased, BLOCKS);
    assert_int_equal(at.fake.written, BLOCKS);
    assert_int_equal(at.fake.read, SIZE);
    assert_true(flash_holds(SIZE));
}

/* An earlier and longer image may have been cut in these blocks. */
static void skips_nothing_after_the_known_component(void **state)
{
    (void)state;
    assert_true(install(SIZE, SIZE, true));
    at.fake.weak[200] = true;
    at.fake.erased = at.fake.written = 0;
    assert_true(install_over((struct bank_known){.size = 199 * BLOCK + 1}, SIZE, SIZE));
    assert_int_equal(at.fake.erased, BLOCKS - 200);
    assert_int_equal(at.fake.written, BLOCKS - 200);
    assert_true(flash_holds(SIZE));
}

static void writes_a_block_that_did_not_hold_once_more(void **state)
{
    (void)state;
    at.fake.worn_block = 9;
    at.fake.bits_wrong = 1;
    assert_true(install(SIZE, SIZE, true));
    assert_true(flash_holds(SIZE));
    assert_int_equal(at.fake.written, BLOCKS + 1);
    at.fake.bits_wrong = 0;
    at.fake.erasures_fail = 1;
    assert_true(install(SIZE, SIZE, false));
    assert_true(flash_holds(SIZE));
}

static void refuses_a_block_that_does_not_hold_with_its_address(void **state)
{
    (void)state;
    at.fake.worn_block = 300;
    at.fake.bits_wrong = FAKE_FLASH_FOREVER;
    assert_false(install(SIZE, SIZE, true));
    assert_int_equal(at.err.kind, ERROR_FLASH);
    assert_string_equal(at.err.text, "fake:a: does not hold what was written at 0x12c000");
    at.fake.bits_wrong = 0;
    at.fake.erasures_fail = FAKE_FLASH_FOREVER;
    assert_false(install(SIZE, SIZE, true));
    assert_int_equal(at.err.kind, ERROR_FLASH);
    assert_string_equal(at.err.text, "fake:a: erasing at 0x12c000");
}

/* Blocks after the failed erasure seem to hold the right bytes, and may still be weak. */
static void trusts_no_block_of_an_unknown_bank_after_a_failure(void **state)
{
    (void)state;
    assert_true(install(SIZE, SIZE, true));
    at.fake.weak[7] = true;
    at.fake.worn_block = 6;
    at.fake.erasures_fail = 1;
    assert_true(install(SIZE, SIZE, false));
    assert_true(flash_holds(SIZE));
}

static void refuses_more_than_there_is_room_for(void **state)
{
    (void)state;
    at.fake.flash.room = 2 * BLOCK;
    assert_true(install(2 * BLOCK, SIZE, true));
    assert_false(install(2 * BLOCK + 1, SIZE, true));
    assert_int_equal(at.err.kind, ERROR_FLASH);
    assert_string_equal(at.err.text, "fake:a: has room for 8192 bytes only");
}

static void refuses_a_device_without_blocks(void **state)
{
    (void)state;
    fake_flash_take_only_whole(&at.fake, true);
    assert_false(bank_begin(&at.writer, &at.fake.flash, BANK_UNKNOWN, &at.err));
    assert_int_equal(at.err.kind, ERROR_FLASH);
}

static void can_be_done_again_after_a_cut_anywhere(void **state)
{
    const size_t size = 5 * BLOCK + 100;

    (void)state;
    for (uint64_t cut = 1;; cut++) {
        memset(at.fake.bytes, 0x5a, SIZE);
        fake_power_on(&at.power);
        at.power.cut_at = cut;
        if (install(size, SIZE, true))
            break;
        assert_true(at.power.is_off);
        fake_power_on(&at.power);
        assert_true(install(size, SIZE, false));
        assert_true(flash_holds(size));
        assert_true(cut < 100);
    }
    assert_true(at.power.changes > 10);
}

static void erases_no_block_whose_bits_are_only_cleared_if_that_is_allowed(void **state)
{
    (void)state;
    fake_flash_allow_clear(&at.fake);
    assert_true(install(SIZE, SIZE, true));
    at.image[7 * BLOCK] = (unsigned char)~at.fake.bytes[7 * BLOCK];
    at.fake.bytes[8 * BLOCK] = 0xff;
    at.fake.bytes[9 * BLOCK] = 0xff;
    at.fake.erased = at.fake.written = 0;
    assert_true(install(SIZE, SIZE, true));
    assert_true(flash_holds(SIZE));
    assert_int_equal(at.fake.erased, 1);
    assert_int_equal(at.fake.written, 3);
}

/* Image 2 only clears bits of image 1. A block that was cut is weak, and its bank unknown. */
static void what_was_cut_while_bits_were_cleared_is_erased(void **state)
{
    const size_t size = 5 * BLOCK + 100;

    (void)state;
    fake_flash_allow_clear(&at.fake);
    for (uint64_t cut = 1;; cut++) {
        fake_power_on(&at.power);
        memset(at.image, 0x77, size);
        assert_true(install(size, SIZE, false));
        memset(at.image, 0x73, size);
        fake_power_on(&at.power);
        at.power.cut_at = cut;
        at.fake.erased = 0;
        if (install(size, SIZE, true))
            break;
        assert_int_equal(at.fake.erased, 0);
        fake_power_on(&at.power);
        assert_true(install(size, SIZE, false));
        assert_int_equal(at.fake.erased, 6);
        assert_true(flash_holds(size));
    }
    assert_true(at.power.changes > 6);
}

static void digests_what_the_medium_holds(void **state)
{
    struct digest found;

    (void)state;
    assert_true(install(SIZE - 5, SIZE, true));
    assert_true(bank_digest(&at.fake.flash, SIZE - 5, &found, &at.err));
    assert_true(digest_same(&found, &at.digest));
    at.fake.bytes[SIZE - 6] ^= 1;
    assert_true(bank_digest(&at.fake.flash, SIZE - 5, &found, &at.err));
    assert_false(digest_same(&found, &at.digest));
    assert_false(bank_digest(&at.fake.flash, SIZE + 1, &found, &at.err));
}

#define BOTH_WAYS(test)                                                                            \
    cmocka_unit_test_setup_teardown(test, set_up, tear_down),                                      \
        cmocka_unit_test_setup_teardown(test, set_up_beside, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH_WAYS(has_what_it_was_given_however_it_comes),
        cmocka_unit_test_setup_teardown(writes_slow_flash_in_smaller_pieces, set_up, tear_down),
        BOTH_WAYS(fills_the_last_block),
        BOTH_WAYS(writes_only_what_differs_and_reads_it_once),
        BOTH_WAYS(reads_little_of_an_all_new_image_if_writing_is_cheap),
        BOTH_WAYS(writes_only_what_differs_wherever_a_change_begins_and_ends),
        BOTH_WAYS(skips_nothing_in_an_unknown_bank),
        BOTH_WAYS(skips_nothing_after_the_known_component),
        BOTH_WAYS(writes_a_block_that_did_not_hold_once_more),
        BOTH_WAYS(refuses_a_block_that_does_not_hold_with_its_address),
        BOTH_WAYS(trusts_no_block_of_an_unknown_bank_after_a_failure),
        BOTH_WAYS(refuses_more_than_there_is_room_for),
        BOTH_WAYS(refuses_a_device_without_blocks),
        BOTH_WAYS(can_be_done_again_after_a_cut_anywhere),
        BOTH_WAYS(erases_no_block_whose_bits_are_only_cleared_if_that_is_allowed),
        BOTH_WAYS(what_was_cut_while_bits_were_cleared_is_erased),
        BOTH_WAYS(digests_what_the_medium_holds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
