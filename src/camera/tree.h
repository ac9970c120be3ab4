/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies, digests or checks a file, or a folder with its contents, through the store port. The walk
 * goes by opened nodes: the owner of the tree may rename what he likes meanwhile. Links are never
 * followed: the link itself is copied. An entry that is no file, folder or link is refused by name,
 * and so is a mount below the top. Owner and mode are kept; times and extended attributes are not.
 */
#ifndef CAMERA_TREE_H
#define CAMERA_TREE_H

#include "camera/store.h"
#include "image/digest.h"

enum { TREE_DEPTH = 16 }; /* nested folders */

/* Copies `from` to `to`, which must not exist. Every file and folder of the copy is synced and then
 * given to its owner, a folder after its contents. An entry that vanishes while its folder is
 * copied is looked for under another name. The caller syncs the parent folder of `to`. */
bool tree_copy(struct store *store, const char *from, const char *to, struct error *err) MUST_CHECK;

/* One digest of all names, kinds, modes and bytes. */
bool tree_digest(struct store *store, const char *path, struct digest *digest,
                 struct error *err) MUST_CHECK;

/* Whether tree_copy would take it: opens each entry, reads nothing. */
bool tree_check(struct store *store, const char *path, struct error *err) MUST_CHECK;

/* Whether it can be removed: no mount and nothing immutable in it, down to TREE_DEPTH. A missing
 * tree can be. */
bool tree_check_removable(struct store *store, const char *path, struct error *err) MUST_CHECK;

#endif
