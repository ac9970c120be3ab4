/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/simulate/site.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPEN_FOLDERS = 16 };

/* Paths of the programs, relative to a build folder's src or to a PREFIX. /usr/lib/cgi-bin may be
 * there without the programs, so `update` is looked for, not the folder. */
static const struct layout {
    const char *ispupd, *ispup_camera, *programs, *pages;
} layouts[] = {
    {"ispupd/ispupd", "ispup-camera/ispup-camera", "cgi-bin", "../web"},
    {"sbin/ispupd", "sbin/ispup-camera", "lib/cgi-bin", "share/ispup/www"},
    {"sbin/ispupd", "sbin/ispup-camera", "lib/ispup/cgi-bin",
     "share/ispup/www"}, /* Debian's packages */
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

const char *simulate_site_tls(const struct simulate_site *site)
{
    return site->tls[0] == '\0' ? NULL : site->tls;
}

static bool find_self(struct simulate_site *site, struct error *err)
{
    ssize_t size = readlink("/proc/self/exe", site->ispup, sizeof(site->ispup) - 1);

    if (size < 0)
        return error_system(err, ERROR_INTERNAL, "/proc is needed: cannot read /proc/self/exe");
    site->ispup[size] = '\0';
    return true;
}

/* Cuts the last `count` parts off the path. */
static void cut_parts(char *path, unsigned count)
{
    for (; count > 0; count--) {
        char *slash = strrchr(path, '/');

        if (slash != NULL)
            *slash = '\0';
    }
}

static bool is_there(const char *folder, const char *name, int mode, char path[FILE_PATH_SIZE])
{
    struct error ignored = ERROR_EMPTY;

    return file_path(folder, name, path, &ignored) && access(path, mode) == 0;
}

static bool has_server(const char *base, const struct layout *layout, struct simulate_site *site)
{
    (void)is_there(base, layout->pages, R_OK, site->pages);
    return is_there(base, layout->ispupd, X_OK, site->ispupd);
}

/* A set-user-ID `update` may be there for another group: it is found, and refused later. */
static bool has_camera(const char *base, const struct layout *layout, struct simulate_site *site)
{
    char update[FILE_PATH_SIZE];

    return is_there(base, layout->ispup_camera, X_OK, site->ispup_camera) &&
           is_there(base, layout->programs, X_OK, site->programs) &&
           is_there(site->programs, "update", F_OK, update);
}

/* A set-user-ID program reads only the machine's own configuration, not a simulated camera's. */
static bool check_programs(const struct simulate_site *site, struct error *err)
{
    char update[FILE_PATH_SIZE];
    struct stat facts;

    if (!file_path(site->programs, "update", update, err))
        return false;
    if (stat(update, &facts) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", update);
    if ((facts.st_mode & S_ISUID) != 0)
        return error_set(
            err, ERROR_INTERNAL,
            "%s is set-user-ID, and reads only this machine's configuration: name other "
            "programs with --programs",
            update);
    return true;
}

/* Each program has a package of its name. */
static bool say_missing(bool server, bool camera, const char *base, bool is_named,
                        struct error *err)
{
    const char *programs = "ispupd and ispup-camera";
    const char *packages = "install the packages ispupd and ispup-camera, or ";

    if (camera && !server) {
        programs = "ispupd";
        packages = "install the package ispupd, or ";
    } else if (server && !camera) {
        programs = "ispup-camera with update and system";
        packages = "install the package ispup-camera, or ";
    }
    return error_set(err, is_named ? ERROR_USAGE : ERROR_INTERNAL,
                     "no %s in %s: %sname a build folder's src or a PREFIX with --programs",
                     programs, base, is_named ? "" : packages);
}

static bool find_programs(const char *named, struct simulate_site *site, struct error *err)
{
    bool server = false, camera = false;
    char base[PATH_MAX];

    if (!find_self(site, err))
        return false;
    (void)snprintf(base, sizeof(base), "%s", site->ispup);
    cut_parts(base, 2);
    if (named != NULL && realpath(named, base) == NULL)
        return error_system(err, ERROR_USAGE, "--programs %s", named);
    for (size_t i = 0; i < COUNT_OF(layouts); i++) {
        bool server_here = has_server(base, &layouts[i], site);
        bool camera_here = has_camera(base, &layouts[i], site);

        if (server_here && camera_here)
            return check_programs(site, err);
        server = server || server_here;
        camera = camera || camera_here;
    }
    return say_missing(server, camera, base, named != NULL, err);
}

/* In ispup.conf a comma ends a bank and a blank ends a word; a quote ends a text in a script. */
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
    if (folder == NULL)
        return make_folder(site, err);
    return take_folder(folder, site, err);
}
