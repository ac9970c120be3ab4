/* SPDX-License-Identifier: Apache-2.0 */
/* An archive that an input describes: good members, odd ones, and forbidden ones. */
#ifndef FUZZ_MEMBERS_H
#define FUZZ_MEMBERS_H

#include "packing.h"

/* Adds one step of an input's description to an archive; `step` is its first byte. */
void members_add(struct packing *archive, unsigned step, struct span *rest);

/* The size limit of an archive. */
enum { MEMBERS_LIMIT = 256 * 1024 };

#endif
