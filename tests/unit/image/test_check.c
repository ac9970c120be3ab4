/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "image/check.h"
#include "image/signing.h"

/* An image that a camera accepts, and the camera: each test changes one thing of either. */
struct offer {
    const char *file_name;
    struct descriptor descriptor;
    char text[4096]; /* the description; empty: made from the descriptor */
    char signature[SIGNATURE_TEXT_LIMIT];
    struct signing_key key;
    struct key_set keys;
    struct image_policy policy;
};

static struct image_version version_of(const char *text)
{
    struct image_version version;

    assert_true(image_version_parse(span_text(text), &version));
    return version;
}

static void add_component(struct descriptor *descriptor, enum component which, const char *file,
                          uint64_t size)
{
    struct descriptor_component *component = &descriptor->components[which];

    descriptor->order[descriptor->count++] = which;
    component->present = true;
    component->size = size;
    component->version = version_of("V1.02.00");
    (void)snprintf(component->file, sizeof(component->file), "%s", file);
}

static void make_offer(struct offer *offer)
{
    struct error err = ERROR_EMPTY;

    *offer = (struct offer){.file_name = "ISP-U-0300-V1.02.00.bin", .keys = {.count = 1}};
    offer->descriptor.platform = (struct image_platform){"0300"};
    offer->descriptor.version = version_of("V1.02.00");
    add_component(&offer->descriptor, COMPONENT_FIRMWARE, "ISP-F-0300-V1.02.00.bin", 1000);
    add_component(&offer->descriptor, COMPONENT_DEVICE_RESOURCE, "C0300-V1.02.00.bin", 200);
    assert_true(signing_key_make(&offer->key, &err));
    offer->keys.keys[0] = offer->key.public_key;
    offer->policy = (struct image_policy){
        .platform = {"0300"},
        .signature_required = true,
        .keys = &offer->keys,
        .room = {[COMPONENT_FIRMWARE] = 1000, [COMPONENT_DEVICE_RESOURCE] = 65536},
    };
}

static void describe(struct offer *offer)
{
    struct error err = ERROR_EMPTY;
    size_t size;

    assert_true(
        descriptor_format(&offer->descriptor, offer->text, sizeof(offer->text), &size, &err));
}

static void sign(struct offer *offer)
{
    struct signature_set set = {.count = 1};

    signing_sign(span_text(offer->text), &offer->key, &set.signatures[0]);
    signature_format(&set, offer->signature, sizeof(offer->signature));
}

static bool check(const struct offer *offer, struct checked_image *image, struct error *err)
{
    struct image_name name;

    return check_name(span_text(offer->file_name), &offer->policy, &name, err) &&
           check_description(&name, span_text(offer->text), span_text(offer->signature),
                             &offer->policy, image, err);
}

static void takes_a_good_image_and_keeps_what_it_is_known_by(void **state)
{
    struct error err = ERROR_EMPTY;
    struct checked_image image;
    struct digest digest;
    struct offer offer;

    (void)state;
    make_offer(&offer);
    describe(&offer);
    sign(&offer);
    assert_true(check(&offer, &image, &err));
    assert_true(image.has_description);
    digest_of(span_text(offer.text), &digest);
    assert_true(digest_same(&image.description, &digest));
    assert_string_equal(image.name.platform.text, "0300");
    assert_int_equal(image.descriptor.count, 2);
    assert_int_equal(image.descriptor.components[COMPONENT_FIRMWARE].size, 1000);
}

static void other_file_name(struct offer *offer)
{
    offer->file_name = "firmware.bin";
}

static void other_platform_in_the_name(struct offer *offer)
{
    offer->file_name = "ISP-U-0400-V1.02.00.bin";
}

static void other_platform_in_the_descriptor(struct offer *offer)
{
    offer->descriptor.platform = (struct image_platform){"0400"};
}

static void other_version_in_the_name(struct offer *offer)
{
    offer->file_name = "ISP-U-0300-V1.02.01.bin";
}

static void broken_descriptor(struct offer *offer)
{
    (void)snprintf(offer->text, sizeof(offer->text), "[image]\nformat = 2\n");
}

static void no_signature(struct offer *offer)
{
    strcpy(offer->signature, "none");
}

static void broken_signature(struct offer *offer)
{
    strcpy(offer->signature, "key = \n");
}

static void broken_signature_although_none_is_required(struct offer *offer)
{
    broken_signature(offer);
    offer->policy.signature_required = false;
}

static void withdrawn_key(struct offer *offer)
{
    offer->keys.count = 0;
}

static void no_keys_at_all(struct offer *offer)
{
    offer->policy.keys = NULL;
}

static void one_byte_changed_after_signing(struct offer *offer)
{
    describe(offer);
    sign(offer);
    offer->descriptor.components[COMPONENT_FIRMWARE].sha256.bytes[31] ^= 1;
    describe(offer);
}

static void older_than_what_runs(struct offer *offer)
{
    offer->policy.downgrade_refused = true;
    offer->policy.running[COMPONENT_FIRMWARE] = version_of("V1.02.00");
    offer->policy.running[COMPONENT_DEVICE_RESOURCE] = version_of("V1.10.00");
}

static void component_without_flash(struct offer *offer)
{
    add_component(&offer->descriptor, COMPONENT_HARDWARE, "ISP-H-0300-V1.02.00.bin", 1);
}

static void a_byte_more_than_the_flash_holds(struct offer *offer)
{
    offer->descriptor.components[COMPONENT_FIRMWARE].size = 1001;
}

static const struct {
    void (*change)(struct offer *offer);
    enum error_kind kind;
    const char *text; /* if it ends in *, only the part before it is compared */
} refusals[] = {
    {other_file_name, ERROR_IMAGE, "file name: *"},
    {other_platform_in_the_name, ERROR_IMAGE, "ISP platform: image is for 0400, camera is 0300"},
    {other_platform_in_the_descriptor, ERROR_IMAGE,
     "ISP platform: ISP-Image.desc says 0400, file name says 0300"},
    {other_version_in_the_name, ERROR_IMAGE,
     "version: ISP-Image.desc says V1.02.00, file name says V1.02.01"},
    {broken_descriptor, ERROR_IMAGE, "ISP-Image.desc: *"},
    {no_signature, ERROR_IMAGE,
     "signature: missing (the image has no ISP-Image.desc.sig; accepted: *"},
    {broken_signature, ERROR_IMAGE,
     "signature: malformed ISP-Image.desc.sig: line 1: must be key = and 16 hex digits "
     "(accepted: *"},
    {broken_signature_although_none_is_required, ERROR_IMAGE,
     "signature: malformed ISP-Image.desc.sig: line 1: must be key = and 16 hex digits"},
    {withdrawn_key, ERROR_IMAGE, "signature: no known key (signed with *"},
    {no_keys_at_all, ERROR_IMAGE, "signature: no known key (signed with *"},
    {one_byte_changed_after_signing, ERROR_IMAGE,
     "signature: not good for this ISP-Image.desc (signed with *"},
    {older_than_what_runs, ERROR_IMAGE,
     "downgrade refused: device-resource is V1.02.00, camera has V1.10.00"},
    {component_without_flash, ERROR_IMAGE, "hardware: camera has no flash for it"},
    {a_byte_more_than_the_flash_holds, ERROR_ROOM, "firmware: has 1001 bytes, flash holds 1000"},
};

static void assert_says(const char *text, const char *pattern)
{
    size_t size = strlen(pattern);

    if (size == 0 || pattern[size - 1] != '*')
        assert_string_equal(text, pattern);
    else
        assert_true(span_same(span_first(span_text(text), size - 1), span_of(pattern, size - 1)));
}

static void each_cause_has_its_own_text_and_makes_no_checked_image(void **state)
{
    static const struct checked_image untouched;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        struct checked_image image = untouched;
        struct error err = ERROR_EMPTY;
        struct offer offer;

        make_offer(&offer);
        refusals[i].change(&offer);
        if (offer.text[0] == '\0')
            describe(&offer);
        if (offer.signature[0] == '\0')
            sign(&offer);
        else if (strcmp(offer.signature, "none") == 0)
            offer.signature[0] = '\0';
        assert_false(check(&offer, &image, &err));
        assert_int_equal(err.kind, refusals[i].kind);
        assert_says(err.text, refusals[i].text);
        assert_memory_equal(&image, &untouched, sizeof(image));
    }
}

static void the_descriptor_must_fit_the_camera_even_if_the_name_does(void **state)
{
    struct image_name name = {.platform = {"0400"}, .version = version_of("V1.02.00")};
    struct error err = ERROR_EMPTY;
    struct checked_image image;
    struct offer offer;

    (void)state;
    make_offer(&offer);
    other_platform_in_the_descriptor(&offer);
    describe(&offer);
    assert_false(
        check_description(&name, span_text(offer.text), SPAN_EMPTY, &offer.policy, &image, &err));
    assert_string_equal(err.text, "ISP platform: image is for 0400, camera is 0300");
}

static void an_unsigned_image_passes_if_no_signature_is_required(void **state)
{
    struct error err = ERROR_EMPTY;
    struct checked_image image;
    struct offer offer;

    (void)state;
    make_offer(&offer);
    describe(&offer);
    offer.policy.signature_required = false;
    offer.policy.keys = NULL;
    assert_true(check(&offer, &image, &err));
}

static void a_single_image_is_known_by_its_name_alone(void **state)
{
    struct error err = ERROR_EMPTY;
    struct checked_image image;
    struct offer offer;

    (void)state;
    make_offer(&offer);
    offer.policy.signature_required = false;
    assert_true(check_single(span_text("C:\\fw\\ISP-F-0300-V1.00.07"), COMPONENT_FIRMWARE,
                             &offer.policy, &image, &err));
    assert_false(image.has_description);
    assert_int_equal(image.descriptor.count, 1);
    assert_int_equal(image.descriptor.order[0], COMPONENT_FIRMWARE);
    assert_true(image.descriptor.components[COMPONENT_FIRMWARE].present);
    assert_int_equal(image.descriptor.components[COMPONENT_FIRMWARE].version.patch, 7);
    assert_string_equal(image.descriptor.components[COMPONENT_FIRMWARE].file,
                        "ISP-F-0300-V1.00.07");
}

static void a_single_image_goes_through_the_same_checks(void **state)
{
    static const struct {
        const char *name;
        enum component which;
        bool signature_required;
        const char *text;
    } bad[] = {
        {"ISP-F-0400-V1.00.00", COMPONENT_FIRMWARE, false,
         "ISP platform: image is for 0400, camera is 0300"},
        {"C0300-V1.00.00", COMPONENT_FIRMWARE, false, "file name: *"},
        {"ISP-F-0300-V1.00.00", COMPONENT_FIRMWARE, true,
         "signature: missing (a single image cannot carry one)"},
        {"ISP-F-0300-V1.00.00", COMPONENT_FIRMWARE, false,
         "downgrade refused: firmware is V1.00.00, camera has V1.02.00"},
        {"ISP-H-0300-V9.00.00", COMPONENT_HARDWARE, false, "hardware: camera has no flash for it"},
    };
    struct offer offer;

    (void)state;
    make_offer(&offer);
    older_than_what_runs(&offer);
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct error err = ERROR_EMPTY;
        struct checked_image image;

        offer.policy.signature_required = bad[i].signature_required;
        assert_false(
            check_single(span_text(bad[i].name), bad[i].which, &offer.policy, &image, &err));
        assert_says(err.text, bad[i].text);
    }
}

static void a_component_must_be_what_the_descriptor_says(void **state)
{
    struct descriptor_component component = {.present = true, .file = "a.bin", .size = 3};
    struct error err = ERROR_EMPTY;
    struct digest digest;

    (void)state;
    digest_of(span_text("abc"), &component.sha256);
    assert_true(check_component(&component, 3, &component.sha256, &err));
    assert_false(check_component(&component, 2, &component.sha256, &err));
    assert_string_equal(err.text, "a.bin: has 2 bytes, ISP-Image.desc says 3");
    digest_of(span_text("abd"), &digest);
    assert_false(check_component(&component, 3, &digest, &err));
    assert_string_equal(err.text, "a.bin: digest differs from ISP-Image.desc");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_a_good_image_and_keeps_what_it_is_known_by),
        cmocka_unit_test(each_cause_has_its_own_text_and_makes_no_checked_image),
        cmocka_unit_test(the_descriptor_must_fit_the_camera_even_if_the_name_does),
        cmocka_unit_test(an_unsigned_image_passes_if_no_signature_is_required),
        cmocka_unit_test(a_single_image_is_known_by_its_name_alone),
        cmocka_unit_test(a_single_image_goes_through_the_same_checks),
        cmocka_unit_test(a_component_must_be_what_the_descriptor_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
