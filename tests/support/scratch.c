/* SPDX-License-Identifier: Apache-2.0 */
#include "scratch.h"

#include "base/clock.h"
#include "base/memory.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { HANGS = 60 * 1000 }; /* milliseconds; a removal that takes this long hangs */

static void must(bool worked, const char *what)
{
    if (worked)
        return;
    perror(what);
    abort();
}

void scratch_make(struct scratch *scratch)
{
    const char *parent = getenv("TMPDIR");

    (void)snprintf(scratch->folder, sizeof(scratch->folder), "%s/ispup-test-XXXXXX",
                   parent == NULL ? "/tmp" : parent);
    must(mkdtemp(scratch->folder) != NULL, scratch->folder);
}

static int remove_one(const char *path, const struct stat *facts, int kind, struct FTW *at)
{
    (void)facts;
    (void)kind;
    (void)at;
    return remove(path);
}

/* Tries again while a program of the test still writes into the folder. */
void scratch_remove(struct scratch *scratch)
{
    uint64_t deadline = clock_milliseconds() + HANGS;

    while (nftw(scratch->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS) != 0) {
        if (access(scratch->folder, F_OK) != 0)
            return;
        if (clock_milliseconds() > deadline)
            fail_msg("%s cannot be removed", scratch->folder);
        clock_sleep(10);
    }
}

int scratch_tear_down(void **state)
{
    scratch_remove(*state);
    return 0;
}

const char *scratch_path(struct scratch *scratch, const char *name)
{
    struct error err = ERROR_EMPTY;

    must(file_path(scratch->folder, name, scratch->path, &err), name);
    return scratch->path;
}

void scratch_write(struct scratch *scratch, const char *name, struct span bytes)
{
    FILE *file = fopen(scratch_path(scratch, name), "w");

    must(file != NULL, name);
    must(fwrite(bytes.data, 1, bytes.size, file) == bytes.size, name);
    must(fclose(file) == 0, name);
}

bool scratch_holds(struct scratch *scratch, const char *name, struct span bytes)
{
    CLEANUP(memory_free) unsigned char *data = NULL;
    struct error err = ERROR_EMPTY;
    size_t size;

    return file_read(scratch_path(scratch, name), bytes.size + 1, &data, &size, &err) &&
           span_same(span_of(data, size), bytes);
}

bool scratch_has(struct scratch *scratch, const char *name)
{
    return access(scratch_path(scratch, name), F_OK) == 0;
}
