/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The port to the file systems that survive power loss (work folder, saved settings): journal,
 * settings and staging go through these few operations, so that a simulation can lose what was not
 * synced and cut at every one of them. Paths are absolute.
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
    bool as_folder; /* to make: the owner of the folder it is in instead (base/file.h) */
};

struct store;

struct store_operations {
    /* What is there; STORE_NOTHING is no failure. Does not follow a link. */
    bool (*look)(struct store *store, const char *path, struct store_entry *entry,
                 struct error *err);
    bool (*read)(struct store *store, const char *path, uint64_t at, void *data, size_t capacity,
                 size_t *got, struct error *err);
    /* A file for a program that reads it as its standard input: at its beginning, for reading
     * alone. The caller owns `fd`. */
    bool (*open)(struct store *store, const char *path, int *fd, struct error *err);
    /* A new empty file or folder, or a link to `to`; fails where there is something. Mode, user and
     * group as `entry` has them (user and group only where we may). */
    bool (*make)(struct store *store, const char *path, const struct store_entry *entry,
                 const char *to, struct error *err);
    bool (*read_link)(struct store *store, const char *path, char *to, size_t capacity,
                      struct error *err);
    bool (*write)(struct store *store, const char *path, uint64_t at, struct span bytes,
                  struct error *err);
    /* A file's bytes, or a folder's names. */
    bool (*sync)(struct store *store, const char *path, struct error *err);
    bool (*rename)(struct store *store, const char *from, const char *to, struct error *err);
    /* A file, link or folder with all that is in it; nothing there is no failure. */
    bool (*remove)(struct store *store, const char *path, struct error *err);
    /* Calls `visit` with each name in the folder, in byte order; ends early where it fails. */
    bool (*list)(struct store *store, const char *path,
                 bool (*visit)(void *context, const char *name, struct error *err), void *context,
                 struct error *err);
    /* Bytes that are free for us where `path` lies. */
    bool (*room)(struct store *store, const char *path, uint64_t *bytes, struct error *err);
};

struct store {
    const struct store_operations *operations;
};

/* The machine's own file systems; needs no release. */
struct store *store_linux(void);

#endif
