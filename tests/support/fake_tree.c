/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_tree.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECTOR = 512 };

struct fake_node *fake_tree_new_node(struct fake_tree *tree, const struct store_entry *entry)
{
    struct fake_node *node = calloc(1, sizeof(*node));

    assert(node != NULL);
    node->entry = *entry;
    node->entry.size = 0;
    if (entry->kind == STORE_FOLDER) {
        node->versions = calloc(1, sizeof(*node->versions));
        assert(node->versions != NULL);
        node->version_count = 1;
    }
    node->made_before = tree->made_last;
    tree->made_last = node;
    return node;
}

void fake_tree_make(struct fake_tree *tree)
{
    const struct store_entry entry = {.kind = STORE_FOLDER, .mode = 0755};

    tree->made_last = NULL;
    tree->root = fake_tree_new_node(tree, &entry);
}

void fake_tree_free(struct fake_tree *tree)
{
    while (tree->made_last != NULL) {
        struct fake_node *node = tree->made_last;

        tree->made_last = node->made_before;
        free(node->now.bytes);
        free(node->synced.bytes);
        free(node->versions);
        free(node);
    }
    tree->root = NULL;
}

const struct fake_names *fake_tree_names(const struct fake_node *folder)
{
    return &folder->versions[folder->version_count - 1];
}

struct fake_node *fake_tree_look_up(const struct fake_node *folder, const char *name)
{
    const struct fake_names *names = fake_tree_names(folder);

    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->entries[i].name, name) == 0)
            return names->entries[i].node;
    return NULL;
}

struct fake_node *fake_tree_find(const struct fake_tree *tree, const char *path)
{
    struct span rest = span_text(path);
    struct fake_node *node = tree->root;
    char name[FAKE_NAME_SIZE];
    struct span part;

    assert(span_skip(&rest, "/"));
    for (bool more = rest.size > 0; more;) {
        more = span_split(&rest, '/', &part);
        if (node == NULL || node->entry.kind != STORE_FOLDER)
            return NULL;
        if (!span_copy(part, name, sizeof(name)))
            return NULL;
        node = fake_tree_look_up(node, name);
    }
    return node;
}

struct fake_node *fake_tree_folder_of(const struct fake_tree *tree, const char *path,
                                      const char **name)
{
    const char *slash = strrchr(path, '/');
    char folder[FILE_PATH_SIZE];
    struct fake_node *node;

    assert(slash != NULL && slash[1] != '\0');
    *name = slash + 1;
    (void)snprintf(folder, sizeof(folder), "%.*s", slash == path ? 1 : (int)(slash - path), path);
    node = fake_tree_find(tree, folder);
    return node != NULL && node->entry.kind == STORE_FOLDER ? node : NULL;
}

struct fake_names *fake_tree_change(struct fake_node *folder)
{
    size_t count = folder->version_count;

    folder->versions = realloc(folder->versions, (count + 1) * sizeof(*folder->versions));
    assert(folder->versions != NULL);
    folder->versions[count] = folder->versions[count - 1];
    folder->version_count++;
    return &folder->versions[count];
}

void fake_names_put(struct fake_names *names, const char *name, struct fake_node *node)
{
    size_t at = 0;

    fake_names_remove(names, name);
    assert(names->count < FAKE_NAMES && strlen(name) < FAKE_NAME_SIZE);
    while (at < names->count && strcmp(names->entries[at].name, name) < 0)
        at++;
    memmove(&names->entries[at + 1], &names->entries[at],
            (names->count - at) * sizeof(names->entries[0]));
    (void)snprintf(names->entries[at].name, FAKE_NAME_SIZE, "%s", name);
    names->entries[at].node = node;
    names->count++;
}

void fake_names_remove(struct fake_names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->entries[i].name, name) != 0)
            continue;
        names->count--;
        memmove(&names->entries[i], &names->entries[i + 1],
                (names->count - i) * sizeof(names->entries[0]));
        return;
    }
}

static void set_size(struct fake_content *content, size_t size)
{
    content->bytes = realloc(content->bytes, size + 1);
    assert(content->bytes != NULL);
    if (size > content->size)
        memset(content->bytes + content->size, 0, size - content->size);
    content->size = size;
}

void fake_content_write(struct fake_content *content, uint64_t at, struct span bytes)
{
    if (at + bytes.size > content->size)
        set_size(content, at + bytes.size);
    if (bytes.size > 0)
        memcpy(content->bytes + at, bytes.data, bytes.size);
}

static void copy_content(struct fake_content *to, const struct fake_content *from)
{
    set_size(to, from->size);
    if (from->size > 0)
        memcpy(to->bytes, from->bytes, from->size);
}

void fake_tree_sync(struct fake_node *node)
{
    if (node->entry.kind == STORE_FILE)
        copy_content(&node->synced, &node->now);
    if (node->entry.kind == STORE_FOLDER) {
        node->versions[0] = *fake_tree_names(node);
        node->version_count = 1;
    }
}

/* The next number of a series that depends on its first number alone (xorshift). */
static uint64_t next(uint64_t *chance)
{
    *chance ^= *chance << 13;
    *chance ^= *chance >> 7;
    *chance ^= *chance << 17;
    return *chance;
}

static void lose_bytes(struct fake_node *node, uint64_t *chance)
{
    if (next(chance) % 2 == 1)
        set_size(&node->synced, node->now.size);
    for (size_t at = 0; at < node->now.size && at < node->synced.size; at += SECTOR) {
        size_t end = at + SECTOR;

        end = end < node->now.size ? end : node->now.size;
        end = end < node->synced.size ? end : node->synced.size;
        if (next(chance) % 2 == 1)
            memcpy(node->synced.bytes + at, node->now.bytes + at, end - at);
    }
}

void fake_tree_lose(struct fake_tree *tree, uint64_t chance)
{
    for (struct fake_node *node = tree->made_last; node != NULL; node = node->made_before) {
        if (node->entry.kind == STORE_FILE) {
            if (chance != 0)
                lose_bytes(node, &chance);
            copy_content(&node->now, &node->synced);
        }
        if (node->entry.kind == STORE_FOLDER) {
            node->versions[0] =
                node->versions[chance == 0 ? 0 : next(&chance) % node->version_count];
            node->version_count = 1;
        }
    }
}
