/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Standard output that never blocks: what a terminal or a pipe does not take now is kept, and
 * written later. A program that waits in write(2) would not heed a signal.
 */
#ifndef ISPUP_CLI_OUTLET_H
#define ISPUP_CLI_OUTLET_H

#include "base/error.h"
#include "base/fd.h"

#include <stddef.h>
#include <stdio.h>

struct outlet {
    FILE *file;          /* owned: takes the text; a flush writes what can be written now */
    int own_fd;          /* owned; FD_NONE: writes to `fd` */
    int fd;              /* borrowed */
    unsigned char *kept; /* owned: `size` bytes, with room for `capacity` */
    size_t size, capacity;
    bool has_failed; /* a write failed: something is lost */
};

#define OUTLET_NONE ((struct outlet){.own_fd = FD_NONE, .fd = FD_NONE})

/* The outlet must not be moved: the file keeps its address. */
bool outlet_open(struct outlet *outlet, int fd, struct error *err) MUST_CHECK;
void outlet_close(struct outlet *outlet); /* for CLEANUP; drops what is kept */

/* The descriptor to wait for (POLLOUT) before outlet_go_on; FD_NONE: nothing is kept. */
int outlet_awaits(const struct outlet *outlet);
/* So much is kept that no more text should be made. */
bool outlet_is_full(const struct outlet *outlet);
void outlet_go_on(struct outlet *outlet);

/* Writes what is kept, and waits for that; with `is_hasty` only as long as bytes move. False: some
 * of the text was not written. */
bool outlet_finish(struct outlet *outlet, bool is_hasty);

/* Writes a line to standard error, unless that would block. */
void outlet_tell(const char *line);

#endif
