/* SPDX-License-Identifier: Apache-2.0 */
/* A file system of a few KiB in RAM, which only this process and its descendants see. */
#ifndef ISPUP_SIMULATE_MEDIUM_H
#define ISPUP_SIMULATE_MEDIUM_H

#include "base/error.h"

enum { SIMULATE_MEDIUM_SIZE = 16 * 1024 };

/* Mounts one on the folder. It stays until this process ends, or simulate_medium_remove. */
bool simulate_medium_make(const char *folder, struct error *err) MUST_CHECK;

/* Fills the rest of it with a file of this name. */
bool simulate_medium_fill(const char *folder, const char *name, struct error *err) MUST_CHECK;

/* Unmounts it. No-op if nothing is mounted. */
void simulate_medium_remove(const char *folder);

#endif
