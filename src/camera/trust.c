/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/trust.h"

#include "base/file.h"
#include "camera/store.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WRITABLE_BY_OTHERS = 022, STICKY = 01000 };

static bool check_one(const char *path, struct error *err)
{
    struct store *store = store_linux();
    struct store_entry entry;

    if (!store->operations->look(store, path, &entry, err))
        return false;
    if (entry.kind == STORE_NOTHING)
        return true;
    if (entry.kind == STORE_LINK)
        return error_set(err, ERROR_CONFIGURATION, "%s: is a link, name the file itself", path);
    if (entry.user != 0)
        return error_set(err, ERROR_CONFIGURATION, "%s: must belong to root (chown root)", path);
    if ((entry.mode & WRITABLE_BY_OTHERS) != 0)
        return error_set(err, ERROR_CONFIGURATION,
                         "%s: users other than root can write it (chmod go-w)", path);
    return true;
}

/* Whether only root can change what `next` in the folder is. In a sticky folder, such as /tmp,
 * only root can remove or rename what belongs to root. */
static bool check_folder(const char *folder, const char *next, struct error *err)
{
    struct store *store = store_linux();
    struct store_entry entry, inner;

    if (!store->operations->look(store, folder, &entry, err) ||
        !store->operations->look(store, next, &inner, err))
        return false;
    if (entry.kind != STORE_FOLDER)
        return true; /* a link: its folder is checked, and so is its target */
    if (entry.user == 0 && (entry.mode & WRITABLE_BY_OTHERS) == 0)
        return true;
    if (entry.user == 0 && (entry.mode & STICKY) != 0 && inner.kind != STORE_NOTHING &&
        inner.user == 0)
        return true;
    return error_set(err, ERROR_CONFIGURATION,
                     "%s: users other than root can rename what is in it (chown root, chmod go-w)",
                     folder);
}

static bool check_folders(const char *path, struct error *err)
{
    char folder[FILE_PATH_SIZE], next[FILE_PATH_SIZE];
    size_t end;

    for (size_t at = 0; path[at] == '/'; at = end) {
        end = at + 1 + strcspn(path + at + 1, "/");
        (void)snprintf(folder, sizeof(folder), "%.*s", at == 0 ? 1 : (int)at, path);
        (void)snprintf(next, sizeof(next), "%.*s", (int)end, path);
        if (!check_folder(folder, next, err))
            return false;
    }
    return true;
}

bool trust_check_above(const char *path, struct error *err)
{
    char folder[FILE_PATH_SIZE], whole[PATH_MAX];

    if (!check_folders(path, err))
        return false;
    file_folder(path, folder);
    return realpath(folder, whole) == NULL || check_folders(whole, err);
}

bool trust_check_program(const char *path, struct error *err)
{
    char whole[PATH_MAX];

    if (!trust_check_above(path, err))
        return false;
    return realpath(path, whole) == NULL ||
           (trust_check_above(whole, err) && check_one(whole, err));
}

bool trust_check(const char *path, struct error *err)
{
    const char *slash = strrchr(path, '/');
    char folder[FILE_PATH_SIZE];

    if (slash == NULL || (size_t)(slash - path) >= sizeof(folder))
        return error_set(err, ERROR_CONFIGURATION, "%s: not an absolute path", path);
    (void)snprintf(folder, sizeof(folder), "%.*s", slash == path ? 1 : (int)(slash - path), path);
    return check_one(folder, err) && check_one(path, err) && trust_check_above(folder, err);
}

static bool check_entry(void *context, const char *name, struct error *err)
{
    char path[FILE_PATH_SIZE];

    return file_path(context, name, path, err) && check_one(path, err);
}

bool trust_check_folder(const char *path, struct error *err)
{
    struct store *store = store_linux();
    char folder[FILE_PATH_SIZE];

    if (!trust_check(path, err))
        return false;
    (void)snprintf(folder, sizeof(folder), "%s", path);
    return store->operations->list(store, folder, check_entry, folder, err);
}
