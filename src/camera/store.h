/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The port to the file systems that survive power loss (work folder, saved settings). Journal,
 * settings and staging use only these operations, so that a simulation can cut the power at each of
 * them and lose what was not synced.
 *
 * Journal and staging name each file by its absolute path. Trees of settings belong to another
 * user, who may rename their folders at any moment. So a tree is walked by nodes: a node is an
 * opened file, folder or link, and its entries are named relative to it. No operation follows a
 * link at the end of a path or a name.
 */
#ifndef CAMERA_STORE_H
#define CAMERA_STORE_H

#include "base/error.h"
#include "base/span.h"

#include <stdint.h>

enum store_kind { STORE_NOTHING, STORE_FILE, STORE_FOLDER, STORE_LINK, STORE_OTHER };

struct store_entry {
    enum store_kind kind;
    uint64_t size;
    unsigned mode; /* permission bits */
    unsigned user, group;
    bool is_mount;  /* something is mounted here: a file system, a folder or a file */
    bool as_folder; /* for `make`: use the owner of the parent folder instead (base/file.h) */
};

/* A node is a number. STORE_TOP stands for the folder of absolute paths. */
enum { STORE_NO_NODE = -1, STORE_TOP = -100 };

struct store;

struct store_operations {
    /* Describes the file, folder or link. STORE_NOTHING is not an error. */
    bool (*look)(struct store *store, const char *path, struct store_entry *entry,
                 struct error *err);
    bool (*read)(struct store *store, const char *path, uint64_t at, void *data, size_t capacity,
                 size_t *got, struct error *err);
    /* Opens a file read-only, as the standard input of a program. The caller owns `fd`. */
    bool (*open)(struct store *store, const char *path, int *fd, struct error *err);
    /* Makes an empty file or folder, or a link to `to`; fails if the path exists. Mode, user and
     * group are those of `entry` (user and group only if we have the right). */
    bool (*make)(struct store *store, const char *path, const struct store_entry *entry,
                 const char *to, struct error *err);
    bool (*write)(struct store *store, const char *path, uint64_t at, struct span bytes,
                  struct error *err);
    /* Syncs a file's bytes, or a folder's names. */
    bool (*sync)(struct store *store, const char *path, struct error *err);
    bool (*rename)(struct store *store, const char *from, const char *to, struct error *err);
    /* Fails if `path` cannot be renamed in its folder. `is_sure` is false if only a rename tells.
     * A missing path can be renamed. */
    bool (*can_rename)(struct store *store, const char *path, bool *is_sure, struct error *err);
    /* Removes a file, a link, or a folder with its contents. Stops at a mount and fails. A missing
     * path is not an error. */
    bool (*remove)(struct store *store, const char *path, struct error *err);
    /* Calls `visit` with each name in the folder, in byte order. Stops if `visit` fails. */
    bool (*list)(struct store *store, const char *path,
                 bool (*visit)(void *context, const char *name, struct error *err), void *context,
                 struct error *err);
    /* Free bytes of the file system at `path`, as an unprivileged user sees them. */
    bool (*room)(struct store *store, const char *path, uint64_t *bytes, struct error *err);

    /* Opens and describes `name` in the folder `in`. No node if the kind is STORE_NOTHING (not an
     * error) or STORE_OTHER. The caller closes the node. */
    bool (*node_open)(struct store *store, int in, const char *name, struct store_entry *entry,
                      int *node, struct error *err);
    /* Makes an empty file or folder, or a link to `to`, in the folder `in`, and opens it; fails if
     * the name exists. Until node_finish it is closed to all other users. */
    bool (*node_make)(struct store *store, int in, const char *name, enum store_kind kind,
                      const char *to, int *node, struct error *err);
    bool (*node_read)(struct store *store, int node, uint64_t at, void *data, size_t capacity,
                      size_t *got, struct error *err);
    bool (*node_write)(struct store *store, int node, uint64_t at, struct span bytes,
                       struct error *err);
    bool (*node_list)(struct store *store, int node,
                      bool (*visit)(void *context, const char *name, struct error *err),
                      void *context, struct error *err);
    bool (*node_read_link)(struct store *store, int node, char *to, size_t capacity,
                           struct error *err);
    /* Sets mode, user and group of `entry` (user and group only if we have the right), and syncs:
     * the last step, when nothing is missing inside. */
    bool (*node_finish)(struct store *store, int node, const struct store_entry *entry,
                        struct error *err);
    /* Whether it, or what lies in it, cannot be removed: immutable or append-only. */
    bool (*node_is_fixed)(struct store *store, int node);
    /* Accepts STORE_NO_NODE, and leaves it. */
    void (*node_close)(struct store *store, int *node);
};

struct store {
    const struct store_operations *operations;
};

/* The file systems of this machine; needs no release. */
struct store *store_linux(void);

/* Whether this kernel shows mounts of a folder or file of the same file system (bind mounts): Linux
 * 5.8, or 3.15 with /proc. If not, `is_mount` tells other file systems alone. */
bool store_sees_mounts(void);

#endif
