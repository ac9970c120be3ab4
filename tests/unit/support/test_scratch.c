/* SPDX-License-Identifier: Apache-2.0 */
#include "scratch.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { FILES = 20000, KEPT = 300, WRITERS = 4 };

static void file_path_of(const char *folder, unsigned writer, unsigned number, char *path)
{
    (void)snprintf(path, FILE_PATH_SIZE, "%.*s/%u.%u", FILE_PATH_SIZE - 32, folder, writer, number);
}

/* Makes and removes files in turn, until the folder is gone. */
static void keep_writing(const char *folder, unsigned writer, int begun)
{
    char path[FILE_PATH_SIZE];

    for (unsigned i = 0; i < FILES; i++) {
        int fd;

        file_path_of(folder, writer, i, path);
        fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (fd == FD_NONE)
            _exit(errno == ENOENT ? 0 : 1);
        (void)close(fd);
        file_path_of(folder, writer, i - KEPT, path);
        (void)unlink(path);
        if (i == KEPT && write(begun, "", 1) != 1)
            _exit(1);
    }
    _exit(0);
}

static void goes_though_children_still_write_into_it(void **state)
{
    struct scratch scratch;
    int ends[2], status;
    char byte;

    (void)state;
    scratch_make(&scratch);
    assert_int_equal(pipe(ends), 0);
    for (unsigned i = 0; i < WRITERS; i++)
        if (fork() == 0)
            keep_writing(scratch.folder, i, ends[1]);
    for (unsigned i = 0; i < WRITERS; i++)
        assert_int_equal(read(ends[0], &byte, 1), 1);
    scratch_remove(&scratch);
    assert_int_not_equal(access(scratch.folder, F_OK), 0);
    for (unsigned i = 0; i < WRITERS; i++) {
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    (void)close(ends[0]);
    (void)close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_though_children_still_write_into_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
