/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/fleet/folder.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/span.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

enum {
    WRITABLE_BY_OTHERS = 022,
    POLL_MILLISECONDS = 100,
    /* linux/magic.h does not have these. */
    CIFS_MAGIC = (int)0xff534d42,
    FUSE_MAGIC = 0x65735546,
};

static const struct {
    unsigned magic;
    const char *name;
} refused[] = {
    {NFS_SUPER_MAGIC, "NFS"},   {SMB_SUPER_MAGIC, "SMB"}, {(unsigned)CIFS_MAGIC, "CIFS"},
    {0xfe534d42, "SMB2"},       {FUSE_MAGIC, "FUSE"},     {OVERLAYFS_SUPER_MAGIC, "overlay"},
    {V9FS_MAGIC, "9p"},         {AFS_SUPER_MAGIC, "AFS"}, {CODA_SUPER_MAGIC, "Coda"},
    {CEPH_SUPER_MAGIC, "Ceph"},
};

static bool check_file_system(const char *folder, struct error *err)
{
    struct statfs facts;

    if (statfs(folder, &facts) != 0)
        return error_system(err, ERROR_INTERNAL, "%s", folder);
    for (size_t i = 0; i < COUNT_OF(refused); i++)
        if ((unsigned)facts.f_type == refused[i].magic)
            return error_set(err, ERROR_INTERNAL,
                             "%s is on %s, which may lose what was written: use a folder on a "
                             "local disk",
                             folder, refused[i].name);
    return true;
}

bool folder_check(const char *folder, struct error *err)
{
    struct stat facts;

    if (stat(folder, &facts) != 0)
        return error_system(err, ERROR_INTERNAL, "%s", folder);
    if (!S_ISDIR(facts.st_mode))
        return error_set(err, ERROR_INTERNAL, "%s is not a folder", folder);
    if (facts.st_uid != geteuid())
        return error_set(err, ERROR_INTERNAL, "%s belongs to another user", folder);
    if ((facts.st_mode & WRITABLE_BY_OTHERS) != 0)
        return error_set(err, ERROR_INTERNAL, "others may write to %s: chmod go-w %s", folder,
                         folder);
    return check_file_system(folder, err);
}

static bool is_empty(const char *folder)
{
    DIR *open = opendir(folder);
    size_t entries = 0;

    while (open != NULL && readdir(open) != NULL)
        entries++;
    if (open != NULL)
        (void)closedir(open);
    return entries == 2; /* `.` and `..` */
}

bool folder_make(const char *folder, struct error *err)
{
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return error_system(err, ERROR_INTERNAL, "cannot make %s", folder);
    if (!folder_check(folder, err))
        return false;
    if (!is_empty(folder))
        return error_set(err, ERROR_INTERNAL,
                         "%s is not empty: a rollout needs a folder of its own", folder);
    return true;
}

/* Two kinds of lock on one file. The first one ends with this process, the second one is inherited
 * by every process that it forks. */
bool folder_lock(const char *folder, struct folder_lock *lock, enum folder_holder *holder,
                 struct error *err)
{
    struct flock ours = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
    char path[FILE_PATH_SIZE];

    if (!file_path(folder, "lock", path, err))
        return false;
    lock->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock->fd == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", path);
    *holder = FOLDER_RUN;
    if (fcntl(lock->fd, F_SETLK, &ours) != 0)
        return errno == EACCES || errno == EAGAIN ||
               error_system(err, ERROR_INTERNAL, "cannot lock %s", path);
    *holder = flock(lock->fd, LOCK_EX | LOCK_NB) == 0 ? FOLDER_FREE : FOLDER_UPLOADS;
    return true;
}

bool folder_lock_wait(struct folder_lock *lock, unsigned milliseconds)
{
    for (unsigned waited = 0; waited < milliseconds; waited += POLL_MILLISECONDS) {
        if (flock(lock->fd, LOCK_EX | LOCK_NB) == 0)
            return true;
        clock_sleep(POLL_MILLISECONDS);
    }
    return false;
}

void folder_unlock(struct folder_lock *lock)
{
    fd_close(&lock->fd);
}
