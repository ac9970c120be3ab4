/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "camera/store.h"
#include "scratch.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_ENTRY ((struct store_entry){.kind = STORE_FILE, .mode = 0640, .user = getuid()})
#define FOLDER_ENTRY ((struct store_entry){.kind = STORE_FOLDER, .mode = 0750, .user = getuid()})
#define LINK_ENTRY ((struct store_entry){.kind = STORE_LINK, .user = getuid()})

static struct store *store;
static const struct store_operations *operations;
static struct error err;

static int set_up(void **state)
{
    (void)state;
    store = store_linux();
    operations = store->operations;
    err = ERROR_EMPTY;
    return 0;
}

static bool make(struct scratch *scratch, const char *name, struct store_entry entry,
                 const char *to)
{
    return operations->make(store, scratch_path(scratch, name), &entry, to, &err);
}

static void sees_what_is_there(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    struct store_entry entry;

    (void)state;
    scratch_make(&scratch);
    assert_true(operations->look(store, scratch_path(&scratch, "x"), &entry, &err));
    assert_int_equal(entry.kind, STORE_NOTHING);
    assert_true(make(&scratch, "file", FILE_ENTRY, NULL));
    assert_true(
        operations->write(store, scratch_path(&scratch, "file"), 0, span_text("abc"), &err));
    assert_true(operations->look(store, scratch_path(&scratch, "file"), &entry, &err));
    assert_int_equal(entry.kind, STORE_FILE);
    assert_int_equal(entry.size, 3);
    assert_int_equal(entry.mode, 0640);
    assert_true(make(&scratch, "folder", FOLDER_ENTRY, NULL));
    assert_true(operations->look(store, scratch_path(&scratch, "folder"), &entry, &err));
    assert_int_equal(entry.kind, STORE_FOLDER);
    assert_int_equal(entry.mode, 0750);
    assert_int_equal(mkfifo(scratch_path(&scratch, "fifo"), 0600), 0);
    assert_true(operations->look(store, scratch_path(&scratch, "fifo"), &entry, &err));
    assert_int_equal(entry.kind, STORE_OTHER);
}

static void the_mode_is_exact_for_any_mask(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    struct store_entry wanted = FILE_ENTRY;
    struct store_entry entry;
    mode_t before = umask(077);

    (void)state;
    scratch_make(&scratch);
    wanted.mode = 0666;
    assert_true(make(&scratch, "file", wanted, NULL));
    (void)umask(before);
    assert_true(operations->look(store, scratch_path(&scratch, "file"), &entry, &err));
    assert_int_equal(entry.mode, 0666);
}

static void nothing_takes_the_place_of_something(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    scratch_write(&scratch, "file", span_text("keep"));
    assert_false(make(&scratch, "file", FILE_ENTRY, NULL));
    assert_false(make(&scratch, "file", FOLDER_ENTRY, NULL));
    assert_false(make(&scratch, "file", LINK_ENTRY, "elsewhere"));
    assert_true(scratch_holds(&scratch, "file", span_text("keep")));
}

static void reads_and_writes_in_place(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    const char *path;
    char data[8];
    size_t got;

    (void)state;
    scratch_make(&scratch);
    assert_true(make(&scratch, "file", FILE_ENTRY, NULL));
    path = scratch_path(&scratch, "file");
    assert_true(operations->write(store, path, 0, span_text("abcdef"), &err));
    assert_true(operations->write(store, path, 2, span_text("XY"), &err));
    assert_true(operations->sync(store, path, &err));
    assert_true(operations->read(store, path, 1, data, 4, &got, &err));
    assert_int_equal(got, 4);
    assert_memory_equal(data, "bXYe", 4);
    assert_true(operations->read(store, path, 4, data, sizeof(data), &got, &err));
    assert_int_equal(got, 2);
    assert_true(operations->read(store, path, 9, data, sizeof(data), &got, &err));
    assert_int_equal(got, 0);
    assert_false(operations->write(store, scratch_path(&scratch, "none"), 0, span_text("x"), &err));
}

static void a_link_is_itself(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    struct store_entry entry;

    (void)state;
    scratch_make(&scratch);
    scratch_write(&scratch, "file", span_text("keep"));
    assert_true(make(&scratch, "link", LINK_ENTRY, "file"));
    assert_true(operations->look(store, scratch_path(&scratch, "link"), &entry, &err));
    assert_int_equal(entry.kind, STORE_LINK);
    assert_false(operations->write(store, scratch.path, 0, span_text("lost"), &err));
    assert_true(operations->remove(store, scratch.path, &err));
    assert_false(scratch_has(&scratch, "link"));
    assert_true(scratch_holds(&scratch, "file", span_text("keep")));
}

/* The owner of the work folder may not lead root to a file elsewhere. */
static void a_second_name_is_not_written(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    char file[FILE_PATH_SIZE];

    (void)state;
    scratch_make(&scratch);
    scratch_write(&scratch, "file", span_text("keep"));
    (void)snprintf(file, sizeof(file), "%s", scratch.path);
    assert_int_equal(link(file, scratch_path(&scratch, "second")), 0);
    assert_false(operations->write(store, scratch.path, 0, span_text("lost"), &err));
    assert_non_null(strstr(err.text, "/second: Too many links"));
    assert_true(scratch_holds(&scratch, "file", span_text("keep")));
}

static void removes_a_folder_with_all_in_it_but_nothing_beside(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    scratch_write(&scratch, "beside", span_text("keep"));
    assert_true(make(&scratch, "a", FOLDER_ENTRY, NULL));
    assert_true(make(&scratch, "a/b", FOLDER_ENTRY, NULL));
    scratch_write(&scratch, "a/b/file", span_text("x"));
    assert_true(make(&scratch, "a/b/link", LINK_ENTRY, "../.."));
    assert_true(operations->remove(store, scratch_path(&scratch, "a"), &err));
    assert_false(scratch_has(&scratch, "a"));
    assert_true(operations->remove(store, scratch_path(&scratch, "a"), &err));
    assert_true(scratch_holds(&scratch, "beside", span_text("keep")));
}

static bool note(void *context, const char *name, struct error *failure)
{
    char *names = context;
    size_t used = strlen(names);

    (void)snprintf(names + used, 64 - used, "%s ", name);
    if (strcmp(name, "stop") == 0)
        return error_set(failure, ERROR_INTERNAL, "stopped");
    return true;
}

static void lists_in_byte_order_until_told_to_stop(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    char names[64] = "";

    (void)state;
    scratch_make(&scratch);
    scratch_write(&scratch, "b", SPAN_EMPTY);
    scratch_write(&scratch, "a", SPAN_EMPTY);
    scratch_write(&scratch, "B", SPAN_EMPTY);
    scratch_write(&scratch, ".c", SPAN_EMPTY);
    assert_true(operations->list(store, scratch.folder, note, names, &err));
    assert_string_equal(names, ".c B a b ");
    names[0] = '\0';
    scratch_write(&scratch, "stop", SPAN_EMPTY);
    scratch_write(&scratch, "z", SPAN_EMPTY);
    assert_false(operations->list(store, scratch.folder, note, names, &err));
    assert_string_equal(err.text, "stopped");
    assert_string_equal(names, ".c B a b stop ");
}

static void a_full_folder_is_not_renamed_over(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    char from[FILE_PATH_SIZE];

    (void)state;
    scratch_make(&scratch);
    assert_true(make(&scratch, "new", FOLDER_ENTRY, NULL));
    assert_true(make(&scratch, "old", FOLDER_ENTRY, NULL));
    scratch_write(&scratch, "old/file", span_text("keep"));
    (void)snprintf(from, sizeof(from), "%s", scratch_path(&scratch, "new"));
    assert_false(operations->rename(store, from, scratch_path(&scratch, "old"), &err));
    assert_true(operations->rename(store, from, scratch_path(&scratch, "other"), &err));
    assert_true(operations->sync(store, scratch.folder, &err));
    assert_true(scratch_has(&scratch, "other"));
}

static void tells_the_room(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    uint64_t bytes = 0;

    (void)state;
    scratch_make(&scratch);
    assert_true(operations->room(store, scratch.folder, &bytes, &err));
    assert_true(bytes > 0);
    assert_false(operations->room(store, scratch_path(&scratch, "none"), &bytes, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(sees_what_is_there, set_up),
        cmocka_unit_test_setup(the_mode_is_exact_for_any_mask, set_up),
        cmocka_unit_test_setup(nothing_takes_the_place_of_something, set_up),
        cmocka_unit_test_setup(reads_and_writes_in_place, set_up),
        cmocka_unit_test_setup(a_link_is_itself, set_up),
        cmocka_unit_test_setup(a_second_name_is_not_written, set_up),
        cmocka_unit_test_setup(removes_a_folder_with_all_in_it_but_nothing_beside, set_up),
        cmocka_unit_test_setup(lists_in_byte_order_until_told_to_stop, set_up),
        cmocka_unit_test_setup(a_full_folder_is_not_renamed_over, set_up),
        cmocka_unit_test_setup(tells_the_room, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
