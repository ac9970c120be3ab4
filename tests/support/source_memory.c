/* SPDX-License-Identifier: Apache-2.0 */
#include "source_memory.h"

#include <stdlib.h>
#include <string.h>

static size_t random_size(struct source_memory *memory)
{
    memory->seed = memory->seed * 1664525 + 1013904223;
    return 1 + (memory->seed >> 8) % memory->piece;
}

static size_t next_size(struct source_memory *memory)
{
    size_t size = memory->lent == 0 && memory->first > 0 ? memory->first : memory->piece;

    if (memory->seed != 0 && memory->piece > 0)
        size = random_size(memory);
    if (size == 0 || size > memory->rest.size)
        size = memory->rest.size;
    if (size > memory->fails_after - memory->lent)
        size = memory->fails_after - memory->lent;
    return size;
}

static bool lend(struct source *self, struct span *bytes, struct error *err)
{
    struct source_memory *memory = (struct source_memory *)self;
    size_t size = next_size(memory);

    free(memory->held);
    memory->held = NULL;
    if (memory->lent == memory->fails_after)
        return error_set(err, ERROR_UPLOAD, SOURCE_MEMORY_FAILURE);
    *bytes = SPAN_EMPTY;
    if (size == 0)
        return true;
    memory->held = malloc(size);
    if (memory->held == NULL)
        abort();
    memcpy(memory->held, memory->rest.data, size);
    memory->rest = span_from(memory->rest, size);
    memory->lent += size;
    *bytes = span_of(memory->held, size);
    return true;
}

void source_memory_open(struct source_memory *memory, struct span bytes, size_t piece)
{
    *memory = (struct source_memory){
        .source = {lend}, .rest = bytes, .piece = piece, .fails_after = SIZE_MAX};
}

void source_memory_close(struct source_memory *memory)
{
    free(memory->held);
    memory->held = NULL;
}
