/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/cache_folder.h"

#include "base/file.h"
#include "scratch.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* Of `abc`. */
#define SHA256 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define SHA1 "a9993e364706816aba3e25717850c26c9cd0d89d"

static void knows_a_file_by_its_strongest_digest(void **state)
{
    static const struct {
        struct ddi_artifact artifact;
        bool is_right;
    } rows[] = {
        {{.sha256 = SHA256, .sha1 = SHA1, .size = 3}, true},
        {{.sha256 = SHA256, .size = 3}, true},
        {{.sha1 = SHA1, .size = 3}, true},
        {{.sha256 = SHA256, .size = 4}, false},
        {{.sha1 = SHA1, .size = 2}, false},
        {{.sha1 = "b9993e364706816aba3e25717850c26c9cd0d89d", .size = 3}, false},
        {{.sha256 = "aa7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
          .sha1 = SHA1,
          .size = 3},
         false},
    };
    CLEANUP(scratch_remove) struct scratch scratch;
    const char *path;

    (void)state;
    scratch_make(&scratch);
    scratch_write(&scratch, "image", span_text("abc"));
    path = scratch_path(&scratch, "image");
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(cache_folder_is_right(path, &rows[i].artifact), rows[i].is_right);
    assert_false(cache_folder_is_right("/nothing/here", &rows[0].artifact));
}

static void make_entry(struct scratch *scratch, const char *name, size_t size, time_t used_at)
{
    const struct timespec times[2] = {{.tv_sec = used_at}, {.tv_sec = used_at}};
    static const char bytes[100] = "";
    char file[64];

    assert_int_equal(mkdir(scratch_path(scratch, name), 0700), 0);
    (void)snprintf(file, sizeof(file), "%s/image", name);
    scratch_write(scratch, file, span_of(bytes, size));
    assert_int_equal(utimensat(AT_FDCWD, scratch_path(scratch, file), times, 0), 0);
}

static bool is_kept(const void *context, const char *key)
{
    return strcmp(context, key) == 0;
}

static void the_oldest_entries_go_first_and_no_more_than_needed(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    make_entry(&scratch, "old", 40, 1000);
    make_entry(&scratch, "kept", 40, 500);
    make_entry(&scratch, "new", 40, 2000);
    cache_folder_make_room(scratch.folder, 120, is_kept, "kept");
    assert_true(scratch_has(&scratch, "old"));
    cache_folder_make_room(scratch.folder, 119, is_kept, "kept");
    assert_false(scratch_has(&scratch, "old"));
    assert_true(scratch_has(&scratch, "kept") && scratch_has(&scratch, "new"));
    cache_folder_make_room(scratch.folder, 0, is_kept, "kept");
    assert_false(scratch_has(&scratch, "new"));
    assert_true(scratch_has(&scratch, "kept"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_a_file_by_its_strongest_digest),
        cmocka_unit_test(the_oldest_entries_go_first_and_no_more_than_needed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
