/* SPDX-License-Identifier: Apache-2.0 */
#include "flash_chip.h"

#include "base/number.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HALF_ERASED_READS = 2 };

bool flash_chip_make(struct flash_chip *chip, bool is_nand, uint64_t size, uint32_t block,
                     uint32_t page)
{
    *chip = (struct flash_chip){
        .is_nand = is_nand, .size = size, .block = block, .page = page, .program_page = page};
    chip->bytes = malloc(size);
    chip->is_programmed = calloc(size / page, sizeof(*chip->is_programmed));
    chip->blocks = calloc(size / block, sizeof(*chip->blocks));
    if (chip->bytes == NULL || chip->is_programmed == NULL || chip->blocks == NULL)
        return false;
    memset(chip->bytes, 0xff, size);
    return true;
}

static struct flash_chip_block *block_at(const struct flash_chip *chip, uint64_t at)
{
    return &chip->blocks[at / chip->block];
}

/* A number of bytes, and the field that it sets. */
static bool tell_clock(struct flash_chip *chip, struct span verb, uint64_t number)
{
    if (span_is(verb, "erase-us"))
        chip->erase_us = number;
    else if (span_is(verb, "program-us"))
        chip->program_us = number;
    else if (span_is(verb, "program-page") && number > 0)
        chip->program_page = number;
    else if (span_is(verb, "takes-time"))
        chip->takes_time = number > 0;
    else
        return false;
    return true;
}

static bool tell_chip(struct flash_chip *chip, struct span verb, uint64_t number)
{
    if (span_is(verb, "cut-at-byte"))
        chip->cut_at_byte = chip->programmed + number;
    else if (span_is(verb, "cut-at-erase"))
        chip->cut_at_erase = chip->erased + number;
    else if (span_is(verb, "power-on"))
        chip->is_cut = false;
    else if (span_is(verb, "count"))
        chip->programmed = chip->erased = chip->twice = chip->read = chip->busy_us = 0;
    else if (span_is(verb, "tells-locks"))
        chip->tells_locks = true;
    else if (span_is(verb, "unlocks-only-whole"))
        chip->unlocks_only_whole = true;
    else if (span_is(verb, "stays-locked"))
        chip->stays_locked = true;
    else if (span_is(verb, "read-only"))
        chip->is_read_only = true;
    else
        return false;
    return true;
}

/* As an erasure that was cut shortly before its end: the block reads as erased, and its cells lose
 * that state. */
static bool erase_weakly(struct flash_chip *chip, uint64_t number)
{
    memset(chip->bytes + number * chip->block, 0xff, chip->block);
    memset(chip->is_programmed + number * chip->block / chip->page, 0, chip->block / chip->page);
    chip->blocks[number].is_half_erased = true;
    chip->blocks[number].half_reads = 0;
    return true;
}

static bool tell_block(struct flash_chip_block *block, struct span verb)
{
    const struct {
        const char *verb;
        bool *fault;
    } faults[] = {
        {"bad", &block->is_bad},
        {"lock", &block->is_locked},
        {"erase-fails", &block->erase_fails},
        {"program-fails", &block->program_fails},
        {"weak", &block->is_weak},
        {"unreadable", &block->is_unreadable},
    };

    for (size_t i = 0; i < COUNT_OF(faults); i++)
        if (span_is(verb, faults[i].verb)) {
            *faults[i].fault = true;
            return true;
        }
    block->loses_bit += span_is(verb, "loses-bit");
    return span_is(verb, "loses-bit");
}

bool flash_chip_tell(struct flash_chip *chip, struct span line)
{
    struct span verb;
    uint64_t number = 0;

    if (span_split(&line, ' ', &verb) && !number_parse(line, UINT32_MAX, &number))
        return false;
    return tell_clock(chip, verb, number) || tell_chip(chip, verb, number) ||
           (number < chip->size / chip->block &&
            (span_is(verb, "weak-erase") ? erase_weakly(chip, number)
                                         : tell_block(&chip->blocks[number], verb)));
}

/* Reads right a few times: before it is programmed, and when that is read back. */
static void read_half_erased(struct flash_chip *chip, uint64_t at, unsigned char *data, size_t size)
{
    for (uint64_t i = at - at % chip->block; i < at + size; i += chip->block) {
        struct flash_chip_block *block = block_at(chip, i);

        if (!block->is_half_erased || block->half_reads++ < HALF_ERASED_READS)
            continue;
        for (uint64_t byte = i < at ? at : i; byte < i + chip->block && byte < at + size; byte++)
            if (byte % 64 == 0)
                data[byte - at] &= 0xfe;
    }
}

int flash_chip_read(struct flash_chip *chip, uint64_t at, void *data, size_t size)
{
    if (chip->is_cut)
        return -EIO;
    if (at >= chip->size)
        return 0;
    if (size > chip->size - at)
        size = chip->size - at;
    memcpy(data, chip->bytes + at, size);
    chip->read += size;
    read_half_erased(chip, at, data, size);
    /* The kernel returns even bytes that it could not correct; only its counters tell. */
    for (uint64_t i = at - at % chip->block; i < at + size; i += chip->block) {
        chip->corrected += block_at(chip, i)->is_weak;
        chip->failed += block_at(chip, i)->is_unreadable;
        if (block_at(chip, i)->is_unreadable)
            ((unsigned char *)data)[i < at ? 0 : i - at] ^= 0x55;
    }
    return (int)size;
}

static void program_byte(struct flash_chip *chip, uint64_t at, unsigned char byte)
{
    chip->twice += chip->bytes[at] != 0xff && byte != chip->bytes[at];
    chip->bytes[at] &= byte;
}

/* How many of these bytes are programmed before the power goes. */
static size_t until_cut(struct flash_chip *chip, size_t size, bool *was_cut)
{
    uint64_t left = chip->cut_at_byte - chip->programmed;

    *was_cut = chip->cut_at_byte > chip->programmed && left <= size;
    if (!*was_cut)
        return size;
    chip->is_cut = true;
    return (size_t)left;
}

static bool programs_page_twice(struct flash_chip *chip, uint64_t at, size_t size)
{
    bool twice = false;

    for (uint64_t page = at / chip->page; chip->is_nand && page < (at + size) / chip->page;
         page++) {
        twice = twice || chip->is_programmed[page];
        chip->is_programmed[page] = true;
    }
    chip->twice += twice ? size : 0;
    return twice;
}

static uint64_t program_time(const struct flash_chip *chip, uint64_t at, size_t size)
{
    uint64_t page = chip->program_page;

    return size == 0 ? 0 : ((at + size - 1) / page - at / page + 1) * chip->program_us;
}

/* Programs part of one block; less than all of it if the power goes. */
static int program_block(struct flash_chip *chip, uint64_t at, struct span bytes, bool *was_cut)
{
    struct flash_chip_block *block = block_at(chip, at);
    size_t size;

    if (block->is_bad || block->program_fails || (block->is_locked && !chip->tells_locks) ||
        programs_page_twice(chip, at, bytes.size))
        return -EIO;
    size = until_cut(chip, bytes.size, was_cut);
    for (size_t i = 0; i < size && !block->is_locked; i++)
        program_byte(chip, at + i, bytes.data[i]);
    if (block->loses_bit > 0)
        chip->bytes[at] ^= 1;
    block->loses_bit -= block->loses_bit > 0;
    block->programmed++;
    chip->programmed += size;
    chip->busy_us += program_time(chip, at, size);
    return *was_cut ? -EIO : 0;
}

int flash_chip_program(struct flash_chip *chip, uint64_t at, struct span bytes, bool *was_cut)
{
    size_t size = bytes.size;

    *was_cut = false;
    if (at >= chip->size || size > chip->size - at)
        return -ENOSPC;
    if (at % chip->page != 0 || size % chip->page != 0)
        return -EINVAL;
    if (chip->is_cut)
        return -EIO;
    while (bytes.size > 0) {
        struct span part = span_first(bytes, chip->block - at % chip->block);
        int result = program_block(chip, at, part, was_cut);

        if (result != 0)
            return result;
        at += part.size;
        bytes = span_from(bytes, part.size);
    }
    return (int)size;
}

static int erase_block(struct flash_chip *chip, uint64_t at, bool *was_cut)
{
    struct flash_chip_block *block = block_at(chip, at);

    if (block->is_bad || block->erase_fails)
        return -EIO;
    if (block->is_locked)
        return chip->tells_locks ? 0 : -EROFS;
    chip->erased++;
    chip->busy_us += chip->erase_us;
    *was_cut = chip->erased == chip->cut_at_erase;
    chip->is_cut = *was_cut;
    memset(chip->bytes + at, 0xff, *was_cut ? chip->block / 2 : chip->block);
    memset(chip->is_programmed + at / chip->page, 0, chip->block / chip->page);
    block->is_weak = false;
    block->is_unreadable = false;
    block->is_half_erased = false;
    block->erased++;
    return *was_cut ? -EIO : 0;
}

int flash_chip_erase(struct flash_chip *chip, uint64_t at, uint64_t size, bool *was_cut)
{
    int result = 0;

    *was_cut = false;
    if (at % chip->block != 0 || size % chip->block != 0 || at > chip->size ||
        size > chip->size - at)
        return -EINVAL;
    if (chip->is_cut)
        return -EIO;
    for (uint64_t end = at + size; at < end && result == 0; at += chip->block)
        result = erase_block(chip, at, was_cut);
    return result;
}

int flash_chip_unlock(struct flash_chip *chip, uint64_t at, uint64_t size)
{
    if (at > chip->size || size > chip->size - at)
        return -EINVAL;
    if (chip->unlocks_only_whole && size != chip->size)
        return -EINVAL;
    for (uint64_t end = at + size; at < end && !chip->stays_locked; at += chip->block)
        block_at(chip, at)->is_locked = false;
    return 0;
}

int flash_chip_is_locked(const struct flash_chip *chip)
{
    if (!chip->tells_locks)
        return -EOPNOTSUPP;
    for (uint64_t at = 0; at < chip->size; at += chip->block)
        if (block_at(chip, at)->is_locked)
            return 1;
    return 0;
}

int flash_chip_is_bad(const struct flash_chip *chip, uint64_t at)
{
    return at >= chip->size ? -EINVAL : block_at(chip, at)->is_bad;
}

int flash_chip_mark_bad(struct flash_chip *chip, uint64_t at)
{
    if (at >= chip->size || !chip->is_nand)
        return -EOPNOTSUPP;
    block_at(chip, at)->is_bad = true;
    return 0;
}

size_t flash_chip_describe(const struct flash_chip *chip, char *text, size_t capacity)
{
    size_t used = (size_t)snprintf(
        text, capacity, "programmed %llu\nerased %llu\ntwice %llu\nread %llu\nbusy-us %llu\n",
        (unsigned long long)chip->programmed, (unsigned long long)chip->erased,
        (unsigned long long)chip->twice, (unsigned long long)chip->read,
        (unsigned long long)chip->busy_us);

    for (uint64_t i = 0; i < chip->size / chip->block && used < capacity; i++) {
        const struct flash_chip_block *block = &chip->blocks[i];

        if (block->is_bad || block->is_locked || block->erased + block->programmed > 0)
            used += (size_t)snprintf(
                text + used, capacity - used, "block %llu erased %llu programmed %llu%s%s\n",
                (unsigned long long)i, (unsigned long long)block->erased,
                (unsigned long long)block->programmed, block->is_bad ? " bad" : "",
                block->is_locked ? " locked" : "");
    }
    return used < capacity ? used : capacity;
}
