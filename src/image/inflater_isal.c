/* SPDX-License-Identifier: Apache-2.0 */
#include "image/inflater.h"

#include "base/memory.h"

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

enum { STEP_LIMIT = 1 << 30 }; /* bytes at a time: ISA-L counts them in 32 bits */

struct inflater {
    struct inflate_state state;
};

bool inflater_open(struct inflater **inflater, struct error *err)
{
    void *memory;

    if (!memory_allocate(&memory, sizeof(struct inflater), err))
        return false;
    *inflater = memory;
    isal_inflate_init(&(*inflater)->state);
    return true;
}

void inflater_close(struct inflater **inflater)
{
    memory_free(inflater);
}

static uint32_t step_size(size_t size)
{
    return size < STEP_LIMIT ? (uint32_t)size : STEP_LIMIT;
}

enum inflater_outcome inflater_run(struct inflater *inflater, struct span *packed,
                                   unsigned char *data, size_t capacity, size_t *got)
{
    struct inflate_state *state = &inflater->state;
    uint32_t in = step_size(packed->size), out = step_size(capacity);
    int result;

    state->next_in = (unsigned char *)(uintptr_t)packed->data; /* ISA-L only reads there */
    state->avail_in = in;
    state->next_out = data;
    state->avail_out = out;
    result = isal_inflate(state);
    *packed = span_from(*packed, in - state->avail_in);
    *got = out - state->avail_out;
    if (result < 0)
        return INFLATER_BROKEN;
    return state->block_state == ISAL_BLOCK_FINISH ? INFLATER_END : INFLATER_MORE;
}

/* ISA-L reads ahead into a 64-bit register. Its lowest bits are the unused rest of the last data
 * byte; the whole bytes above them belong to the tail. */
size_t inflater_held(const struct inflater *inflater, unsigned char bytes[INFLATER_HELD_SIZE])
{
    const struct inflate_state *state = &inflater->state;
    unsigned bits = state->read_in_length > 0 ? (unsigned)state->read_in_length : 0;
    uint64_t held = state->read_in >> bits % 8;
    size_t count = bits / 8;

    for (size_t i = 0; i < count; i++)
        bytes[i] = (unsigned char)(held >> 8 * i);
    return count;
}

uint32_t inflater_crc(uint32_t crc, struct span bytes)
{
    return crc32_gzip_refl(crc, bytes.data, bytes.size);
}
