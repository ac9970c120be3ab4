/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An input taken apart from its front, where some of its bytes say what to make of the others.
 * What is not there reads as zero or as empty, so that every input means something.
 */
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include "base/span.h"
#include "packing.h"
#include "source_memory.h"

#include <stdint.h>

unsigned input_byte(struct span *rest);
uint64_t input_number(struct span *rest, size_t size); /* `size` bytes, the lowest first */
struct span input_bytes(struct span *rest, size_t size);
struct span input_line(struct span *rest);  /* up to the LF, which goes too */
struct span input_piece(struct span *rest); /* two bytes of size, then so many bytes */

/* Adds one byte so many times (up to INPUT_FILL_LIMIT), as the next four bytes say: what is long
 * can be told in short. */
void input_fill(struct span *rest, struct packing *to);

enum { INPUT_FILL_LIMIT = 80 * 1024 };

/* A source that lends pieces of many sizes, as `way` says. */
void input_cut(struct source_memory *memory, struct span bytes, unsigned way);

/* How many bytes to ask for at a time, as `way` says: 1 to `most`. */
size_t input_capacity(unsigned way, size_t most);

/* A file in memory alone, which programs find by its path. */
struct input_file {
    char path[40];
    int fd; /* owned */
};

void input_file_make(struct input_file *file, struct span bytes);
void input_file_close(struct input_file *file); /* for CLEANUP */

#endif
