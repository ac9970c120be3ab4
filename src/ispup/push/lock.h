/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One upload at a time to a camera from this user of this machine. The lock ends with the process
 * that holds it. If a push is killed, its processes still hold theirs.
 */
#ifndef ISPUP_PUSH_LOCK_H
#define ISPUP_PUSH_LOCK_H

#include "base/fd.h"
#include "base/file.h"
#include "image/digest.h"

struct lock {
    int fd; /* owned; FD_NONE: not held */
    char folder[FILE_PATH_SIZE];
    char name[DIGEST_TEXT_SIZE + 1];
};

#define LOCK_NONE ((struct lock){.fd = FD_NONE})

/* Of the camera at that address, which answered, with the index of the network device if it is
 * link-local (else 0). Makes the folder: /run/ispup/push for root, $XDG_RUNTIME_DIR/ispup, else
 * /tmp/ispup-UID. Only its owner may enter it. */
bool lock_prepare(struct lock *lock, const char *address, unsigned zone, unsigned port,
                  struct error *err) MUST_CHECK;

/* `taken`: false if another process holds it. */
bool lock_try(struct lock *lock, bool *taken, struct error *err) MUST_CHECK;

void lock_release(struct lock *lock); /* for CLEANUP; removes its file */

#endif
