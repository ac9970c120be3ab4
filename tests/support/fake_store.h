/* SPDX-License-Identifier: Apache-2.0 */
/*
 * File systems in memory behind the store port, with a power that can go: what was not synced is
 * then lost, a file's bytes as well as a folder's names. A write that the power goes in is half
 * done.
 */
#ifndef SUPPORT_FAKE_STORE_H
#define SUPPORT_FAKE_STORE_H

#include "fake_power.h"
#include "fake_tree.h"

struct fake_store {
    struct store store; /* what is handed to the code under test */
    struct fake_power *power;
    struct fake_tree tree;
    uint64_t room; /* what it says is free */
};

void fake_store_make(struct fake_store *fake, struct fake_power *power); /* `power` is borrowed */
void fake_store_free(struct fake_store *fake);                           /* for CLEANUP */

/* What was there long ago, and is on the medium: its folders are made too. They count as no
 * operation. A file that is there is replaced. */
void fake_store_put(struct fake_store *fake, const char *path, struct span bytes);
void fake_store_put_folder(struct fake_store *fake, const char *path);
void fake_store_put_other(struct fake_store *fake, const char *path); /* a device */
void fake_store_drop(struct fake_store *fake, const char *path);

/* The power goes and comes back; see fake_tree_lose. The power itself is the caller's to switch. */
void fake_store_lose(struct fake_store *fake, uint64_t chance);

bool fake_store_has(const struct fake_store *fake, const char *path);
bool fake_store_holds(const struct fake_store *fake, const char *path, struct span bytes);

/* All that is in a folder, a line each: `PATH MODE BYTES`, `PATH/ MODE`, `PATH -> TO`. */
void fake_store_tell(const struct fake_store *fake, const char *path, char *text, size_t capacity);

#endif
