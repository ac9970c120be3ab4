/* SPDX-License-Identifier: Apache-2.0 */
/*
 * File systems in memory that implement the store port, with a power that can go off. What is not
 * synced is then lost: the bytes of a file and the names of a folder. A write during which the
 * power goes is half done.
 */
#ifndef SUPPORT_FAKE_STORE_H
#define SUPPORT_FAKE_STORE_H

#include "fake_power.h"
#include "fake_tree.h"

enum { FAKE_NODES = 64 };

struct fake_store {
    struct store store; /* the port for the code under test */
    struct fake_power *power;
    struct fake_tree tree;
    uint64_t room; /* the free space that it reports */
    /* Files with this text in their path (NULL: none) get a wrong bit here after each write. */
    const char *spoils;
    uint64_t spoils_at;
    /* Called before a name is opened: it can change the folder as another process would (NULL:
     * none). */
    void (*meanwhile)(struct fake_store *fake, const char *name);
    bool grows;            /* another process adds to a file at each reading of it */
    bool is_unsure;        /* only a rename can tell whether a path can be renamed */
    const char *is_fixed;  /* cannot be renamed, and only a rename tells (NULL: none) */
    const char *immutable; /* chattr +i (NULL: none) */
    struct fake_node *nodes[FAKE_NODES]; /* open nodes; NULL: free */
};

void fake_store_make(struct fake_store *fake, struct fake_power *power); /* `power` is borrowed */
void fake_store_free(struct fake_store *fake);                           /* for CLEANUP */

/* Puts a file that is already on the medium, and makes its folders. This counts as no operation.
 * An existing file is replaced. */
void fake_store_put(struct fake_store *fake, const char *path, struct span bytes);
void fake_store_put_folder(struct fake_store *fake, const char *path);
void fake_store_put_other(struct fake_store *fake, const char *path); /* a device */
void fake_store_put_mount(struct fake_store *fake, const char *path); /* over any mount */
void fake_store_drop(struct fake_store *fake, const char *path);

/* The power goes and comes back; see fake_tree_lose. The caller switches the power itself. */
void fake_store_lose(struct fake_store *fake, uint64_t chance);

size_t fake_store_open_nodes(const struct fake_store *fake);

bool fake_store_has(const struct fake_store *fake, const char *path);
bool fake_store_holds(const struct fake_store *fake, const char *path, struct span bytes);

/* Everything in a folder, one line each: `PATH MODE BYTES`, `PATH/ MODE`, `PATH -> TO`. */
void fake_store_tell(const struct fake_store *fake, const char *path, char *text, size_t capacity);

#endif
