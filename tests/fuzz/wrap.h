/* SPDX-License-Identifier: Apache-2.0 */
/* Puts gzip around bytes, so that they reach the parser after the inflater unchanged. */
#ifndef FUZZ_WRAP_H
#define FUZZ_WRAP_H

#include "packing.h"

/* A member that stores the bytes, with a valid CRC-32 and length. */
void wrap_stored(struct packing *to, struct span plain);

/* The shortest head. */
void wrap_head(struct packing *to);

/* The tail for these plain bytes. */
void wrap_tail(struct packing *to, struct span plain);

#endif
