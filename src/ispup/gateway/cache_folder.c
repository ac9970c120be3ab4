/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/cache_folder.h"

#include "base/fd.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"
#include "ispup/gateway/cache_sha1.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE_SIZE = 65536 };

struct sums {
    struct digest_context sha256;
    struct sha1_ctx sha1;
    uint64_t size;
};

static bool sum(const char *path, struct sums *sums)
{
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    CLEANUP(memory_free) void *piece = NULL;
    struct error ignored = ERROR_EMPTY;
    size_t got = 1;

    sums->size = 0;
    digest_begin(&sums->sha256);
    sha1_init(&sums->sha1);
    if (fd == FD_NONE || !memory_allocate(&piece, PIECE_SIZE, &ignored))
        return false;
    while (got > 0) {
        if (!fd_read(fd, piece, PIECE_SIZE, &got, &ignored))
            return false;
        digest_add(&sums->sha256, span_of(piece, got));
        sha1_update(&sums->sha1, got, piece);
        sums->size += got;
    }
    return true;
}

bool cache_folder_is_right(const char *path, const struct ddi_artifact *artifact)
{
    char text[DIGEST_TEXT_SIZE + 1];
    unsigned char sha1[SHA1_DIGEST_SIZE];
    struct digest sha256;
    struct sums sums;

    if (!sum(path, &sums) || sums.size != artifact->size)
        return false;
    if (artifact->sha256[0] != '\0') {
        digest_end(&sums.sha256, &sha256);
        digest_format(&sha256, text);
        return strcmp(text, artifact->sha256) == 0;
    }
    cache_sha1_end(&sums.sha1, sha1);
    number_format_hex(span_of(sha1, sizeof(sha1)), text);
    return strcmp(text, artifact->sha1) == 0;
}

/* An entry of the cache is a folder with the files of one image. */
struct entry {
    char path[FILE_PATH_SIZE];
    uint64_t size;
    int64_t used_at;
};

/* Calls `each` for every file in it. */
static void walk(const char *folder, void (*each)(const char *path, void *context), void *context)
{
    struct error ignored = ERROR_EMPTY;
    DIR *open = opendir(folder);
    const struct dirent *found;
    char path[FILE_PATH_SIZE];

    while (open != NULL && (found = readdir(open)) != NULL)
        if (strcmp(found->d_name, ".") != 0 && strcmp(found->d_name, "..") != 0 &&
            file_path(folder, found->d_name, path, &ignored))
            each(path, context);
    if (open != NULL)
        (void)closedir(open);
}

static void measure(const char *path, void *context)
{
    struct entry *entry = context;
    struct stat facts;

    if (lstat(path, &facts) != 0)
        return;
    entry->size += (uint64_t)facts.st_size;
    if (facts.st_mtime > entry->used_at)
        entry->used_at = facts.st_mtime;
}

static void remove_file(const char *path, void *context)
{
    (void)context;
    (void)unlink(path);
}

struct search {
    cache_folder_must_stay *must_stay;
    const void *context; /* its */
    uint64_t size;       /* of all */
    struct entry oldest;
};

static void compare(const char *path, void *context)
{
    struct search *search = context;
    struct entry entry = {.size = 0};
    const char *name = strrchr(path, '/') + 1;

    (void)snprintf(entry.path, sizeof(entry.path), "%s", path);
    walk(path, measure, &entry);
    search->size += entry.size;
    if (entry.size > 0 && !search->must_stay(search->context, name) &&
        (search->oldest.path[0] == '\0' || entry.used_at < search->oldest.used_at))
        search->oldest = entry;
}

void cache_folder_make_room(const char *folder, uint64_t limit, cache_folder_must_stay *must_stay,
                            const void *context)
{
    for (;;) {
        struct search search = {.must_stay = must_stay, .context = context};

        walk(folder, compare, &search);
        if (search.size <= limit || search.oldest.path[0] == '\0')
            return;
        walk(search.oldest.path, remove_file, NULL);
        (void)rmdir(search.oldest.path);
    }
}
