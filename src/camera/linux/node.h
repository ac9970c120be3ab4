/* SPDX-License-Identifier: Apache-2.0 */
/* Files, folders and links by descriptors: the node operations of the store port. A node is a
 * descriptor. Another user who renames the folders around it leads none of them elsewhere. */
#ifndef CAMERA_LINUX_NODE_H
#define CAMERA_LINUX_NODE_H

#include "camera/store.h"

/* Opens the folder that `path` lies in. The caller owns `folder`; `name` points into `path`. */
bool node_folder_of(const char *path, int *folder, const char **name, struct error *err) MUST_CHECK;

/* As the operations of the port; `in` is a folder's descriptor or STORE_TOP. */
bool node_open(struct store *store, int in, const char *name, struct store_entry *entry, int *node,
               struct error *err) MUST_CHECK;
bool node_make(struct store *store, int in, const char *name, enum store_kind kind, const char *to,
               int *node, struct error *err) MUST_CHECK;
bool node_read(struct store *store, int node, uint64_t at, void *data, size_t capacity, size_t *got,
               struct error *err) MUST_CHECK;
bool node_write(struct store *store, int node, uint64_t at, struct span bytes,
                struct error *err) MUST_CHECK;
bool node_list(struct store *store, int node,
               bool (*visit)(void *context, const char *name, struct error *err), void *context,
               struct error *err) MUST_CHECK;
bool node_read_link(struct store *store, int node, char *to, size_t capacity,
                    struct error *err) MUST_CHECK;
/* Sets owner and mode of `entry`. */
bool node_give(int node, const struct store_entry *entry, struct error *err) MUST_CHECK;
bool node_finish(struct store *store, int node, const struct store_entry *entry,
                 struct error *err) MUST_CHECK;
bool node_is_fixed(struct store *store, int node);
void node_close(struct store *store, int *node);

/* As `remove` of the port. */
bool node_remove(const char *path, struct error *err) MUST_CHECK;

/* As `can_rename` of the port. */
bool node_can_rename(struct store *store, const char *path, bool *is_sure,
                     struct error *err) MUST_CHECK;

/* What stat(2) says, without is_mount. */
struct stat;
struct store_entry node_entry(const struct stat *facts);

/* Shuts other users out of a folder of which this process is the owner, or root. */
void node_take(int folder);

#endif
