/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes an input apart from its beginning: some of its bytes say what to make of the others. A
 * missing byte reads as zero, a missing text as empty, so that every input has a meaning.
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
struct span input_line(struct span *rest);  /* up to the LF, which is dropped */
struct span input_piece(struct span *rest); /* two bytes of size, then that many bytes */

/* Adds one byte many times (up to INPUT_FILL_LIMIT): the next four bytes say which byte and how
 * often. So a short input can describe a long text. */
void input_fill(struct span *rest, struct packing *to);

enum { INPUT_FILL_LIMIT = 80 * 1024 };

/* A source that lends pieces of many sizes; `way` chooses them. */
void input_cut(struct source_memory *memory, struct span bytes, unsigned way);

/* How many bytes to ask for at a time, 1 to `most`; `way` chooses. */
size_t input_capacity(unsigned way, size_t most);

/* A file in memory that programs can open by its path. */
struct input_file {
    char path[40];
    int fd; /* owned */
};

void input_file_make(struct input_file *file, struct span bytes);
void input_file_close(struct input_file *file); /* for CLEANUP */

#endif
