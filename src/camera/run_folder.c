/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/run_folder.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LOCK_PAUSE = 5, /* ms */
    LOCK_TRIES = 10,
    SHARED_TRIES = 2000,
    PROGRESS_LIMIT = 128,
    PERCENT_LIMIT = 100,
};

static const char *const notes[] = {
    [RUN_FOLDER_INCOMPLETE] = "boot-incomplete",
    [RUN_FOLDER_COMMITTED] = "boot-committed",
};

static const char *const stages[] = {
    [RUN_FOLDER_RECEIVING] = "receiving",
    [RUN_FOLDER_CHECKING] = "checking",
    [RUN_FOLDER_WRITING] = "writing",
    [RUN_FOLDER_RESTARTING] = "restarting",
};

bool run_folder_make(const char *run, struct error *err)
{
    if (mkdir(run, 0700) != 0 && errno != EEXIST)
        return error_system(err, ERROR_INTERNAL, "cannot make %s", run);
    return true;
}

/* Whether the path still leads to the locked file: the folder may have vanished and been made
 * again. */
static bool is_same_file(int fd, const char *path)
{
    struct stat held, there;

    return fstat(fd, &held) == 0 && stat(path, &there) == 0 && held.st_dev == there.st_dev &&
           held.st_ino == there.st_ino;
}

/* If it fails, `is_shared` tells whether run_folder_is_locked holds it: that is no update. */
static bool try_lock(const char *path, int *lock, bool *is_shared, struct error *err)
{
    CLEANUP(fd_close) int fd = file_open_or_make(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);

    *is_shared = false;
    if (fd == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", path);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK)
            return error_system(err, ERROR_INTERNAL, "cannot lock %s", path);
        *is_shared = flock(fd, LOCK_SH | LOCK_NB) == 0;
        return error_set(err, ERROR_BUSY, "update in progress");
    }
    if (!is_same_file(fd, path))
        return error_set(err, ERROR_BUSY, "update in progress");
    *lock = fd_take(&fd);
    return true;
}

bool run_folder_lock(const char *run, int *lock, struct error *err)
{
    char path[FILE_PATH_SIZE];
    bool is_shared;

    if (!run_folder_make(run, err) || !file_path(run, "lock", path, err))
        return false;
    /* run_folder_is_locked holds a shared lock for a moment, or longer if the processor is busy. So
     * try again before reporting that an update is in progress. */
    for (unsigned tries = 1; !try_lock(path, lock, &is_shared, err); tries++) {
        if (err->kind != ERROR_BUSY || tries >= (is_shared ? SHARED_TRIES : LOCK_TRIES))
            return false;
        clock_sleep(LOCK_PAUSE);
    }
    run_folder_clear_progress(run); /* left by a holder that was killed */
    return true;
}

bool run_folder_is_locked(const char *run)
{
    CLEANUP(fd_close) int fd = FD_NONE;
    struct error ignored = ERROR_EMPTY;
    char path[FILE_PATH_SIZE];

    if (!file_path(run, "lock", path, &ignored))
        return false;
    fd = file_open_plain(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    return fd != FD_NONE && flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

static bool write_side(const char *side, struct span text)
{
    CLEANUP(fd_close) int fd = FD_NONE;
    struct error ignored = ERROR_EMPTY;

    (void)unlink(side);
    fd = file_make(side, O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
    return fd != FD_NONE && fd_write(fd, text, &ignored);
}

bool run_folder_read(const char *run, const char *name, size_t limit, unsigned char **data,
                     size_t *size)
{
    CLEANUP(fd_close) int fd = FD_NONE;
    struct error ignored = ERROR_EMPTY;
    char path[FILE_PATH_SIZE];

    if (!file_path(run, name, path, &ignored))
        return false;
    fd = file_open_plain(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    return fd != FD_NONE && file_read_open(fd, limit, data, size, &ignored);
}

bool run_folder_write(const char *run, const char *name, struct span bytes, struct error *err)
{
    char path[FILE_PATH_SIZE], side[FILE_PATH_SIZE + 8];

    if (!file_path(run, name, path, err))
        return false;
    (void)snprintf(side, sizeof(side), "%s.new", path);
    if (write_side(side, bytes) && rename(side, path) == 0)
        return true;
    error_system(err, ERROR_INTERNAL, "cannot write %s", path);
    (void)unlink(side);
    return false;
}

void run_folder_write_progress(const char *run, const struct run_folder_progress *progress)
{
    struct error ignored = ERROR_EMPTY;
    char text[PROGRESS_LIMIT];

    (void)snprintf(text, sizeof(text), "%s %u %llu %llu\n", stages[progress->stage],
                   progress->percent, (unsigned long long)progress->blocks_written,
                   (unsigned long long)progress->blocks_total);
    (void)!run_folder_write(run, "progress", span_text(text), &ignored);
}

static bool parse_stage(struct span text, enum run_folder_stage *stage)
{
    for (size_t i = 0; i < COUNT_OF(stages); i++) {
        if (span_is(text, stages[i])) {
            *stage = (enum run_folder_stage)i;
            return true;
        }
    }
    return false;
}

/* `STAGE PERCENT WRITTEN TOTAL` and a newline, nothing else. */
static bool parse_progress(struct span text, struct run_folder_progress *progress)
{
    struct span stage, percent, written, total;
    struct run_folder_progress found;
    uint64_t number;

    if (!span_split(&text, ' ', &stage) || !span_split(&text, ' ', &percent) ||
        !span_split(&text, ' ', &written) || !span_split(&text, '\n', &total) || text.size != 0)
        return false;
    if (!parse_stage(stage, &found.stage) || !number_parse(percent, PERCENT_LIMIT, &number) ||
        !number_parse(written, UINT64_MAX, &found.blocks_written) ||
        !number_parse(total, UINT64_MAX, &found.blocks_total))
        return false;
    found.percent = (unsigned)number;
    *progress = found;
    return true;
}

bool run_folder_read_progress(const char *run, struct run_folder_progress *progress)
{
    CLEANUP(memory_free) unsigned char *data = NULL;
    size_t size;

    return run_folder_read(run, "progress", PROGRESS_LIMIT, &data, &size) &&
           parse_progress(span_of(data, size), progress);
}

void run_folder_clear_progress(const char *run)
{
    struct error ignored = ERROR_EMPTY;
    char path[FILE_PATH_SIZE];

    if (file_path(run, "progress", path, &ignored))
        (void)unlink(path);
}

void run_folder_set_note(const char *run, enum run_folder_note note, bool is_set)
{
    struct error ignored = ERROR_EMPTY;
    char path[FILE_PATH_SIZE];

    if (!file_path(run, notes[note], path, &ignored))
        return;
    if (is_set)
        (void)write_side(path, SPAN_EMPTY);
    else
        (void)unlink(path);
}

bool run_folder_has_note(const char *run, enum run_folder_note note)
{
    struct error ignored = ERROR_EMPTY;
    char path[FILE_PATH_SIZE];

    return file_path(run, notes[note], path, &ignored) && access(path, F_OK) == 0;
}
