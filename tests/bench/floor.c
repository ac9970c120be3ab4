/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: floor PACKED TARGET
 *
 * The least work of a durable update, in one thread: unpack a gzip file, hash it, write it past the
 * page cache over the file TARGET, read each piece back and compare, sync. Prints the time of each
 * stage in nanoseconds; the last line is the total.
 */
#include "base/fd.h"
#include "base/memory.h"
#include "image/digest.h"
#include "image/gzip.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PIECE = 1024 * 1024, BLOCK = 64 * 1024 };
enum stage { INFLATE, HASH, WRITE, READ, COMPARE, SYNC, STAGE_COUNT };

static const char *const names[STAGE_COUNT] = {"inflate", "hash",    "write",
                                               "read",    "compare", "sync"};

struct file_source {
    struct source source;
    int fd;
    unsigned char *buffer; /* PIECE bytes */
};

struct work {
    struct gzip *gzip;
    int target;
    unsigned char *buffer, *found;
    struct digest_context digest;
    uint64_t at, since, spent[STAGE_COUNT];
};

static uint64_t now(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static void count(struct work *work, enum stage stage)
{
    uint64_t time = now();

    work->spent[stage] += time - work->since;
    work->since = time;
}

static bool lend(struct source *self, struct span *bytes, struct error *err)
{
    struct file_source *file = (struct file_source *)self;
    size_t got;

    if (!fd_read_some(file->fd, file->buffer, PIECE, &got, err))
        return false;
    *bytes = span_of(file->buffer, got);
    return true;
}

/* Whole blocks only, as in a bank. */
static bool put(struct work *work, size_t size, struct error *err)
{
    size_t whole = (size + BLOCK - 1) / BLOCK * BLOCK;
    size_t got;

    memset(work->buffer + size, 0xff, whole - size);
    if (!fd_write_at(work->target, work->at, span_of(work->buffer, whole), err))
        return false;
    count(work, WRITE);
    if (!fd_read_at(work->target, work->at, work->found, whole, &got, err))
        return false;
    count(work, READ);
    if (got != whole || memcmp(work->buffer, work->found, whole) != 0)
        return error_set(err, ERROR_FLASH, "not what was written");
    count(work, COMPARE);
    work->at += whole;
    return true;
}

static bool run(struct work *work, struct error *err)
{
    size_t got = PIECE;

    while (got == PIECE) {
        if (!gzip_read(work->gzip, work->buffer, PIECE, &got, err))
            return false;
        count(work, INFLATE);
        digest_add(&work->digest, span_of(work->buffer, got));
        count(work, HASH);
        if (got > 0 && !put(work, got, err))
            return false;
    }
    if (fdatasync(work->target) != 0)
        return error_system(err, ERROR_FLASH, "syncing");
    count(work, SYNC);
    return true;
}

static bool begin(struct work *work, struct file_source *file, char **paths, struct error *err)
{
    void *packed, *buffer, *found;

    file->source.next = lend;
    file->fd = open(paths[0], O_RDONLY | O_CLOEXEC);
    work->target = open(paths[1], O_RDWR | O_CREAT | O_CLOEXEC | O_DIRECT, 0644);
    if (file->fd == FD_NONE || work->target == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot open %s or %s", paths[0], paths[1]);
    if (!memory_allocate(&packed, PIECE, err) || !memory_allocate(&buffer, PIECE, err) ||
        !memory_allocate(&found, PIECE, err))
        return false;
    file->buffer = packed;
    work->buffer = buffer;
    work->found = found;
    digest_begin(&work->digest);
    return gzip_open(&work->gzip, &file->source, err);
}

int main(int argc, char **argv)
{
    struct error err = ERROR_EMPTY;
    struct file_source file = {.fd = FD_NONE};
    struct work work = {.since = now()};
    uint64_t whole = 0;

    if (argc != 3 || !begin(&work, &file, argv + 1, &err) || !run(&work, &err)) {
        (void)fprintf(stderr, "floor: %s\n", argc == 3 ? err.text : "usage: floor PACKED TARGET");
        return 1;
    }
    for (enum stage stage = 0; stage < STAGE_COUNT; stage++) {
        (void)printf("%s %" PRIu64 "\n", names[stage], work.spent[stage]);
        whole += work.spent[stage];
    }
    (void)printf("whole %" PRIu64 "\n", whole);
    return 0;
}
