/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/start.h"

#include "camera/run_folder.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { OLD = 1, NEW = 2, OLDER = 3 };

static struct image_version version_of(unsigned number)
{
    return (struct image_version){.known = true, .major = 1, .minor = number};
}

static struct journal_image image_of(unsigned number)
{
    return (struct journal_image){
        .known = true, .description = {{(unsigned char)number}}, .version = version_of(number)};
}

static struct journal_content content_of(unsigned number, unsigned bank_index)
{
    return (struct journal_content){.known = true,
                                    .bank_index = bank_index,
                                    .size = 100,
                                    .sha256 = {{(unsigned char)number}},
                                    .version = version_of(number),
                                    .copy = number};
}

/* A camera whose firmware has two banks and whose device resource has one. */
static void make_camera(struct camera *camera, struct scratch *scratch)
{
    scratch_make(scratch);
    *camera = CAMERA_NONE;
    (void)snprintf(camera->configuration.run, sizeof(camera->configuration.run), "%s",
                   scratch->folder);
    (void)snprintf(camera->configuration.boot_id_file, sizeof(camera->configuration.boot_id_file),
                   "%s", scratch_path(scratch, "boot"));
    camera->configuration.flash[COMPONENT_FIRMWARE].count = 2;
    camera->configuration.flash[COMPONENT_DEVICE_RESOURCE].count = 1;
    scratch_write(scratch, "boot", span_text("boot-1\n"));
}

/* An update from OLD to NEW; OLDER was installed before OLD. */
static struct journal_record record_in(enum journal_state state)
{
    struct journal_record record = {
        .state = state, .trial = true, .boots = 1, .running = image_of(OLD)};
    struct journal_component *firmware = &record.components[COMPONENT_FIRMWARE];
    struct journal_component *resource = &record.components[COMPONENT_DEVICE_RESOURCE];

    firmware->running = content_of(OLD, 0);
    resource->running = content_of(OLD, 0);
    if (state == JOURNAL_IDLE) {
        record.previous = image_of(OLDER);
        firmware->previous = content_of(OLDER, 1);
        resource->previous = content_of(OLDER, 0);
        return record;
    }
    record.target = image_of(NEW);
    firmware->target = content_of(NEW, 1);
    resource->target = content_of(NEW, 0);
    firmware->written = resource->written = true;
    return record;
}

static void assert_runs(const struct camera *camera, const struct journal_record *record,
                        unsigned number)
{
    struct journal_run run;

    start_read_running(camera, record, &run);
    assert_int_equal(run.image.known, number != 0);
    assert_int_equal(run.image.description.bytes[0], number);
    for (enum component which = 0; which <= COMPONENT_DEVICE_RESOURCE; which++) {
        assert_int_equal(run.versions[which].known, number != 0);
        assert_int_equal(run.versions[which].minor, number);
    }
}

static void what_starts_is_what_runs_unless_it_was_changed_in_this_boot(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    struct journal_record record;
    struct camera camera;

    (void)state;
    make_camera(&camera, &scratch);
    record = record_in(JOURNAL_IDLE);
    assert_runs(&camera, &record, OLD);
    start_keep_running(&camera, &record);
    record = (struct journal_record){.ran = record.ran};
    assert_runs(&camera, &record, OLD);
    record = record_in(JOURNAL_INSTALLED);
    assert_runs(&camera, &record, NEW);
    start_keep_running(&camera, &record);
    record.state = JOURNAL_IDLE; /* rolled back by hand: OLD starts, NEW runs until the restart */
    assert_runs(&camera, &record, NEW);
    scratch_write(&scratch, "boot", span_text("boot-2\n"));
    assert_runs(&camera, &record, OLD);
}

static void only_the_first_change_of_a_boot_keeps_what_ran(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    struct journal_record record = record_in(JOURNAL_IDLE);
    struct camera camera;

    (void)state;
    make_camera(&camera, &scratch);
    start_keep_running(&camera, &record);
    record.running = image_of(NEW);
    record.components[COMPONENT_FIRMWARE].running = content_of(NEW, 1);
    start_keep_running(&camera, &record);
    assert_runs(&camera, &record, OLD);
}

static void without_a_boot_id_what_starts_is_all_that_is_known(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    struct journal_record record = record_in(JOURNAL_INSTALLED);
    struct camera camera;

    (void)state;
    make_camera(&camera, &scratch);
    scratch_write(&scratch, "boot", SPAN_EMPTY);
    start_keep_running(&camera, &record);
    record.state = JOURNAL_IDLE;
    assert_runs(&camera, &record, OLD);
}

static void nothing_is_known_to_run_while_no_whole_image_can_start(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    struct journal_record record;
    struct camera camera;

    (void)state;
    make_camera(&camera, &scratch);
    record = record_in(JOURNAL_WRITING);
    assert_runs(&camera, &record, 0);
    record = record_in(JOURNAL_ROLLING_BACK);
    assert_runs(&camera, &record, 0);
    record.components[COMPONENT_DEVICE_RESOURCE].written = false; /* no bank is half written */
    assert_runs(&camera, &record, OLD);
    record.activate_failed = true;
    assert_runs(&camera, &record, 0);
    record = record_in(JOURNAL_IDLE);
    record.lost = true;
    assert_runs(&camera, &record, 0);
    record.lost = false;
    run_folder_set_note(scratch.folder, RUN_FOLDER_INCOMPLETE, true);
    assert_runs(&camera, &record, 0);
    run_folder_set_note(scratch.folder, RUN_FOLDER_INCOMPLETE, false);
    assert_runs(&camera, &record, OLD);
}

static unsigned way_back(const struct camera *camera, const struct journal_record *record)
{
    const struct journal_image *image = start_way_back(camera, record);

    return image == NULL ? 0 : image->description.bytes[0];
}

static void way_back_needs_every_component(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    struct journal_record record;
    struct camera camera;

    (void)state;
    make_camera(&camera, &scratch);
    record = record_in(JOURNAL_INSTALLED);
    assert_int_equal(way_back(&camera, &record), OLD);
    record.components[COMPONENT_DEVICE_RESOURCE].running.copy = 0; /* no room for the copy */
    assert_int_equal(way_back(&camera, &record), 0);
    record.components[COMPONENT_DEVICE_RESOURCE].written = false;
    assert_int_equal(way_back(&camera, &record), OLD);
    record.components[COMPONENT_FIRMWARE].running.known = false;
    assert_int_equal(way_back(&camera, &record), 0);
    record.components[COMPONENT_FIRMWARE].written = false; /* all kept: nothing to go back to */
    assert_int_equal(way_back(&camera, &record), 0);
    record = record_in(JOURNAL_IDLE);
    assert_int_equal(way_back(&camera, &record), OLDER);
    record.components[COMPONENT_DEVICE_RESOURCE].previous.copy = 0;
    assert_int_equal(way_back(&camera, &record), 0);
    record.components[COMPONENT_DEVICE_RESOURCE].previous =
        record.components[COMPONENT_DEVICE_RESOURCE].running;
    assert_int_equal(way_back(&camera, &record), OLDER);
    record.outcome = OUTCOME_UNCONFIRMED;
    assert_int_equal(way_back(&camera, &record), 0);
    record = record_in(JOURNAL_WRITING);
    assert_int_equal(way_back(&camera, &record), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_starts_is_what_runs_unless_it_was_changed_in_this_boot),
        cmocka_unit_test(only_the_first_change_of_a_boot_keeps_what_ran),
        cmocka_unit_test(without_a_boot_id_what_starts_is_all_that_is_known),
        cmocka_unit_test(nothing_is_known_to_run_while_no_whole_image_can_start),
        cmocka_unit_test(way_back_needs_every_component),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
