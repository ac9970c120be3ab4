/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/tree.h"

#include "base/file.h"
#include "base/memory.h"

#include <string.h>

enum { PIECE = 65536 };

/* What is done with each thing in a tree: copied to `to`, or digested. */
struct walk {
    struct store *store;
    struct digest_context *digest; /* NULL: copy */
    unsigned char *piece;          /* PIECE bytes */
};

/* One step of it: the thing's place, where its copy goes, and its name from the tree's root. */
struct step {
    const struct walk *walk;
    char from[FILE_PATH_SIZE];
    char to[FILE_PATH_SIZE];
    char name[FILE_PATH_SIZE];
    unsigned depth;
};

static bool visit(const struct step *step, struct error *err);

static bool visit_inner(void *context, const char *name, struct error *err)
{
    const struct step *outer = context;
    struct step step = {.walk = outer->walk, .depth = outer->depth + 1};

    if (step.depth > TREE_DEPTH)
        return error_set(err, ERROR_INTERNAL, "%s: folders more than %d deep", outer->from,
                         TREE_DEPTH);
    return file_path(outer->from, name, step.from, err) &&
           file_path(outer->to, name, step.to, err) &&
           file_path(outer->name, name, step.name, err) && visit(&step, err);
}

static bool copy_bytes(const struct step *step, struct error *err)
{
    const struct walk *walk = step->walk;
    struct store *store = walk->store;
    uint64_t at = 0;
    size_t got;

    do {
        if (!store->operations->read(store, step->from, at, walk->piece, PIECE, &got, err))
            return false;
        if (got > 0 &&
            !store->operations->write(store, step->to, at, span_of(walk->piece, got), err))
            return false;
        at += got;
    } while (got > 0);
    return true;
}

static bool copy_one(const struct step *step, const struct store_entry *entry, struct error *err)
{
    struct store *store = step->walk->store;
    char to[FILE_PATH_SIZE];
    struct step inner = *step;

    if (entry->kind == STORE_LINK)
        return store->operations->read_link(store, step->from, to, sizeof(to), err) &&
               store->operations->make(store, step->to, entry, to, err);
    if (!store->operations->make(store, step->to, entry, NULL, err))
        return false;
    if (entry->kind == STORE_FILE && !copy_bytes(step, err))
        return false;
    if (entry->kind == STORE_FOLDER &&
        !store->operations->list(store, step->from, visit_inner, &inner, err))
        return false;
    return store->operations->sync(store, step->to, err);
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
    uint64_t at = 0;
    size_t got;

    add_number(walk->digest, size);
    do {
        if (!walk->store->operations->read(walk->store, step->from, at, walk->piece, PIECE, &got,
                                           err))
            return false;
        digest_add(walk->digest, span_of(walk->piece, got));
        at += got;
    } while (got > 0);
    if (at != size)
        return error_set(err, ERROR_INTERNAL, "%s: changed while it was read", step->from);
    return true;
}

/* Every size before its bytes, so that no two trees give the same bytes. */
static bool digest_one(const struct step *step, const struct store_entry *entry, struct error *err)
{
    struct store *store = step->walk->store;
    struct digest_context *digest = step->walk->digest;
    char to[FILE_PATH_SIZE];
    struct step inner = *step;

    add_number(digest, entry->kind);
    add_text(digest, step->name);
    if (entry->kind == STORE_LINK) {
        if (!store->operations->read_link(store, step->from, to, sizeof(to), err))
            return false;
        add_text(digest, to);
        return true;
    }
    add_number(digest, entry->mode);
    if (entry->kind == STORE_FILE)
        return digest_bytes(step, entry->size, err);
    return store->operations->list(store, step->from, visit_inner, &inner, err);
}

static bool visit(const struct step *step, struct error *err)
{
    struct store *store = step->walk->store;
    struct store_entry entry;

    if (!store->operations->look(store, step->from, &entry, err))
        return false;
    if (entry.kind == STORE_NOTHING)
        return error_set(err, ERROR_INTERNAL, "%s: nothing there", step->from);
    if (entry.kind == STORE_OTHER)
        return error_set(err, ERROR_INTERNAL, "%s: neither file, folder nor link", step->from);
    return step->walk->digest == NULL ? copy_one(step, &entry, err) : digest_one(step, &entry, err);
}

static bool walk_tree(struct store *store, const char *from, const char *to,
                      struct digest_context *digest, struct error *err)
{
    CLEANUP(memory_free) void *piece = NULL;
    struct walk walk = {.store = store, .digest = digest};
    struct step step = {.walk = &walk};

    if (!memory_allocate(&piece, PIECE, err))
        return false;
    walk.piece = piece;
    if (!span_copy(span_text(from), step.from, sizeof(step.from)) ||
        !span_copy(span_text(to), step.to, sizeof(step.to)))
        return error_set(err, ERROR_INTERNAL, "path is too long");
    return visit(&step, err);
}

bool tree_copy(struct store *store, const char *from, const char *to, struct error *err)
{
    return walk_tree(store, from, to, NULL, err);
}

bool tree_digest(struct store *store, const char *path, struct digest *digest, struct error *err)
{
    struct digest_context context;

    digest_begin(&context);
    if (!walk_tree(store, path, "", &context, err))
        return false;
    digest_end(&context, digest);
    return true;
}
