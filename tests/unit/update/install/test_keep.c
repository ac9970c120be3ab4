/* SPDX-License-Identifier: Apache-2.0 */
/* The same image again: the digest of the bank in use is compared, and the upload is verified. */
#include "camera_life.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/fd.h"
#include "image/name.h"

#include <fcntl.h>
#include <unistd.h>

static const unsigned one_bank[COMPONENT_COUNT] = {1, 0, 0};
static const unsigned two_banks[COMPONENT_COUNT] = {2, 0, 0};
static const unsigned many[COMPONENT_COUNT] = {2, 1, 2};

/* Image 1 in one bank, image 2 confirmed in the other. */
static void begin(struct simulated_camera *simulated, const unsigned banks[COMPONENT_COUNT])
{
    life_begin(simulated, banks);
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        for (unsigned bank = 0; bank < 2; bank++)
            simulated->banks[which][bank].flash.can_beside = true;
    life_install_and_confirm(simulated, 2);
    assert_int_equal(simulated_running(simulated), 2);
}

/* The bank that holds image 2. */
static struct fake_flash *bank_in_use(struct simulated_camera *simulated, enum component which)
{
    struct span bytes = simulated_component(which, 2);

    return fake_flash_holds(&simulated->banks[which][0], bytes) ? &simulated->banks[which][0]
                                                                : &simulated->banks[which][1];
}

static uint64_t written(const struct simulated_camera *simulated)
{
    uint64_t sum = 0;

    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        sum += simulated->banks[which][0].written + simulated->banks[which][1].written;
    return sum;
}

static void forget_counts(struct simulated_camera *simulated)
{
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        for (unsigned bank = 0; bank < 2; bank++)
            simulated->banks[which][bank].written = simulated->banks[which][bank].read = 0;
}

static void writes_nothing_and_reads_the_bank_once(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct fake_flash *bank;

    (void)state;
    begin(&simulated, two_banks);
    bank = bank_in_use(&simulated, COMPONENT_FIRMWARE);
    forget_counts(&simulated);
    life_install(&simulated, 2);
    assert_int_equal(written(&simulated), 0);
    assert_int_equal(bank->read, simulated_component(COMPONENT_FIRMWARE, 2).size);
    life_status(&simulated, STATUS_ISP_STATE, "confirmed");
    life_status(&simulated, STATUS_ISP_PREVIOUS, "V1.00.01");
}

static void mends_a_bank_that_has_gone_bad_anywhere(void **state)
{
    const size_t size = simulated_component(COMPONENT_FIRMWARE, 2).size;

    (void)state;
    for (size_t at = 0; at < size; at += at < 3 || at > size - 3 ? 1 : 97) {
        CLEANUP(simulated_free) struct simulated_camera simulated;

        begin(&simulated, two_banks);
        bank_in_use(&simulated, COMPONENT_FIRMWARE)->bytes[at] ^= 0x10;
        assert_int_equal(simulated_running(&simulated), 0);
        life_install(&simulated, 2);
        life_status(&simulated, STATUS_ISP_STATE, "restarting");
        life_confirm(&simulated);
        assert_int_equal(simulated_running(&simulated), 2);
    }
}

static void mends_the_only_bank(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    begin(&simulated, one_bank);
    simulated.banks[COMPONENT_FIRMWARE][0].bytes[700] ^= 0x10;
    life_install_and_confirm(&simulated, 2);
    assert_int_equal(simulated_running(&simulated), 2);
}

/* The bank reads right, but its bits are corrected, and may be lost soon. */
static void writes_a_bank_with_corrected_bits_anew(void **state)
{
    static const unsigned *const cameras[] = {two_banks, one_bank};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cameras); i++) {
        CLEANUP(simulated_free) struct simulated_camera simulated;
        struct fake_flash *banks = simulated.banks[COMPONENT_FIRMWARE];
        struct fake_flash *bank, *target;

        begin(&simulated, cameras[i]);
        bank = bank_in_use(&simulated, COMPONENT_FIRMWARE);
        target = cameras[i] == one_bank || bank != &banks[0] ? &banks[0] : &banks[1];
        bank->has_corrected = true;
        bank->corrected_block = 1;
        forget_counts(&simulated);
        life_install_and_confirm(&simulated, 2);
        assert_true(target->written > 0);
        assert_int_equal(bank->has_corrected, bank != target);
    }
}

static void mends_the_one_component_that_needs_it(void **state)
{
    (void)state;
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        CLEANUP(simulated_free) struct simulated_camera simulated;

        begin(&simulated, many);
        bank_in_use(&simulated, which)->bytes[5] ^= 0x10;
        forget_counts(&simulated);
        life_install_and_confirm(&simulated, 2);
        assert_int_equal(simulated_running(&simulated), 2);
        assert_true(written(&simulated) > 0 && written(&simulated) <= 4);
    }
}

/* The power goes at any change while a bank is repaired: the image can be sent again. */
static void mending_can_be_cut_anywhere(void **state)
{
    const unsigned *const cameras[] = {two_banks, one_bank};
    bool is_cut = true;

    (void)state;
    for (unsigned cut = 1; is_cut; cut++) {
        is_cut = false;
        for (size_t i = 0; i < COUNT_OF(cameras); i++) {
            CLEANUP(simulated_free) struct simulated_camera simulated;
            struct error err = ERROR_EMPTY;
            char line[LIFE_LINE_SIZE];

            begin(&simulated, cameras[i]);
            bank_in_use(&simulated, COMPONENT_FIRMWARE)->bytes[700] ^= 0x10;
            fake_power_on(&simulated.power);
            simulated.power.cut_at = cut;
            (void)simulated_update(&simulated, 2, &err);
            is_cut = is_cut || simulated.power.is_off;
            assert_int_equal(life_boot_status(&simulated, line), 0);
            if (!simulated_trial(&simulated, &err) || simulated_running(&simulated) != 2)
                life_install_and_confirm(&simulated, 2);
            assert_int_equal(simulated_running(&simulated), 2);
        }
        assert_true(cut < 200);
    }
}

/* An upload of image 2 with these bytes as its firmware. */
static bool upload(struct simulated_camera *simulated, struct span bytes, struct error *err)
{
    const struct image_name name = {simulated->camera.platform, {true, 1, 0, 2}};
    const unsigned char which = COMPONENT_FIRMWARE;
    char text[4096], file_name[IMAGE_NAME_SIZE + 1];
    struct descriptor descriptor;
    bool installed;
    size_t size;
    int ends[2];

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    simulated_describe(simulated, 2, &descriptor);
    image_name_format(&name, file_name);
    assert_true(descriptor_format(&descriptor, text, sizeof(text), &size, err) &&
                frame_send(ends[1], FRAME_NAME, span_text(file_name), err) &&
                frame_send(ends[1], FRAME_DESCRIPTION, span_of(text, size), err) &&
                frame_send(ends[1], FRAME_SIGNATURE, SPAN_EMPTY, err) &&
                frame_send(ends[1], FRAME_COMPONENT, span_of(&which, 1), err) &&
                frame_send(ends[1], FRAME_DATA, bytes, err) &&
                frame_send(ends[1], FRAME_END, SPAN_EMPTY, err));
    installed = simulated_install(simulated, frame_pipe_of(ends[0], 0), err);
    fd_close(&ends[0]);
    fd_close(&ends[1]);
    return installed;
}

static void refuses_other_bytes_and_touches_nothing(void **state)
{
    const struct span right = simulated_component(COMPONENT_FIRMWARE, 2);
    CLEANUP(simulated_free) struct simulated_camera simulated;
    unsigned char wrong[SIMULATED_BANK_SIZE];

    (void)state;
    begin(&simulated, two_banks);
    memcpy(wrong, right.data, right.size);
    forget_counts(&simulated);
    for (size_t at = 0; at < right.size; at += 97) {
        struct error err = ERROR_EMPTY;

        wrong[at] ^= 0x10;
        assert_false(upload(&simulated, span_of(wrong, right.size), &err));
        assert_int_equal(err.kind, ERROR_IMAGE);
        assert_non_null(strstr(err.text, "digest differs"));
        assert_false(upload(&simulated, span_first(right, at), &err));
        wrong[at] ^= 0x10;
    }
    assert_int_equal(written(&simulated), 0);
    life_status(&simulated, STATUS_ISP_PREVIOUS, "V1.00.01");
    life_install(&simulated, 2);
    assert_int_equal(written(&simulated), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_nothing_and_reads_the_bank_once),
        cmocka_unit_test(mends_a_bank_that_has_gone_bad_anywhere),
        cmocka_unit_test(mends_the_only_bank),
        cmocka_unit_test(writes_a_bank_with_corrected_bits_anew),
        cmocka_unit_test(mends_the_one_component_that_needs_it),
        cmocka_unit_test(mending_can_be_cut_anywhere),
        cmocka_unit_test(refuses_other_bytes_and_touches_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
