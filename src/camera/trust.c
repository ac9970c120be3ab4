/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/trust.h"

#include "base/file.h"
#include "camera/store.h"

#include <stdio.h>
#include <string.h>

enum { WRITABLE_BY_OTHERS = 022 };

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
        return error_set(err, ERROR_CONFIGURATION, "%s: others than root can write it (chmod go-w)",
                         path);
    return true;
}

bool trust_check(const char *path, struct error *err)
{
    const char *slash = strrchr(path, '/');
    char folder[FILE_PATH_SIZE];

    if (slash == NULL || (size_t)(slash - path) >= sizeof(folder))
        return error_set(err, ERROR_CONFIGURATION, "%s: not an absolute path", path);
    (void)snprintf(folder, sizeof(folder), "%.*s", slash == path ? 1 : (int)(slash - path), path);
    return check_one(folder, err) && check_one(path, err);
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
