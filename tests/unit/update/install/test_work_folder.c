/* SPDX-License-Identifier: Apache-2.0 */
/* Which files of the work folder are kept, and when it has room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/fd.h"
#include "fake_store.h"
#include "update/install/work_folder.h"

struct fixture {
    struct fake_power power;
    struct fake_store store;
    struct camera camera;
    struct journal_record record; /* of update 7, which needs its staged files */
};

static void begin(struct fixture *fixture)
{
    memset(fixture, 0, sizeof(*fixture));
    fake_store_make(&fixture->store, &fixture->power);
    fake_store_put_folder(&fixture->store, "/work");
    fixture->camera = CAMERA_NONE;
    fixture->camera.store = &fixture->store.store;
    fixture->camera.log.fd = FD_NONE;
    memcpy(fixture->camera.configuration.work, "/work", sizeof("/work"));
    fixture->record.state = JOURNAL_WRITING;
    fixture->record.update = 7;
}

static void end(struct fixture *fixture)
{
    fake_store_free(&fixture->store);
}

static bool stays(struct fixture *fixture, const char *name)
{
    char path[FILE_PATH_SIZE];
    struct error err = ERROR_EMPTY;

    assert_true(file_path("/work", name, path, &err));
    fake_store_put(&fixture->store, path, span_text("bytes"));
    work_folder_clean(&fixture->camera, &fixture->record);
    return fake_store_has(&fixture->store, path);
}

static void staged_files_stay_only_while_their_update_is_written(void **state)
{
    CLEANUP(end) struct fixture fixture;

    (void)state;
    begin(&fixture);
    assert_true(stays(&fixture, "staged-7.firmware"));
    assert_false(stays(&fixture, "staged-6.firmware"));
    assert_false(stays(&fixture, "staged-7.unknown"));
    assert_false(stays(&fixture, "staged-7"));
    assert_false(stays(&fixture, "staged-07x.firmware"));
    assert_false(stays(&fixture, "single-0.firmware"));
    fixture.record.state = JOURNAL_IDLE;
    assert_false(stays(&fixture, "staged-7.firmware"));
}

static void copies_stay_while_the_record_names_them(void **state)
{
    CLEANUP(end) struct fixture fixture;
    struct journal_component *firmware = &fixture.record.components[COMPONENT_FIRMWARE];
    struct journal_content *const contents[] = {&firmware->running, &firmware->previous,
                                                &firmware->target};

    (void)state;
    begin(&fixture);
    for (size_t i = 0; i < COUNT_OF(contents); i++) {
        contents[i]->copy = 5;
        assert_false(stays(&fixture, "old-5.firmware"));
        contents[i]->known = true;
        assert_true(stays(&fixture, "old-5.firmware"));
        assert_false(stays(&fixture, "old-4.firmware"));
        assert_false(stays(&fixture, "old-5.hardware"));
        contents[i]->known = false;
    }
}

static void files_of_others_stay(void **state)
{
    static const char *const names[] = {"journal.0", "journal.1", "older-5.firmware", "oldest",
                                        "notes-5.firmware"};
    CLEANUP(end) struct fixture fixture;

    (void)state;
    begin(&fixture);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        assert_true(stays(&fixture, names[i]));
}

static void room_is_enough_to_the_byte(void **state)
{
    CLEANUP(end) struct fixture fixture;
    struct error err = ERROR_EMPTY;

    (void)state;
    begin(&fixture);
    fixture.store.room = 1000;
    assert_true(work_folder_has_room(&fixture.camera, 1000, &err));
    assert_false(work_folder_has_room(&fixture.camera, 1001, &err));
    assert_int_equal(err.kind, ERROR_ROOM);
    assert_string_equal(err.text, "work folder: needs 1001 bytes, has 1000");
}

static void an_update_whose_bytes_stay_is_staged_under_the_name_of_the_copy(void **state)
{
    CLEANUP(end) struct fixture fixture;
    char path[FILE_PATH_SIZE];
    struct error err = ERROR_EMPTY;

    (void)state;
    begin(&fixture);
    assert_true(
        work_folder_staged_path(&fixture.camera, &fixture.record, COMPONENT_FIRMWARE, path, &err));
    assert_string_equal(path, "/work/staged-7.firmware");
    fixture.record.components[COMPONENT_FIRMWARE].target.copy = 7;
    assert_true(
        work_folder_staged_path(&fixture.camera, &fixture.record, COMPONENT_FIRMWARE, path, &err));
    assert_string_equal(path, "/work/old-7.firmware");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(staged_files_stay_only_while_their_update_is_written),
        cmocka_unit_test(copies_stay_while_the_record_names_them),
        cmocka_unit_test(files_of_others_stay),
        cmocka_unit_test(room_is_enough_to_the_byte),
        cmocka_unit_test(an_update_whose_bytes_stay_is_staged_under_the_name_of_the_copy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
