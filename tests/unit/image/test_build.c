/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "image/build.h"

#include "base/fd.h"

#include "scratch.h"

/* Two components in a folder, and their description. */
struct work {
    struct scratch scratch;
    char firmware[FILE_PATH_SIZE], hardware[FILE_PATH_SIZE];
    struct build_input inputs[COMPONENT_COUNT];
    struct descriptor descriptor;
};

static void work_make(struct work *work)
{
    memset(work, 0, sizeof(*work));
    scratch_make(&work->scratch);
    scratch_write(&work->scratch, "fw", span_text("firmware"));
    scratch_write(&work->scratch, "hw", span_text("hardware!"));
    strcpy(work->firmware, scratch_path(&work->scratch, "fw"));
    strcpy(work->hardware, scratch_path(&work->scratch, "hw"));
    work->inputs[COMPONENT_FIRMWARE].path = work->firmware;
    work->inputs[COMPONENT_HARDWARE].path = work->hardware;
    strcpy(work->descriptor.components[COMPONENT_FIRMWARE].file, "fw.bin");
    strcpy(work->descriptor.components[COMPONENT_HARDWARE].file, "hw.bin");
}

static void work_remove(struct work *work)
{
    scratch_remove(&work->scratch);
}

static void fills_in_size_and_digest_in_the_components_order(void **state)
{
    CLEANUP(work_remove) struct work work;
    struct error err = ERROR_EMPTY;
    struct digest digest;

    (void)state;
    work_make(&work);
    assert_true(build_describe(work.inputs, &work.descriptor, &err));
    assert_int_equal(work.descriptor.count, 2);
    assert_int_equal(work.descriptor.order[0], COMPONENT_FIRMWARE);
    assert_int_equal(work.descriptor.order[1], COMPONENT_HARDWARE);
    assert_false(work.descriptor.components[COMPONENT_DEVICE_RESOURCE].present);
    assert_int_equal(work.descriptor.components[COMPONENT_HARDWARE].size, 9);
    digest_of(span_text("hardware!"), &digest);
    assert_true(digest_same(&work.descriptor.components[COMPONENT_HARDWARE].sha256, &digest));
}

static void refuses_an_input_that_is_no_component(void **state)
{
    CLEANUP(work_remove) struct work work;
    struct error err = ERROR_EMPTY;
    char expected[ERROR_TEXT_SIZE];

    (void)state;
    work_make(&work);
    scratch_write(&work.scratch, "hw", SPAN_EMPTY);
    assert_false(build_describe(work.inputs, &work.descriptor, &err));
    (void)snprintf(expected, sizeof(expected), "%.200s: is empty", work.hardware);
    assert_string_equal(err.text, expected);
    work.inputs[COMPONENT_HARDWARE].path = work.scratch.folder;
    assert_false(build_describe(work.inputs, &work.descriptor, &err));
    (void)snprintf(expected, sizeof(expected), "cannot open %.200s: not a file",
                   work.scratch.folder);
    assert_string_equal(err.text, expected);
}

static void refuses_an_input_that_grew_while_it_was_packed(void **state)
{
    CLEANUP(work_remove) struct work work;
    CLEANUP(fd_close) int fd = memfd_create("large", MFD_CLOEXEC);
    struct error err = ERROR_EMPTY;

    (void)state;
    work_make(&work);
    assert_true(build_describe(work.inputs, &work.descriptor, &err));
    scratch_write(&work.scratch, "fw", span_text("firmware+"));
    assert_false(build_write(fd, span_text("d"), SPAN_EMPTY, work.inputs, &work.descriptor, &err));
    assert_true(span_find(
        span_text(err.text),
        span_text("fw: changed while it was packed: it has more than the 8 bytes"), &(size_t){0}));
}

static void refuses_an_input_that_changed_while_it_was_packed(void **state)
{
    static const char *const changes[] = {"Firmware", "firmwar"};
    CLEANUP(work_remove) struct work work;

    (void)state;
    work_make(&work);
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        CLEANUP(fd_close) int fd = memfd_create("image", MFD_CLOEXEC);
        struct error err = ERROR_EMPTY;

        scratch_write(&work.scratch, "fw", span_text("firmware"));
        assert_true(build_describe(work.inputs, &work.descriptor, &err));
        scratch_write(&work.scratch, "fw", span_text(changes[i]));
        assert_false(
            build_write(fd, span_text("d"), SPAN_EMPTY, work.inputs, &work.descriptor, &err));
        assert_true(
            span_find(span_text(err.text), span_text("changed while it was packed"), &(size_t){0}));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_in_size_and_digest_in_the_components_order),
        cmocka_unit_test(refuses_an_input_that_is_no_component),
        cmocka_unit_test(refuses_an_input_that_grew_while_it_was_packed),
        cmocka_unit_test(refuses_an_input_that_changed_while_it_was_packed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
