/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/release/output.h"

#include "base/fd.h"
#include "base/memory.h"
#include "ispup/release/packed_file.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE_SIZE = 16384, SIDE_SIZE = FILE_PATH_SIZE + 32, NUMBER_SIZE = 64 };

/* No signal may end the program while the side file has a name. */
static void block_signals(sigset_t *before)
{
    sigset_t all;

    (void)sigfillset(&all);
    (void)sigprocmask(SIG_BLOCK, &all, before);
}

/* Two processes that make the same image must not write into one file. */
static void name_of_side(const struct output *output, char side[SIDE_SIZE])
{
    (void)snprintf(side, SIDE_SIZE, "%s.%ld.new", output->place, (long)getpid());
    (void)unlink(side);
}

static int make_side(const char *side)
{
    return open(side, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
}

/* Some file systems have no O_TMPFILE: the file is made with a name, which is removed at once. */
static int open_nameless(const struct output *output)
{
    char folder[FILE_PATH_SIZE], side[SIDE_SIZE];
    sigset_t before;
    int fd;

    file_folder(output->place, folder);
    fd = open(folder, O_RDWR | O_TMPFILE | O_CLOEXEC, 0644);
    if (fd != FD_NONE)
        return fd;
    block_signals(&before);
    name_of_side(output, side);
    fd = make_side(side);
    if (fd != FD_NONE)
        (void)unlink(side);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    return fd;
}

static bool find_place(struct output *output, struct error *err)
{
    CLEANUP(memory_free) char *target = NULL;
    struct stat facts;

    if (lstat(output->path, &facts) != 0 || !S_ISLNK(facts.st_mode))
        return span_copy(span_text(output->path), output->place, sizeof(output->place));
    target = realpath(output->path, NULL);
    if (target == NULL)
        return error_system(err, ERROR_INTERNAL, "cannot make %s: the target of that link",
                            output->path);
    if (!span_copy(span_text(target), output->place, sizeof(output->place)))
        return error_set(err, ERROR_INTERNAL, "path is too long: %s", target);
    return true;
}

bool output_open(struct output *output, const char *path, struct error *err)
{
    struct output made = OUTPUT_NONE;
    struct stat facts;

    if (!span_copy(span_text(path), made.path, sizeof(made.path)))
        return error_set(err, ERROR_INTERNAL, "path is too long: %s", path);
    if (!find_place(&made, err))
        return false;
    if (stat(made.place, &facts) == 0 && !S_ISREG(facts.st_mode))
        return error_set(err, ERROR_INTERNAL, "cannot make %s: %s", path,
                         S_ISDIR(facts.st_mode) ? "it is a folder" : "it is not a file");
    made.fd = open_nameless(&made);
    if (made.fd == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot make %s", path);
    *output = made;
    return true;
}

void output_discard(struct output *output)
{
    fd_close(&output->fd);
    *output = OUTPUT_NONE;
}

bool output_replaces(const struct output *output, const char *path)
{
    struct stat facts, others;

    return stat(output->place, &facts) == 0 && stat(path, &others) == 0 &&
           facts.st_dev == others.st_dev && facts.st_ino == others.st_ino;
}

static bool is_same_content(int one, int other)
{
    unsigned char bytes[PIECE_SIZE], others[PIECE_SIZE];
    struct error err = ERROR_EMPTY;
    size_t got, other_got;
    uint64_t at = 0;

    do {
        if (!fd_read_at(one, at, bytes, sizeof(bytes), &got, &err) ||
            !fd_read_at(other, at, others, sizeof(others), &other_got, &err) || got != other_got ||
            memcmp(bytes, others, got) != 0)
            return false;
        at += got;
    } while (got > 0);
    return true;
}

static bool copy(int from, int to, struct error *err)
{
    unsigned char bytes[PIECE_SIZE];
    uint64_t at = 0;
    size_t got;

    do {
        if (!fd_read_at(from, at, bytes, sizeof(bytes), &got, err) ||
            !fd_write(to, span_of(bytes, got), err))
            return false;
        at += got;
    } while (got > 0);
    return fsync(to) == 0 || error_system(err, ERROR_INTERNAL, "syncing");
}

/* A file made by O_TMPFILE gets a name. One whose name was removed can get none: it is copied. */
static bool name_side(const struct output *output, const char *by_number, char side[SIDE_SIZE],
                      struct error *err)
{
    CLEANUP(fd_close) int fd = FD_NONE;

    name_of_side(output, side);
    if (linkat(AT_FDCWD, by_number, AT_FDCWD, side, AT_SYMLINK_FOLLOW) == 0)
        return true;
    fd = make_side(side);
    if (fd == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot make %s", output->path);
    file_take_after(fd, output->place);
    return copy(output->fd, fd, err) || error_prefix(err, "%s", output->path);
}

static bool put_in_place(const struct output *output, const char *by_number, struct error *err)
{
    char side[SIDE_SIZE];
    sigset_t before;
    bool done;

    file_take_after(output->fd, output->place);
    block_signals(&before);
    done = name_side(output, by_number, side, err);
    if (done && rename(side, output->place) != 0)
        done = error_system(err, ERROR_INTERNAL, "cannot make %s", output->path);
    if (!done)
        (void)unlink(side);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    return done;
}

bool output_finish(struct output *output, bool may_replace, const struct image_policy *policy,
                   struct checked_image *image, struct error *err)
{
    CLEANUP(fd_close) int there = FD_NONE;
    char by_number[NUMBER_SIZE];

    (void)snprintf(by_number, sizeof(by_number), "/proc/self/fd/%d", output->fd);
    if (fsync(output->fd) != 0)
        return error_system(err, ERROR_INTERNAL, "%s: syncing", output->path);
    if (!packed_file_verify(by_number, output->path, policy, image, err))
        return false;
    there = open(output->place, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (there != FD_NONE && is_same_content(output->fd, there))
        return true;
    if (!may_replace && access(output->place, F_OK) == 0)
        return error_set(err, ERROR_INTERNAL,
                         "%s exists already, with other content: --force replaces it",
                         output->path);
    return put_in_place(output, by_number, err);
}
