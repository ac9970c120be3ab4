/* SPDX-License-Identifier: Apache-2.0 */
/* The names in a folder, sorted. */
#include "camera/linux/node.h"

#include "base/fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 4096 }; /* more than any name */

/* All names, each with its NUL, one after the other; then a pointer to each. */
struct names {
    char *text; /* owned */
    size_t size, capacity, count;
    const char **sorted; /* owned */
};

static void free_names(struct names *names)
{
    free(names->text);
    free(names->sorted);
    *names = (struct names){.text = NULL};
}

static bool add(struct names *names, const char *name)
{
    size_t size = strlen(name) + 1;

    if (names->capacity - names->size < size) {
        size_t capacity = 2 * names->capacity + FIRST_CAPACITY;
        char *more = realloc(names->text, capacity);

        if (more == NULL)
            return false;
        names->text = more;
        names->capacity = capacity;
    }
    memcpy(names->text + names->size, name, size);
    names->size += size;
    names->count++;
    return true;
}

static bool add_all(DIR *folder, struct names *names)
{
    const struct dirent *entry;

    for (errno = 0; (entry = readdir(folder)) != NULL; errno = 0)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            !add(names, entry->d_name))
            return false;
    return errno == 0;
}

static void close_folder(DIR **folder)
{
    if (*folder != NULL)
        (void)closedir(*folder);
}

/* By a descriptor of its own, which begins at the first entry each time. */
static bool read_names(int node, struct names *names)
{
    CLEANUP(fd_close) int fd = openat(node, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CLEANUP(close_folder) DIR *folder = fd == FD_NONE ? NULL : fdopendir(fd);

    if (folder == NULL)
        return false;
    (void)fd_take(&fd);
    return add_all(folder, names);
}

static int byte_order(const void *one, const void *other)
{
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

static bool sort(struct names *names)
{
    const char *at = names->text;

    names->sorted = calloc(names->count + 1, sizeof(names->sorted[0]));
    if (names->sorted == NULL)
        return false;
    for (size_t i = 0; i < names->count; i++) {
        names->sorted[i] = at;
        at += strlen(at) + 1;
    }
    qsort(names->sorted, names->count, sizeof(names->sorted[0]), byte_order);
    return true;
}

bool node_list(struct store *store, int node,
               bool (*visit)(void *context, const char *name, struct error *err), void *context,
               struct error *err)
{
    CLEANUP(free_names) struct names names = {.text = NULL};

    (void)store;
    if (!read_names(node, &names) || !sort(&names))
        /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the analyzer does not know CLEANUP */
        return error_system(err, ERROR_INTERNAL, "cannot list");
    for (size_t i = 0; i < names.count; i++)
        if (!visit(context, names.sorted[i], err))
            return false;
    return true;
}
