/* SPDX-License-Identifier: Apache-2.0 */
/* gzip around bytes that are to arrive at the parser behind it as they are. */
#ifndef FUZZ_WRAP_H
#define FUZZ_WRAP_H

#include "packing.h"

/* A member that stores the bytes, its CRC-32 and length right. */
void wrap_stored(struct packing *to, struct span plain);

/* The shortest head. */
void wrap_head(struct packing *to);

/* The tail for such plain bytes. */
void wrap_tail(struct packing *to, struct span plain);

#endif
