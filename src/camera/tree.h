/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file, or a folder with all that is in it, through the store port. Links are taken as links,
 * never followed; what is no file, folder or link is refused by its name. Owner and mode are kept,
 * times and extended attributes are not.
 */
#ifndef CAMERA_TREE_H
#define CAMERA_TREE_H

#include "camera/store.h"
#include "image/digest.h"

enum { TREE_DEPTH = 16 }; /* folders within one another */

/* Copies what is at `from` to `to`, where nothing is. Every file and folder of the copy is synced,
 * what is in a folder before the folder; the folder that `to` lies in is the caller's to sync. */
bool tree_copy(struct store *store, const char *from, const char *to, struct error *err) MUST_CHECK;

/* One digest over all names, kinds, modes and bytes. */
bool tree_digest(struct store *store, const char *path, struct digest *digest,
                 struct error *err) MUST_CHECK;

#endif
