/* SPDX-License-Identifier: Apache-2.0 */
/* An archive as an input describes it: good members, odd ones, and what should not be there. */
#ifndef FUZZ_MEMBERS_H
#define FUZZ_MEMBERS_H

#include "packing.h"

/* What one step of an input's description adds to an archive; `step` is its first byte. */
void members_add(struct packing *archive, unsigned step, struct span *rest);

/* The longest that an archive gets. */
enum { MEMBERS_LIMIT = 256 * 1024 };

#endif
