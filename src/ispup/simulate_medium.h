/* SPDX-License-Identifier: Apache-2.0 */
/* A file system of a few KiB in RAM that this process and its descendants alone can see. */
#ifndef ISPUP_SIMULATE_MEDIUM_H
#define ISPUP_SIMULATE_MEDIUM_H

#include "base/error.h"

enum { SIMULATE_MEDIUM_SIZE = 16 * 1024 };

/* Puts one over the folder. It stays until the process ends, or simulate_medium_remove. */
bool simulate_medium_make(const char *folder, struct error *err) MUST_CHECK;

/* Takes all room that it has left, by a file of this name. */
bool simulate_medium_fill(const char *folder, const char *name, struct error *err) MUST_CHECK;

/* The folder is as it was, and empty. Where there is none over it nothing happens. */
void simulate_medium_remove(const char *folder);

#endif
