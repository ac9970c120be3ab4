/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "image/verify.h"

#include "packing.h"
#include "source_memory.h"

#define NAME "ISP-U-0300-V1.00.00.bin"
#define CONTENT "firmware bytes"

/* An image of one component that holds `content` and is described as holding `described`. */
static void make(struct packing *image, const char *content, const char *described)
{
    CLEANUP(packing_free) struct packing text = {NULL, 0};
    CLEANUP(packing_free) struct packing plain = {NULL, 0};

    packing_add_text(&text, "[image]\nformat = 1\nplatform = 0300\nversion = V1.00.00\n");
    packing_add_section(&text, "firmware", "fw.bin", span_text(described));
    packing_add_member(&plain, DESCRIPTOR_FILE, packing_span(&text));
    packing_add_member(&plain, "fw.bin", span_text(content));
    packing_add_zeros(&plain, 2 * ARCHIVE_BLOCK);
    packing_add_gzip(image, packing_span(&plain), 9);
}

static const struct image_policy policy = {
    .platform = {"0300"},
    .room = {[COMPONENT_FIRMWARE] = 1000},
};

static bool verify(struct span packed, size_t piece, const char *name,
                   const struct image_policy *asked, struct error *err)
{
    CLEANUP(source_memory_close) struct source_memory memory;
    struct checked_image image;

    source_memory_open(&memory, packed, piece);
    return verify_image(&memory.source, span_text(name), asked, &image, err);
}

static void takes_a_good_image_however_it_is_cut(void **state)
{
    CLEANUP(packing_free) struct packing image = {NULL, 0};
    struct error err = ERROR_EMPTY;

    (void)state;
    make(&image, CONTENT, CONTENT);
    for (size_t piece = 1; piece <= image.size; piece++)
        assert_true(verify(packing_span(&image), piece, NAME, &policy, &err));
}

static void refuses_a_component_that_differs_from_its_description(void **state)
{
    CLEANUP(packing_free) struct packing image = {NULL, 0};
    struct error err = ERROR_EMPTY;

    (void)state;
    make(&image, "firmware Bytes", CONTENT);
    assert_false(verify(packing_span(&image), 0, NAME, &policy, &err));
    assert_string_equal(err.text, "fw.bin: digest differs from ISP-Image.desc");
}

static void refuses_it_cut_at_every_byte(void **state)
{
    CLEANUP(packing_free) struct packing image = {NULL, 0};

    (void)state;
    make(&image, CONTENT, CONTENT);
    for (size_t size = 0; size < image.size; size++) {
        struct error err = ERROR_EMPTY;

        assert_false(verify(span_first(packing_span(&image), size), 0, NAME, &policy, &err));
        assert_int_equal(err.kind, ERROR_IMAGE);
    }
}

static void judges_the_name_before_it_reads_a_byte(void **state)
{
    CLEANUP(source_memory_close) struct source_memory memory;
    struct error err = ERROR_EMPTY;
    struct checked_image image;

    (void)state;
    source_memory_open(&memory, span_text("no image"), 0);
    assert_false(
        verify_image(&memory.source, span_text("ISP-U-0400-V1.00.00.bin"), &policy, &image, &err));
    assert_string_equal(err.text, "ISP platform: image is for 0400, camera is 0300");
    assert_int_equal(memory.lent, 0);
}

static void judges_the_description_before_the_components(void **state)
{
    CLEANUP(packing_free) struct packing image = {NULL, 0};
    struct image_policy required = policy, small = policy;
    struct error err = ERROR_EMPTY;

    (void)state;
    /* Its component is wrong too, but the error must name the signature. */
    make(&image, "other", CONTENT);
    required.signature_required = true;
    assert_false(verify(packing_span(&image), 0, NAME, &required, &err));
    assert_string_equal(err.text,
                        "signature: missing (the image has no ISP-Image.desc.sig; accepted: none)");
    small.room[COMPONENT_FIRMWARE] = 13;
    assert_false(verify(packing_span(&image), 0, NAME, &small, &err));
    assert_string_equal(err.text, "firmware: has 14 bytes, flash holds 13");
}

static void passes_on_what_its_source_says(void **state)
{
    CLEANUP(source_memory_close) struct source_memory memory;
    CLEANUP(packing_free) struct packing image = {NULL, 0};
    struct error err = ERROR_EMPTY;
    struct checked_image checked;

    (void)state;
    make(&image, CONTENT, CONTENT);
    source_memory_open(&memory, packing_span(&image), 10);
    memory.fails_after = 30;
    assert_false(verify_image(&memory.source, span_text(NAME), &policy, &checked, &err));
    assert_string_equal(err.text, SOURCE_MEMORY_FAILURE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_a_good_image_however_it_is_cut),
        cmocka_unit_test(refuses_a_component_that_differs_from_its_description),
        cmocka_unit_test(refuses_it_cut_at_every_byte),
        cmocka_unit_test(judges_the_name_before_it_reads_a_byte),
        cmocka_unit_test(judges_the_description_before_the_components),
        cmocka_unit_test(passes_on_what_its_source_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
