/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/tree.h"

#include "base/file.h"
#include "base/memory.h"

#include <stdio.h>
#include <string.h>

enum { PIECE = 65536, LISTINGS = 16 };

struct step;

struct walk {
    struct store *store;
    bool (*act)(struct step *step, const struct store_entry *entry, struct error *err);
    bool may_be_other;             /* accept entries of other kinds, and any depth */
    unsigned char *piece;          /* PIECE bytes */
    struct digest_context *digest; /* if act is digest_one */
    char path[FILE_PATH_SIZE];     /* of the present entry */
    size_t top_size;               /* of the first path */
};

/* One entry of the walk. */
struct step {
    struct walk *walk;
    int node;         /* opened; STORE_NO_NODE: of another kind */
    int to;           /* if act is copy_one: the folder that the copy lies in, or STORE_TOP */
    const char *name; /* of the copy in `to` */
    unsigned depth;
    int copy;          /* of a folder: its copy */
    bool is_again;     /* of a folder: entries that have a copy are left out */
    bool has_vanished; /* of a folder: an entry was gone after the listing */
};

static bool failed(const struct walk *walk, struct error *err)
{
    return error_prefix(err, "%s", walk->path);
}

static bool refuse(const struct walk *walk, const char *why, struct error *err)
{
    return error_set(err, ERROR_INTERNAL, "%s: %s", walk->path, why);
}

static bool is_welcome(const struct step *step, const struct store_entry *entry, struct error *err)
{
    if (entry->is_mount && step->depth > 0)
        return refuse(step->walk, "is a mount point: unmount it, or move it out of the settings",
                      err);
    return entry->kind != STORE_OTHER || step->walk->may_be_other ||
           refuse(step->walk, "is no file, folder or link", err);
}

/* Opens the entry `name` of the folder `in`, and acts on it. */
static bool visit(struct step *step, int in, const char *name, bool *is_there, struct error *err)
{
    struct walk *walk = step->walk;
    struct store *store = walk->store;
    struct store_entry entry;
    bool good;

    if (!store->operations->node_open(store, in, name, &entry, &step->node, err))
        return failed(walk, err);
    *is_there = entry.kind != STORE_NOTHING;
    good = !*is_there || (is_welcome(step, &entry, err) && walk->act(step, &entry, err));
    store->operations->node_close(store, &step->node);
    return good;
}

static bool is_copied(const struct step *outer, const char *name, bool *is, struct error *err)
{
    struct store *store = outer->walk->store;
    struct store_entry entry;
    int node;

    if (!store->operations->node_open(store, outer->copy, name, &entry, &node, err))
        return failed(outer->walk, err);
    store->operations->node_close(store, &node);
    *is = entry.kind != STORE_NOTHING;
    return true;
}

static bool visit_inner(void *context, const char *name, struct error *err)
{
    struct step *outer = context;
    struct walk *walk = outer->walk;
    struct step step = {.walk = walk, .to = outer->copy, .name = name, .depth = outer->depth + 1};
    size_t used = strlen(walk->path);
    bool is_there = true, is_done = false;
    bool good;

    if (used + 1 + strlen(name) >= sizeof(walk->path))
        return error_set(err, ERROR_INTERNAL, "path of %s is too long", name);
    (void)snprintf(walk->path + used, sizeof(walk->path) - used, "/%s", name);
    good = (!outer->is_again || is_copied(outer, name, &is_done, err)) &&
           (is_done || visit(&step, outer->node, name, &is_there, err));
    outer->has_vanished = outer->has_vanished || !is_there;
    walk->path[used] = '\0';
    return good;
}

static bool list(struct step *step, struct error *err)
{
    struct walk *walk = step->walk;
    struct store *store = walk->store;

    if (step->depth == TREE_DEPTH) {
        if (walk->may_be_other)
            return true;
        return error_set(err, ERROR_INTERNAL, "%s: folders more than %d deep", walk->path,
                         TREE_DEPTH);
    }
    return store->operations->node_list(store, step->node, visit_inner, step, err);
}

/* Reads no more than the size at the opening, so that a file that grows all the time ends too. */
static bool copy_bytes(const struct step *step, int to, uint64_t size, struct error *err)
{
    const struct walk *walk = step->walk;
    struct store *store = walk->store;
    uint64_t at = 0;
    size_t got;

    for (bool more = size > 0; more; more = got > 0 && at < size) {
        size_t wanted = size - at < PIECE ? (size_t)(size - at) : PIECE;

        if (!store->operations->node_read(store, step->node, at, walk->piece, wanted, &got, err) ||
            (got > 0 &&
             !store->operations->node_write(store, to, at, span_of(walk->piece, got), err)))
            return failed(walk, err);
        at += got;
    }
    return true;
}

/* A program may replace a file by renaming another one, whose listed name is then gone. The
 * folder is listed again to find the new name. */
static bool copy_inside(struct step *step, int to, struct error *err)
{
    step->copy = to;
    for (unsigned i = 0; i < LISTINGS; i++) {
        step->has_vanished = false;
        step->is_again = i > 0;
        if (!list(step, err))
            return false;
        if (!step->has_vanished)
            return true;
    }
    return refuse(step->walk, "changes all the time", err);
}

static bool copy_to(struct step *step, const struct store_entry *entry, int to, struct error *err)
{
    const struct walk *walk = step->walk;

    if (entry->kind == STORE_FILE && !copy_bytes(step, to, entry->size, err))
        return false;
    if (entry->kind == STORE_FOLDER && !copy_inside(step, to, err))
        return false;
    return walk->store->operations->node_finish(walk->store, to, entry, err) || failed(walk, err);
}

static bool copy_one(struct step *step, const struct store_entry *entry, struct error *err)
{
    struct walk *walk = step->walk;
    struct store *store = walk->store;
    char link[FILE_PATH_SIZE] = "";
    int to;
    bool good;

    if (entry->kind == STORE_LINK &&
        !store->operations->node_read_link(store, step->node, link, sizeof(link), err))
        return failed(walk, err);
    if (!store->operations->node_make(store, step->to, step->name, entry->kind, link, &to, err))
        return error_prefix(err, "copy of %s", walk->path);
    good = copy_to(step, entry, to, err);
    store->operations->node_close(store, &to);
    return good;
}

static void add_number(struct digest_context *digest, uint64_t number)
{
    unsigned char bytes[8];

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)(number >> (8 * i));
    digest_add(digest, span_of(bytes, sizeof(bytes)));
}

static void add_text(struct digest_context *digest, const char *text)
{
    add_number(digest, strlen(text));
    digest_add(digest, span_text(text));
}

static bool digest_bytes(const struct step *step, uint64_t size, struct error *err)
{
    const struct walk *walk = step->walk;
    struct store *store = walk->store;
    uint64_t at = 0;
    size_t got;

    add_number(walk->digest, size);
    do {
        if (!store->operations->node_read(store, step->node, at, walk->piece, PIECE, &got, err))
            return failed(walk, err);
        digest_add(walk->digest, span_of(walk->piece, got));
        at += got;
    } while (got == PIECE && at <= size);
    return at == size || refuse(walk, "changed while it was read", err);
}

/* Each size is hashed before its bytes, so that two different trees never hash the same bytes. */
static bool digest_one(struct step *step, const struct store_entry *entry, struct error *err)
{
    struct walk *walk = step->walk;
    struct store *store = walk->store;
    const char *inside = walk->path + walk->top_size;
    char link[FILE_PATH_SIZE];

    add_number(walk->digest, entry->kind);
    add_text(walk->digest, inside);
    if (entry->kind == STORE_LINK) {
        if (!store->operations->node_read_link(store, step->node, link, sizeof(link), err))
            return failed(walk, err);
        add_text(walk->digest, link);
        return true;
    }
    add_number(walk->digest, entry->mode);
    if (entry->kind == STORE_FILE)
        return digest_bytes(step, entry->size, err);
    if (!list(step, err))
        return false;
    return !step->has_vanished || refuse(walk, "changed while it was read", err);
}

static bool check_removable(struct step *step, const struct store_entry *entry, struct error *err)
{
    const struct walk *walk = step->walk;

    if (step->node != STORE_NO_NODE &&
        walk->store->operations->node_is_fixed(walk->store, step->node))
        return refuse(walk, "cannot be removed: it is immutable: chattr -i -a", err);
    return entry->kind != STORE_FOLDER || list(step, err);
}

static bool check_one(struct step *step, const struct store_entry *entry, struct error *err)
{
    return entry->kind != STORE_FOLDER || list(step, err);
}

static bool walk_tree(struct walk *walk, const char *from, const char *to, bool *is_there,
                      struct error *err)
{
    struct step step = {.walk = walk, .to = STORE_TOP, .name = to};

    walk->top_size = strlen(from);
    if (!span_copy(span_text(from), walk->path, sizeof(walk->path)))
        return error_set(err, ERROR_INTERNAL, "path is too long");
    return visit(&step, STORE_TOP, from, is_there, err);
}

static bool walk_existing(struct walk *walk, const char *from, const char *to, struct error *err)
{
    CLEANUP(memory_free) void *piece = NULL;
    bool is_there;

    if (!memory_allocate(&piece, PIECE, err))
        return false;
    walk->piece = piece;
    return walk_tree(walk, from, to, &is_there, err) &&
           (is_there || refuse(walk, "does not exist", err));
}

bool tree_copy(struct store *store, const char *from, const char *to, struct error *err)
{
    struct walk walk = {.store = store, .act = copy_one};

    return walk_existing(&walk, from, to, err);
}

bool tree_digest(struct store *store, const char *path, struct digest *digest, struct error *err)
{
    struct digest_context context;
    struct walk walk = {.store = store, .act = digest_one, .digest = &context};

    digest_begin(&context);
    if (!walk_existing(&walk, path, NULL, err))
        return false;
    digest_end(&context, digest);
    return true;
}

bool tree_check(struct store *store, const char *path, struct error *err)
{
    struct walk walk = {.store = store, .act = check_one};

    return walk_existing(&walk, path, NULL, err);
}

bool tree_check_removable(struct store *store, const char *path, struct error *err)
{
    struct walk walk = {.store = store, .act = check_removable, .may_be_other = true};
    bool is_there;

    return walk_tree(&walk, path, NULL, &is_there, err);
}
