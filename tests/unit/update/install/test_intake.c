/* SPDX-License-Identifier: Apache-2.0 */
#include "update/install/intake.h"

#include "base/fd.h"
#include "fake_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

enum { LENGTH = 10 };

struct fixture {
    struct fake_power power;
    struct fake_store store;
    struct camera camera;
    struct frame_pipe read;
    int write;
};

static void begin(struct fixture *fixture)
{
    int ends[2];

    *fixture = (struct fixture){.camera = {.store = &fixture->store.store,
                                           .configuration = {.work = "/work", .run = "/none"}}};
    fake_store_make(&fixture->store, &fixture->power);
    fake_store_put_folder(&fixture->store, "/work");
    assert_int_equal(pipe(ends), 0);
    fixture->read = frame_pipe_of(ends[0], LENGTH);
    fixture->write = ends[1];
}

static void end(struct fixture *fixture)
{
    fd_close(&fixture->read.fd);
    fd_close(&fixture->write);
    fake_store_free(&fixture->store);
}

static void send(const struct fixture *fixture, enum frame_kind kind, const void *data, size_t size)
{
    struct error err = ERROR_EMPTY;

    assert_true(frame_send(fixture->write, kind, span_of(data, size), &err));
}

static void send_single(const struct fixture *fixture, const char *first, const char *second)
{
    static const unsigned char firmware = COMPONENT_FIRMWARE;

    send(fixture, FRAME_NAME, "ISP-F-0300-V1.00.00", 19);
    send(fixture, FRAME_COMPONENT, &firmware, 1);
    send(fixture, FRAME_DATA, first, span_text(first).size);
    send(fixture, FRAME_DATA, second, span_text(second).size);
    send(fixture, FRAME_END, NULL, 0);
}

static bool check(struct fixture *fixture, struct checked_image *image, struct error *err)
{
    static const struct image_policy policy = {.platform = {"0300"}, .room = {4096, 4096, 4096}};
    struct intake intake = intake_of(&fixture->camera, &fixture->read, FAMILY_FIRMWARE, LENGTH);

    return intake_check(&intake, &policy, image, err);
}

static void a_single_image_is_kept_in_the_work_folder(void **state)
{
    CLEANUP(end) struct fixture fixture;
    struct error err = ERROR_EMPTY;
    struct checked_image image;

    (void)state;
    begin(&fixture);
    send_single(&fixture, "01234", "56789");
    assert_true(check(&fixture, &image, &err));
    assert_int_equal(image.descriptor.components[COMPONENT_FIRMWARE].size, LENGTH);
    assert_true(
        fake_store_holds(&fixture.store, "/work/single-0.firmware", span_text("0123456789")));
}

/* Only a compromised worker sends more than was uploaded. */
static void no_more_is_kept_than_was_uploaded(void **state)
{
    CLEANUP(end) struct fixture fixture;
    struct error err = ERROR_EMPTY;
    struct checked_image image;

    (void)state;
    begin(&fixture);
    send_single(&fixture, "01234", "56789a");
    assert_false(check(&fixture, &image, &err));
    assert_int_equal(err.kind, ERROR_INTERNAL);
    assert_true(!fake_store_has(&fixture.store, "/work/single-0.firmware") ||
                fake_store_holds(&fixture.store, "/work/single-0.firmware", span_text("01234")) ||
                fake_store_holds(&fixture.store, "/work/single-0.firmware", SPAN_EMPTY));
}

static void an_empty_file_and_one_too_large_are_refused(void **state)
{
    static const unsigned char firmware = COMPONENT_FIRMWARE;
    static const struct {
        uint64_t room;
        const char *data, *text;
    } rows[] = {
        {4096, "", "ISP-F-0300-V1.00.00: the file is empty"},
        {LENGTH - 1, "0123456789", "firmware: has 10 bytes, flash holds 9"},
        {LENGTH, "0123456789", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct image_policy policy = {.platform = {"0300"}, .room = {rows[i].room}};
        CLEANUP(end) struct fixture fixture;
        struct error err = ERROR_EMPTY;
        struct checked_image image;

        begin(&fixture);
        send(&fixture, FRAME_NAME, "ISP-F-0300-V1.00.00", 19);
        send(&fixture, FRAME_COMPONENT, &firmware, 1);
        if (rows[i].data[0] != '\0')
            send(&fixture, FRAME_DATA, rows[i].data, LENGTH);
        send(&fixture, FRAME_END, NULL, 0);

        struct intake intake = intake_of(&fixture.camera, &fixture.read, FAMILY_FIRMWARE, LENGTH);

        assert_int_equal(intake_check(&intake, &policy, &image, &err), rows[i].text == NULL);
        if (rows[i].text != NULL)
            assert_string_equal(err.text, rows[i].text);
    }
}

/* A compromised worker could send the bytes of one component as another. */
static void components_come_in_the_descriptors_order(void **state)
{
    (void)state;
    for (unsigned char sent = 0; sent < COMPONENT_COUNT; sent++) {
        CLEANUP(end) struct fixture fixture;
        struct error err = ERROR_EMPTY;

        begin(&fixture);
        send(&fixture, FRAME_COMPONENT, &sent, 1);

        struct intake intake = intake_of(&fixture.camera, &fixture.read, FAMILY_IMAGE, LENGTH);

        assert_int_equal(intake_next(&intake, COMPONENT_DEVICE_RESOURCE, 4, &err),
                         sent == COMPONENT_DEVICE_RESOURCE);
        if (sent != COMPONENT_DEVICE_RESOURCE)
            assert_string_equal(err.text, "internal error: component out of order");
    }
}

/* Each piece of a component counts towards the size in its descriptor. */
static void a_component_gets_no_more_bytes_than_it_has(void **state)
{
    static const unsigned char hardware = COMPONENT_HARDWARE;
    CLEANUP(end) struct fixture fixture;
    struct error err = ERROR_EMPTY;
    char piece[8];
    size_t got;

    (void)state;
    begin(&fixture);
    send(&fixture, FRAME_COMPONENT, &hardware, 1);
    send(&fixture, FRAME_DATA, "abcd", 4);
    send(&fixture, FRAME_DATA, "ef", 2);

    struct intake intake = intake_of(&fixture.camera, &fixture.read, FAMILY_IMAGE, LENGTH);

    intake.total = LENGTH;
    assert_true(intake_next(&intake, COMPONENT_HARDWARE, 5, &err));
    assert_true(intake_read(&intake, piece, sizeof(piece), &got, &err));
    assert_int_equal(got, 4);
    assert_false(intake_read(&intake, piece, sizeof(piece), &got, &err));
    assert_int_equal(err.kind, ERROR_INTERNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_single_image_is_kept_in_the_work_folder),
        cmocka_unit_test(no_more_is_kept_than_was_uploaded),
        cmocka_unit_test(an_empty_file_and_one_too_large_are_refused),
        cmocka_unit_test(components_come_in_the_descriptors_order),
        cmocka_unit_test(a_component_gets_no_more_bytes_than_it_has),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
