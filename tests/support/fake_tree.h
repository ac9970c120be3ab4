/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files and folders in memory, twice: as programs see them, and as the medium holds them. A file's
 * bytes reach the medium when the file is synced, a folder's names when the folder is synced. Used
 * by fake_store alone.
 */
#ifndef SUPPORT_FAKE_TREE_H
#define SUPPORT_FAKE_TREE_H

#include "base/file.h"
#include "camera/store.h"

#include <stdint.h>

enum { FAKE_NAME_SIZE = 64, FAKE_NAMES = 32 };

struct fake_node;

/* The names in a folder, in byte order. */
struct fake_names {
    size_t count;
    struct {
        char name[FAKE_NAME_SIZE];
        struct fake_node *node;
    } entries[FAKE_NAMES];
};

struct fake_content {
    unsigned char *bytes; /* owned */
    size_t size;
};

struct fake_node {
    struct fake_node *made_before; /* all nodes live until the tree is freed */
    struct store_entry entry;
    char to[FAKE_NAME_SIZE];         /* of a link */
    struct fake_content now, synced; /* of a file */
    struct fake_names *versions;     /* of a folder, owned: one synced, then one a change */
    size_t version_count;
};

struct fake_tree {
    struct fake_node *root;
    struct fake_node *made_last;
};

void fake_tree_make(struct fake_tree *tree);
void fake_tree_free(struct fake_tree *tree);

struct fake_node *fake_tree_new_node(struct fake_tree *tree, const struct store_entry *entry);

/* NULL if there is nothing. Follows no link. */
struct fake_node *fake_tree_find(const struct fake_tree *tree, const char *path);

/* The folder that contains `path` (NULL: none), and the last name of `path`. */
struct fake_node *fake_tree_folder_of(const struct fake_tree *tree, const char *path,
                                      const char **name);

/* The names as they are now. */
const struct fake_names *fake_tree_names(const struct fake_node *folder);
struct fake_node *fake_tree_look_up(const struct fake_node *folder, const char *name);

/* Changes the names: this makes a new version. */
struct fake_names *fake_tree_change(struct fake_node *folder);
void fake_names_put(struct fake_names *names, const char *name, struct fake_node *node);
void fake_names_remove(struct fake_names *names, const char *name);

void fake_content_write(struct fake_content *content, uint64_t at, struct span bytes);

/* The medium now holds every change of this file or folder. */
void fake_tree_sync(struct fake_node *node);

/* With `chance` 0 everything that is not synced is lost. Otherwise `chance` chooses what reached
 * the medium: any sectors of 512 bytes of a file, the first few changes of a folder. */
void fake_tree_lose(struct fake_tree *tree, uint64_t chance);

#endif
