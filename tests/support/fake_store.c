/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_store.h"

#include "fake_nodes.h"

#include "base/fd.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

static struct fake_store *fake_of(struct store *store)
{
    return (struct fake_store *)store;
}

static bool reads(struct store *store, struct error *err)
{
    return fake_power_step(fake_of(store)->power, false, err) == FAKE_STEP_WORKS;
}

static bool changes(struct store *store, struct error *err)
{
    return fake_power_step(fake_of(store)->power, true, err) == FAKE_STEP_WORKS;
}

static struct fake_node *find_kind(struct store *store, const char *path, enum store_kind kind,
                                   struct error *err)
{
    struct fake_node *node = fake_tree_find(&fake_of(store)->tree, path);

    if (node != NULL && node->entry.kind == kind)
        return node;
    error_set(err, ERROR_INTERNAL, "cannot open %s: %s", path,
              node == NULL ? "nothing there" : "of another kind");
    return NULL;
}

static bool fake_look(struct store *store, const char *path, struct store_entry *entry,
                      struct error *err)
{
    const struct fake_node *node = fake_tree_find(&fake_of(store)->tree, path);

    if (!reads(store, err))
        return false;
    *entry = node == NULL ? (struct store_entry){.kind = STORE_NOTHING} : node->entry;
    if (node != NULL && node->entry.kind == STORE_FILE)
        entry->size = node->now.size;
    return true;
}

static bool fake_read(struct store *store, const char *path, uint64_t at, void *data,
                      size_t capacity, size_t *got, struct error *err)
{
    const struct fake_node *node;
    struct span rest;

    if (!reads(store, err) || (node = find_kind(store, path, STORE_FILE, err)) == NULL)
        return false;
    rest = span_first(span_from(span_of(node->now.bytes, node->now.size), at), capacity);
    if (rest.size > 0)
        memcpy(data, rest.data, rest.size);
    *got = rest.size;
    return true;
}

static bool fake_open(struct store *store, const char *path, int *fd, struct error *err)
{
    const struct fake_node *node;

    if (!reads(store, err) || (node = find_kind(store, path, STORE_FILE, err)) == NULL)
        return false;
    *fd = memfd_create("file", MFD_CLOEXEC);
    assert(*fd >= 0);
    return fd_write_at(*fd, 0, span_of(node->now.bytes, node->now.size), err);
}

static bool fake_make(struct store *store, const char *path, const struct store_entry *entry,
                      const char *to, struct error *err)
{
    const char *name;
    struct fake_node *folder = fake_tree_folder_of(&fake_of(store)->tree, path, &name);
    struct fake_node *node;

    if (!changes(store, err))
        return false;
    if (folder == NULL || fake_tree_look_up(folder, name) != NULL)
        return error_set(err, ERROR_INTERNAL, "cannot make %s", path);
    node = fake_tree_new_node(&fake_of(store)->tree, entry);
    if (to != NULL)
        (void)snprintf(node->to, sizeof(node->to), "%s", to);
    fake_names_put(fake_tree_change(folder), name, node);
    return true;
}

/* The medium stores other bytes than were written, and reports success. */
static void spoil(const struct fake_store *fake, const char *path, struct fake_content *content)
{
    if (fake->spoils != NULL &&
        memmem(path, strlen(path), fake->spoils, strlen(fake->spoils)) != NULL &&
        fake->spoils_at < content->size)
        content->bytes[fake->spoils_at] ^= 1;
}

static bool fake_write(struct store *store, const char *path, uint64_t at, struct span bytes,
                       struct error *err)
{
    enum fake_step step = fake_power_step(fake_of(store)->power, true, err);
    struct fake_node *node;

    if (step == FAKE_STEP_FAILS || (node = find_kind(store, path, STORE_FILE, err)) == NULL)
        return false;
    if (step == FAKE_STEP_TORN)
        bytes = span_first(bytes, bytes.size / 2);
    fake_content_write(&node->now, at, bytes);
    spoil(fake_of(store), path, &node->now);
    return step == FAKE_STEP_WORKS;
}

static bool fake_sync(struct store *store, const char *path, struct error *err)
{
    struct fake_node *node = fake_tree_find(&fake_of(store)->tree, path);

    if (!changes(store, err))
        return false;
    if (node == NULL || (node->entry.kind != STORE_FILE && node->entry.kind != STORE_FOLDER))
        return error_set(err, ERROR_INTERNAL, "cannot sync %s", path);
    fake_tree_sync(node);
    return true;
}

/* As rename(2): a file replaces a file, a folder replaces an empty folder only. */
static bool may_replace(const struct fake_node *node, const struct fake_node *there)
{
    if (there == NULL || there == node)
        return true;
    if (node->entry.kind != STORE_FOLDER || there->entry.kind != STORE_FOLDER)
        return node->entry.kind != STORE_FOLDER && there->entry.kind != STORE_FOLDER;
    return fake_tree_names(there)->count == 0;
}

static bool fake_rename(struct store *store, const char *from, const char *to, struct error *err)
{
    struct fake_tree *tree = &fake_of(store)->tree;
    struct fake_node *node = fake_tree_find(tree, from);
    const char *from_name, *to_name;
    struct fake_node *from_folder = fake_tree_folder_of(tree, from, &from_name);
    struct fake_node *to_folder = fake_tree_folder_of(tree, to, &to_name);
    struct fake_names *names;

    if (!changes(store, err))
        return false;
    if (node == NULL || to_folder == NULL || !may_replace(node, fake_tree_find(tree, to)) ||
        (fake_of(store)->is_fixed != NULL && strcmp(from, fake_of(store)->is_fixed) == 0))
        return error_set(err, ERROR_INTERNAL, "cannot rename %s to %s", from, to);
    names = fake_tree_change(from_folder);
    fake_names_remove(names, from_name);
    if (to_folder != from_folder)
        names = fake_tree_change(to_folder);
    fake_names_put(names, to_name, node);
    return true;
}

static bool fake_can_rename(struct store *store, const char *path, bool *is_sure, struct error *err)
{
    const struct fake_node *node = fake_tree_find(&fake_of(store)->tree, path);

    if (!reads(store, err))
        return false;
    *is_sure = !fake_of(store)->is_unsure;
    return node == NULL || !node->entry.is_mount ||
           error_set(err, ERROR_INTERNAL, "%s is a mount point", path);
}

/* The contents first, one by one: the power can go between any two. */
static bool fake_remove(struct store *store, const char *path, struct error *err)
{
    struct fake_tree *tree = &fake_of(store)->tree;
    struct fake_node *node = fake_tree_find(tree, path);
    char inner[FILE_PATH_SIZE];
    const char *name;
    struct fake_node *folder = fake_tree_folder_of(tree, path, &name);

    if (node == NULL)
        return reads(store, err);
    if (node->entry.is_mount)
        return error_set(err, ERROR_INTERNAL, "%s: is a mount point", path);
    while (node->entry.kind == STORE_FOLDER && fake_tree_names(node)->count > 0)
        if (!file_path(path, fake_tree_names(node)->entries[0].name, inner, err) ||
            !fake_remove(store, inner, err))
            return false;
    if (!changes(store, err))
        return false;
    fake_names_remove(fake_tree_change(folder), name);
    return true;
}

static bool fake_list(struct store *store, const char *path,
                      bool (*visit)(void *context, const char *name, struct error *err),
                      void *context, struct error *err)
{
    const struct fake_node *node;
    struct fake_names names;

    if (!reads(store, err) || (node = find_kind(store, path, STORE_FOLDER, err)) == NULL)
        return false;
    names = *fake_tree_names(node);
    for (size_t i = 0; i < names.count; i++)
        if (!visit(context, names.entries[i].name, err))
            return false;
    return true;
}

static bool fake_room(struct store *store, const char *path, uint64_t *bytes, struct error *err)
{
    (void)path;
    if (!reads(store, err))
        return false;
    *bytes = fake_of(store)->room;
    return true;
}

static const struct store_operations operations = {
    .look = fake_look,
    .read = fake_read,
    .open = fake_open,
    .make = fake_make,
    .write = fake_write,
    .sync = fake_sync,
    .rename = fake_rename,
    .can_rename = fake_can_rename,
    .remove = fake_remove,
    .list = fake_list,
    .room = fake_room,
    .node_open = fake_nodes_open,
    .node_make = fake_nodes_make,
    .node_read = fake_nodes_read,
    .node_write = fake_nodes_write,
    .node_list = fake_nodes_list,
    .node_read_link = fake_nodes_read_link,
    .node_finish = fake_nodes_finish,
    .node_is_fixed = fake_nodes_is_fixed,
    .node_close = fake_nodes_close,
};

void fake_store_make(struct fake_store *fake, struct fake_power *power)
{
    *fake = (struct fake_store){
        .store = {.operations = &operations}, .power = power, .room = UINT64_C(1) << 30};
    fake_tree_make(&fake->tree);
}

void fake_store_free(struct fake_store *fake)
{
    fake_tree_free(&fake->tree);
}

static struct fake_node *put(struct fake_store *fake, const char *path, enum store_kind kind)
{
    const struct store_entry entry = {.kind = kind, .mode = kind == STORE_FOLDER ? 0755 : 0644};
    struct fake_node *node = fake_tree_new_node(&fake->tree, &entry);
    const char *name = strrchr(path, '/');
    char parent[FILE_PATH_SIZE];
    struct fake_node *folder;

    (void)snprintf(parent, sizeof(parent), "%.*s", (int)(name - path), path);
    if (parent[0] != '\0')
        fake_store_put_folder(fake, parent);
    folder = fake_tree_folder_of(&fake->tree, path, &name);
    assert(folder != NULL);
    fake_names_put(fake_tree_change(folder), name, node);
    fake_tree_sync(folder);
    return node;
}

void fake_store_put(struct fake_store *fake, const char *path, struct span bytes)
{
    struct fake_node *node = put(fake, path, STORE_FILE);

    fake_content_write(&node->now, 0, bytes);
    fake_tree_sync(node);
}

void fake_store_put_folder(struct fake_store *fake, const char *path)
{
    if (!fake_store_has(fake, path))
        (void)put(fake, path, STORE_FOLDER);
}

void fake_store_put_other(struct fake_store *fake, const char *path)
{
    (void)put(fake, path, STORE_OTHER);
}

void fake_store_put_mount(struct fake_store *fake, const char *path)
{
    fake_tree_find(&fake->tree, path)->entry.is_mount = true;
}

size_t fake_store_open_nodes(const struct fake_store *fake)
{
    size_t count = 0;

    for (size_t i = 0; i < FAKE_NODES; i++)
        count += fake->nodes[i] != NULL;
    return count;
}

void fake_store_drop(struct fake_store *fake, const char *path)
{
    const char *name;
    struct fake_node *folder = fake_tree_folder_of(&fake->tree, path, &name);

    assert(folder != NULL);
    fake_names_remove(fake_tree_change(folder), name);
    fake_tree_sync(folder);
}

void fake_store_lose(struct fake_store *fake, uint64_t chance)
{
    fake_tree_lose(&fake->tree, chance);
}

bool fake_store_has(const struct fake_store *fake, const char *path)
{
    return fake_tree_find(&fake->tree, path) != NULL;
}

bool fake_store_holds(const struct fake_store *fake, const char *path, struct span bytes)
{
    const struct fake_node *node = fake_tree_find(&fake->tree, path);

    return node != NULL && node->entry.kind == STORE_FILE &&
           span_same(span_of(node->now.bytes, node->now.size), bytes);
}

static void tell_node(const struct fake_node *node, const char *path, char *text, size_t capacity)
{
    char inner[FILE_PATH_SIZE];
    struct error ignored = ERROR_EMPTY;
    size_t used = strlen(text);

    if (node->entry.kind == STORE_LINK)
        (void)snprintf(text + used, capacity - used, "%s -> %s\n", path, node->to);
    else if (node->entry.kind == STORE_FOLDER)
        (void)snprintf(text + used, capacity - used, "%s/ %o\n", path, node->entry.mode);
    else
        (void)snprintf(text + used, capacity - used, "%s %o %.*s\n", path, node->entry.mode,
                       (int)node->now.size, (const char *)node->now.bytes);
    for (size_t i = 0; node->entry.kind == STORE_FOLDER && i < fake_tree_names(node)->count; i++)
        if (file_path(path, fake_tree_names(node)->entries[i].name, inner, &ignored))
            tell_node(fake_tree_names(node)->entries[i].node, inner, text, capacity);
}

void fake_store_tell(const struct fake_store *fake, const char *path, char *text, size_t capacity)
{
    const struct fake_node *node = fake_tree_find(&fake->tree, path);

    text[0] = '\0';
    if (node != NULL)
        tell_node(node, "", text, capacity);
}
