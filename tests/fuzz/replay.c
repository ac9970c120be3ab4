/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: replay_TARGET FOLDER|FILE...
 *
 * Runs the target on every file of its corpus, without a fuzzer. Prints the name of each file
 * before the run, so that the last printed name is the file that crashed it. It fails if it finds
 * no file.
 */
#include "target.h"

#include "base/file.h"
#include "base/memory.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUT_LIMIT = 1024 * 1024 };

/* The buffer has exactly the size of the input, so that a sanitizer or valgrind sees a read past
 * its end. */
static void run_bytes(const unsigned char *data, size_t size)
{
    unsigned char *exact = malloc(size);

    target_expect(exact != NULL || size == 0, "there is memory");
    if (size > 0)
        memcpy(exact, data, size);
    target_run(span_of(exact, size));
    free(exact);
}

static bool run_file(const char *path)
{
    CLEANUP(memory_free) unsigned char *data = NULL;
    struct error err = ERROR_EMPTY;
    size_t size;

    (void)printf("%s\n", path);
    (void)fflush(stdout);
    if (!file_read(path, INPUT_LIMIT, &data, &size, &err)) {
        (void)fprintf(stderr, "%s\n", err.text);
        return false;
    }
    run_bytes(data, size);
    return true;
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Every file of the folder, in the order of the names. */
static bool run_folder(const char *folder)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_shown, alphasort);
    struct error err = ERROR_EMPTY;
    bool good = count > 0;
    char path[FILE_PATH_SIZE];

    for (int i = 0; i < count; i++) {
        good = file_path(folder, entries[i]->d_name, path, &err) && run_file(path) && good;
        free(entries[i]);
    }
    free(entries);
    return good;
}

static bool is_folder(const char *path)
{
    DIR *folder = opendir(path);

    if (folder != NULL)
        (void)closedir(folder);
    return folder != NULL;
}

int main(int count, char **arguments)
{
    bool good = count > 1;

    for (int i = 1; i < count; i++)
        good =
            (is_folder(arguments[i]) ? run_folder(arguments[i]) : run_file(arguments[i])) && good;
    if (!good)
        (void)fprintf(stderr, "no corpus, or one that cannot be read\n");
    return good ? 0 : 1;
}
