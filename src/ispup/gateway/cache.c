/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/cache.h"

#include "base/fd.h"
#include "base/memory.h"
#include "ispup/gateway/cache_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MODE = 0600, FOLDER_MODE = 0700, WHOLE = 200, PART = 206 };

static bool make_folder(const struct cache *cache, const char *path, struct error *err)
{
    return cache->is_dry || mkdir(path, FOLDER_MODE) == 0 || errno == EEXIST ||
           error_system(err, ERROR_INTERNAL, "cannot make %s", path);
}

bool cache_open(struct cache *cache, const struct setup *setup, cache_is_needed *is_needed,
                const void *context, struct error *err)
{
    cache->setup = setup;
    cache->is_needed = is_needed;
    cache->context = context;
    return file_path(setup->folder, "cache", cache->folder, err) &&
           make_folder(cache, cache->folder, err);
}

static void close_file(struct cache_file *file)
{
    fd_close(&file->fd);
    image_file_close(&file->image);
    client_request_close(&file->request);
    memory_free(&file);
}

void cache_close(struct cache *cache)
{
    while (cache->files != NULL) {
        struct cache_file *file = cache->files;

        cache->files = file->next;
        close_file(file);
    }
}

static void set_state(struct cache_file *file, enum decision_artifact state, const char *why)
{
    file->state = state;
    span_printable(span_text(why), file->why, sizeof(file->why));
}

/* As `ispup push` checks it. This machine's trouble is no fault of the image. */
static bool check_image(struct cache *cache, struct cache_file *file, struct error *err)
{
    const char *keys = cache->setup->keys[0] == '\0' ? NULL : cache->setup->keys;
    struct error cause = ERROR_EMPTY;

    if (image_file_open(&file->image, file->path, cache->setup->may_be_foreign, keys, &cause)) {
        file->state = DECISION_ARTIFACT_READY;
        return true;
    }
    image_file_close(&file->image);
    if (cause.kind == ERROR_INTERNAL)
        return error_pass(err, &cause);
    set_state(file, DECISION_ARTIFACT_BAD, cause.text);
    return true;
}

/* The name is an image's own: device_choose_artifact has parsed it. */
static bool set_paths(struct cache *cache, struct cache_file *file, struct error *err)
{
    char folder[FILE_PATH_SIZE], name[DDI_NAME_SIZE + 8];
    struct span base = image_name_base(span_text(file->artifact.file_name));

    if (!file_path(cache->folder, file->key, folder, err) || !make_folder(cache, folder, err) ||
        !span_copy(base, name, DDI_NAME_SIZE) || !file_path(folder, name, file->path, err))
        return false;
    (void)snprintf(file->part, sizeof(file->part), "%.1010s.part", file->path);
    (void)snprintf(file->tag, sizeof(file->tag), "%.1010s.tag", file->path);
    return true;
}

static bool look(struct cache *cache, struct cache_file *file, struct error *err)
{
    if (!set_paths(cache, file, err))
        return false;
    if (access(file->path, F_OK) != 0)
        return true;
    if (cache_folder_is_right(file->path, &file->artifact))
        return check_image(cache, file, err);
    if (!cache->is_dry)
        (void)unlink(file->path);
    return true;
}

bool cache_find(struct cache *cache, const struct ddi_artifact *artifact, struct cache_file **file,
                struct error *err)
{
    char key[DEVICE_KEY_SIZE];
    void *made = NULL;

    device_artifact_key(artifact, key);
    /* The name counts too: an image under a wrong one is not valid. */
    for (*file = cache->files; *file != NULL; *file = (*file)->next)
        if (strcmp((*file)->key, key) == 0 &&
            strcmp((*file)->artifact.file_name, artifact->file_name) == 0)
            return true;
    if (!memory_allocate(&made, sizeof(struct cache_file), err))
        return false;
    *file = made;
    (*file)->fd = FD_NONE;
    (*file)->image = IMAGE_FILE_NONE;
    (*file)->artifact = *artifact;
    memcpy((*file)->key, key, sizeof(key));
    if (!look(cache, *file, err)) {
        close_file(*file);
        *file = NULL;
        return false;
    }
    (*file)->next = cache->files;
    cache->files = *file;
    return true;
}

/* Without the tag that the server gave, a part may be of another file. */
static void read_tag(struct cache_file *file)
{
    CLEANUP(memory_free) unsigned char *text = NULL;
    struct error ignored = ERROR_EMPTY;
    size_t size = 0;

    file->request.tag[0] = '\0';
    if (!file_read(file->tag, CLIENT_TAG_SIZE - 1, &text, &size, &ignored) ||
        !span_copy(span_of(text, size), file->request.tag, CLIENT_TAG_SIZE))
        file->request.tag[0] = '\0';
}

static bool open_part(struct cache_file *file, struct error *err)
{
    struct stat facts;

    file->fd = open(file->part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
    if (file->fd == FD_NONE || fstat(file->fd, &facts) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", file->part);
    read_tag(file);
    file->request.from = file->request.tag[0] == '\0' ? 0 : (uint64_t)facts.st_size;
    if (file->request.from >= file->artifact.size)
        file->request.from = 0;
    if (file->request.from == 0)
        file->request.tag[0] = '\0';
    return true;
}

static bool must_stay(const void *context, const char *key)
{
    const struct cache *cache = context;

    for (const struct cache_file *file = cache->files; file != NULL; file = file->next)
        if (file->is_loading && strcmp(file->key, key) == 0)
            return true;
    return cache->is_needed(cache->context, key);
}

static bool is_gone(const struct cache_file *file)
{
    char folder[FILE_PATH_SIZE];

    file_folder(file->path, folder);
    return !file->is_loading && access(folder, F_OK) != 0;
}

/* An open file would keep its place on the disk. */
static void make_room(struct cache *cache, uint64_t limit)
{
    struct cache_file **place = &cache->files;

    cache_folder_make_room(cache->folder, limit, must_stay, cache);
    while (*place != NULL) {
        struct cache_file *file = *place;

        if (is_gone(file)) {
            *place = file->next;
            close_file(file);
        } else
            place = &file->next;
    }
}

bool cache_begin(struct cache *cache, struct cache_file *file, const char *url, struct error *err)
{
    struct client_request *request = &file->request;

    file->is_loading = true;
    if (file->artifact.size > cache->setup->cache)
        return error_set(err, ERROR_IMAGE, "%" PRIu64 " bytes are more than the cache takes",
                         file->artifact.size);
    make_room(cache, cache->setup->cache - file->artifact.size);
    if (!open_part(file, err))
        return false;
    (void)snprintf(request->url, sizeof(request->url), "%s", url);
    request->method = "GET";
    request->file = file->fd;
    request->limit = file->artifact.size;
    return true;
}

enum cache_end cache_decide(long status, uint64_t from)
{
    if (status == WHOLE || (status == PART && from > 0))
        return CACHE_READY;
    if (status == 301 || status == 302 || status == 303 || status == 307 || status == 308)
        return CACHE_REDIRECT;
    if ((status == 412 || status == 416) && from > 0)
        return CACHE_WHOLE;
    if (status == 401)
        return CACHE_DENIED;
    return status == 404 || status == 410 ? CACHE_LOST : CACHE_LATER;
}

static void forget_part(struct cache_file *file)
{
    (void)unlink(file->part);
    (void)unlink(file->tag);
}

/* So much of it is there: the next try asks for the rest. */
static void keep_tag(const struct cache_file *file)
{
    struct error ignored = ERROR_EMPTY;

    if (file->request.new_tag[0] != '\0' &&
        !file_replace(file->tag, span_text(file->request.new_tag), FILE_MODE, &ignored))
        return; /* then it is fetched whole */
}

static enum cache_end later(struct cache_file *file, const char *why)
{
    span_printable(span_text(why), file->why, sizeof(file->why));
    return CACHE_LATER;
}

/* All bytes are there: are they the right ones? */
static enum cache_end finish(struct cache *cache, struct cache_file *file)
{
    struct error err = ERROR_EMPTY;

    if (!fd_commit(&file->fd, &err))
        return later(file, err.text);
    if (!cache_folder_is_right(file->part, &file->artifact)) {
        forget_part(file);
        file->request.is_wrong = true;
        return later(file, "size or digest are not those that hawkBit names");
    }
    if (rename(file->part, file->path) != 0)
        return later(file, strerror(errno));
    forget_part(file);
    return check_image(cache, file, &err) ? CACHE_READY : later(file, err.text);
}

/* A server may promise more bytes than there are, or end the connection after the last one. */
static bool has_all(const struct cache_file *file)
{
    struct stat facts;

    return file->request.status == 0 && !file->request.is_wrong && fstat(file->fd, &facts) == 0 &&
           (uint64_t)facts.st_size == file->artifact.size;
}

enum cache_end cache_end(struct cache *cache, struct cache_file *file)
{
    const struct client_request *request = &file->request;
    enum cache_end end = cache_decide(request->status, request->from);
    char why[CLIENT_STATUS_SIZE];

    file->is_loading = false;
    if (end == CACHE_READY || has_all(file))
        return finish(cache, file);
    fd_close(&file->fd);
    if (end == CACHE_WHOLE || request->is_wrong)
        forget_part(file);
    if (end != CACHE_LATER && end != CACHE_LOST)
        return end;
    if (!request->is_wrong)
        keep_tag(file);
    (void)later(file, client_why(request, why));
    return end;
}
