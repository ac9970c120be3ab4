/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/simulate_site.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPEN_FOLDERS = 16 };

/* Where the programs lie, from the folder that holds them all. */
static const struct layout {
    const char *ispupd, *camera, *programs;
} layouts[] = {
    {"ispupd/ispupd", "ispup-camera/ispup-camera", "cgi-bin"},
    {"sbin/ispupd", "sbin/ispup-camera", "lib/cgi-bin"},
};

static int remove_one(const char *path, const struct stat *facts, int kind, struct FTW *at)
{
    (void)facts, (void)kind, (void)at;
    (void)remove(path);
    return 0;
}

void simulate_site_remove(const char *folder)
{
    (void)nftw(folder, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
}

void simulate_site_close(struct simulate_site *site)
{
    if (site->is_temporary)
        simulate_site_remove(site->folder);
    *site = SIMULATE_SITE_NONE;
}

static bool find_self(struct simulate_site *site, struct error *err)
{
    ssize_t size = readlink("/proc/self/exe", site->ispup, sizeof(site->ispup) - 1);

    if (size < 0)
        return error_system(err, ERROR_INTERNAL, "cannot read /proc/self/exe");
    site->ispup[size] = '\0';
    return true;
}

/* The path without its last `count` parts. */
static void cut_parts(char *path, unsigned count)
{
    for (; count > 0; count--) {
        char *slash = strrchr(path, '/');

        if (slash != NULL)
            *slash = '\0';
    }
}

static bool try_layout(const char *base, const struct layout *layout, struct simulate_site *site)
{
    struct error ignored = ERROR_EMPTY;

    return file_path(base, layout->ispupd, site->ispupd, &ignored) &&
           file_path(base, layout->camera, site->camera, &ignored) &&
           file_path(base, layout->programs, site->programs, &ignored) &&
           access(site->ispupd, X_OK) == 0 && access(site->camera, X_OK) == 0 &&
           access(site->programs, X_OK) == 0;
}

/* A program that runs as root whoever starts it takes no configuration but the machine's own. */
static bool check_programs(const struct simulate_site *site, struct error *err)
{
    char update[FILE_PATH_SIZE];
    struct stat facts;

    if (!file_path(site->programs, "update", update, err))
        return false;
    if (stat(update, &facts) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", update);
    if ((facts.st_mode & S_ISUID) != 0)
        return error_set(err, ERROR_INTERNAL,
                         "%s is set-user-ID, and serves this machine alone: name others with "
                         "--programs",
                         update);
    return true;
}

static bool find_programs(const char *named, struct simulate_site *site, struct error *err)
{
    char base[PATH_MAX];

    if (!find_self(site, err))
        return false;
    (void)snprintf(base, sizeof(base), "%s", site->ispup);
    cut_parts(base, 2);
    if (named != NULL && realpath(named, base) == NULL)
        return error_system(err, ERROR_USAGE, "--programs %s", named);
    for (size_t i = 0; i < COUNT_OF(layouts); i++)
        if (try_layout(base, &layouts[i], site))
            return check_programs(site, err);
    return error_set(err, named != NULL ? ERROR_USAGE : ERROR_INTERNAL,
                     "no ispupd, ispup-camera and cgi-bin in %s: name a build folder's src or a "
                     "PREFIX with --programs",
                     base);
}

/* A bank ends at a comma, a program's word at a blank, a script's or an object's text at a quote.
 */
static bool is_plain(const char *path)
{
    for (struct span rest = span_text(path); rest.size > 0; rest = span_from(rest, 1))
        if (!byte_is_printable(rest.data[0]) || span_has(span_text(" ,'\"\\"), rest.data[0]))
            return false;
    return true;
}

static bool set_folder(const char *path, enum error_kind kind, struct simulate_site *site,
                       struct error *err)
{
    char whole[PATH_MAX];

    if (realpath(path, whole) == NULL)
        return error_system(err, kind, "folder %s", path);
    if (!is_plain(whole) || !span_copy(span_text(whole), site->folder, FILE_PATH_SIZE / 2))
        return error_set(
            err, kind,
            "folder %s has a blank, comma or quote in its path, or is too long: choose "
            "another --folder",
            whole);
    return true;
}

static bool is_empty(const char *folder, bool *empty, struct error *err)
{
    DIR *listing = opendir(folder);
    unsigned count = 0;

    if (listing == NULL)
        return error_system(err, ERROR_USAGE, "folder %s", folder);
    while (readdir(listing) != NULL)
        count++;
    (void)closedir(listing);
    *empty = count <= 2; /* . and .. */
    return true;
}

static bool take_folder(const char *named, struct simulate_site *site, struct error *err)
{
    bool empty = false;

    if (mkdir(named, 0777) != 0 && errno != EEXIST)
        return error_system(err, ERROR_USAGE, "cannot make folder %s", named);
    if (!set_folder(named, ERROR_USAGE, site, err) || !is_empty(site->folder, &empty, err))
        return false;
    if (!empty)
        return error_set(err, ERROR_USAGE, "folder %s is not empty: choose another --folder",
                         site->folder);
    return true;
}

static bool make_folder(struct simulate_site *site, struct error *err)
{
    const char *parent = getenv("TMPDIR");
    char path[FILE_PATH_SIZE];

    if (!file_path(parent != NULL && parent[0] == '/' ? parent : "/tmp", "ispup-simulate-XXXXXX",
                   path, err))
        return false;
    if (mkdtemp(path) == NULL)
        return error_system(err, ERROR_INTERNAL, "cannot make %s", path);
    if (!set_folder(path, ERROR_INTERNAL, site, err)) {
        (void)rmdir(path);
        return false;
    }
    site->is_temporary = true;
    return true;
}

bool simulate_site_open(const char *folder, const char *programs, struct simulate_site *site,
                        struct error *err)
{
    *site = SIMULATE_SITE_NONE;
    if (!find_programs(programs, site, err))
        return false;
    return folder == NULL ? make_folder(site, err) : take_folder(folder, site, err);
}
