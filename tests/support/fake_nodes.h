/* SPDX-License-Identifier: Apache-2.0 */
/* The node operations of fake_store, its only user. A node's number is its index in the table of
 * open nodes. */
#ifndef SUPPORT_FAKE_NODES_H
#define SUPPORT_FAKE_NODES_H

#include "camera/store.h"

bool fake_nodes_open(struct store *store, int in, const char *name, struct store_entry *entry,
                     int *node, struct error *err);
bool fake_nodes_make(struct store *store, int in, const char *name, enum store_kind kind,
                     const char *to, int *node, struct error *err);
bool fake_nodes_read(struct store *store, int node, uint64_t at, void *data, size_t capacity,
                     size_t *got, struct error *err);
bool fake_nodes_write(struct store *store, int node, uint64_t at, struct span bytes,
                      struct error *err);
bool fake_nodes_list(struct store *store, int node,
                     bool (*visit)(void *context, const char *name, struct error *err),
                     void *context, struct error *err);
bool fake_nodes_read_link(struct store *store, int node, char *to, size_t capacity,
                          struct error *err);
bool fake_nodes_finish(struct store *store, int node, const struct store_entry *entry,
                       struct error *err);
bool fake_nodes_is_fixed(struct store *store, int node);
void fake_nodes_close(struct store *store, int *node);

#endif
