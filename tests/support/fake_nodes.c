/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_nodes.h"

#include "fake_store.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { PRIVATE_FOLDER = 0700, PRIVATE_FILE = 0600, GROWN_LIMIT = 1 << 20 };

static struct fake_store *fake_of(struct store *store)
{
    return (struct fake_store *)store;
}

static enum fake_step step(struct store *store, bool is_change, struct error *err)
{
    return fake_power_step(fake_of(store)->power, is_change, err);
}

static struct fake_node *node_of(struct store *store, int number, enum store_kind kind)
{
    struct fake_node *node;

    assert(number >= 0 && number < FAKE_NODES);
    node = fake_of(store)->nodes[number];
    assert(node != NULL && (kind == STORE_NOTHING || node->entry.kind == kind));
    return node;
}

static int opened(struct store *store, struct fake_node *node)
{
    for (int i = 0; i < FAKE_NODES; i++)
        if (fake_of(store)->nodes[i] == NULL) {
            fake_of(store)->nodes[i] = node;
            return i;
        }
    assert(false && "too many nodes are open");
    return STORE_NO_NODE;
}

/* The open folder `in`; for a path, the folder that contains it, and `name` becomes its last
 * part. */
static struct fake_node *folder_of(struct store *store, int in, const char **name)
{
    if (in != STORE_TOP)
        return node_of(store, in, STORE_FOLDER);
    return fake_tree_folder_of(&fake_of(store)->tree, *name, name);
}

bool fake_nodes_open(struct store *store, int in, const char *name, struct store_entry *entry,
                     int *node, struct error *err)
{
    const struct fake_node *folder;
    struct fake_node *found;

    *entry = (struct store_entry){.kind = STORE_NOTHING};
    *node = STORE_NO_NODE;
    if (fake_of(store)->meanwhile != NULL)
        fake_of(store)->meanwhile(fake_of(store), name);
    if (step(store, false, err) != FAKE_STEP_WORKS)
        return false;
    folder = folder_of(store, in, &name);
    found = folder == NULL ? NULL : fake_tree_look_up(folder, name);
    if (found == NULL)
        return true;
    *entry = found->entry;
    entry->size = found->now.size;
    if (entry->kind != STORE_OTHER)
        *node = opened(store, found);
    return true;
}

bool fake_nodes_make(struct store *store, int in, const char *name, enum store_kind kind,
                     const char *to, int *node, struct error *err)
{
    const struct store_entry entry = {.kind = kind,
                                      .mode = kind == STORE_FOLDER ? PRIVATE_FOLDER : PRIVATE_FILE};
    struct fake_node *folder = folder_of(store, in, &name);
    struct fake_node *made;

    *node = STORE_NO_NODE;
    if (step(store, true, err) != FAKE_STEP_WORKS)
        return false;
    if (folder == NULL || fake_tree_look_up(folder, name) != NULL)
        return error_set(err, ERROR_INTERNAL, "cannot make");
    made = fake_tree_new_node(&fake_of(store)->tree, &entry);
    (void)snprintf(made->to, sizeof(made->to), "%s", to);
    fake_names_put(fake_tree_change(folder), name, made);
    *node = opened(store, made);
    return true;
}

static void grow(struct fake_content *content)
{
    static const unsigned char more[65536];

    assert(content->size < GROWN_LIMIT); /* no reader may follow it without end */
    fake_content_write(content, content->size, span_of(more, sizeof(more)));
}

bool fake_nodes_read(struct store *store, int node, uint64_t at, void *data, size_t capacity,
                     size_t *got, struct error *err)
{
    const struct fake_node *found = node_of(store, node, STORE_FILE);
    struct span rest =
        span_first(span_from(span_of(found->now.bytes, found->now.size), at), capacity);

    if (step(store, false, err) != FAKE_STEP_WORKS)
        return false;
    if (rest.size > 0)
        memcpy(data, rest.data, rest.size);
    *got = rest.size;
    if (fake_of(store)->grows)
        grow(&node_of(store, node, STORE_FILE)->now);
    return true;
}

bool fake_nodes_write(struct store *store, int node, uint64_t at, struct span bytes,
                      struct error *err)
{
    enum fake_step taken = step(store, true, err);

    if (taken == FAKE_STEP_FAILS)
        return false;
    if (taken == FAKE_STEP_TORN)
        bytes = span_first(bytes, bytes.size / 2);
    fake_content_write(&node_of(store, node, STORE_FILE)->now, at, bytes);
    return taken == FAKE_STEP_WORKS;
}

bool fake_nodes_list(struct store *store, int node,
                     bool (*visit)(void *context, const char *name, struct error *err),
                     void *context, struct error *err)
{
    struct fake_names names;

    if (step(store, false, err) != FAKE_STEP_WORKS)
        return false;
    names = *fake_tree_names(node_of(store, node, STORE_FOLDER));
    for (size_t i = 0; i < names.count; i++)
        if (!visit(context, names.entries[i].name, err))
            return false;
    return true;
}

bool fake_nodes_read_link(struct store *store, int node, char *to, size_t capacity,
                          struct error *err)
{
    const struct fake_node *found = node_of(store, node, STORE_LINK);

    if (step(store, false, err) != FAKE_STEP_WORKS)
        return false;
    assert(strlen(found->to) < capacity);
    (void)snprintf(to, capacity, "%s", found->to);
    return true;
}

bool fake_nodes_finish(struct store *store, int node, const struct store_entry *entry,
                       struct error *err)
{
    struct fake_node *found = node_of(store, node, entry->kind);

    if (step(store, true, err) != FAKE_STEP_WORKS)
        return false;
    found->entry.mode = entry->mode;
    found->entry.user = entry->user;
    found->entry.group = entry->group;
    fake_tree_sync(found);
    return true;
}

bool fake_nodes_is_fixed(struct store *store, int node)
{
    struct fake_store *fake = fake_of(store);

    return fake->immutable != NULL &&
           fake->nodes[node] == fake_tree_find(&fake->tree, fake->immutable);
}

void fake_nodes_close(struct store *store, int *node)
{
    if (*node == STORE_NO_NODE)
        return;
    (void)node_of(store, *node, STORE_NOTHING);
    fake_of(store)->nodes[*node] = NULL;
    *node = STORE_NO_NODE;
}
