/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_flash.h"

#include "base/fd.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static struct fake_flash *fake_of(struct flash *flash)
{
    return (struct fake_flash *)flash;
}

/* A word of the block, chosen by how much has happened so far: another one for each moment. */
static uint32_t some_word(const struct fake_flash *fake)
{
    uint64_t mixed = (fake->power->changes + 1) * UINT64_C(0x9e3779b97f4a7c15);

    return (uint32_t)(mixed >> 32) % (fake->flash.block / FAKE_FLASH_WORD) * FAKE_FLASH_WORD;
}

/* The power goes in the middle of the block. Everything before this word is done; of the word
 * itself every second bit is done. */
static void tear(struct fake_flash *fake, uint64_t at, uint32_t word)
{
    fake->weak[at / fake->flash.block] = true;
    fake->torn[at / fake->flash.block] = word;
}

/* What a read of a weak block returns for its torn word. */
static void waver(struct fake_flash *fake, uint64_t at, unsigned char *data, size_t size)
{
    for (uint64_t block = at / fake->flash.block; block * fake->flash.block < at + size; block++) {
        uint64_t word = block * fake->flash.block + fake->torn[block];

        if (!fake->weak[block] || fake->reads++ % 2 == 0)
            continue;
        for (uint64_t i = word; i < word + FAKE_FLASH_WORD; i++)
            if (i >= at && i < at + size)
                data[i - at] ^= 0x55;
    }
}

static bool fake_read(struct flash *flash, uint64_t at, void *data, size_t size, struct error *err)
{
    struct fake_flash *fake = fake_of(flash);

    assert(flash->can_read && at + size <= flash->room);
    if (fake_power_step(fake->power, false, err) != FAKE_STEP_WORKS)
        return false;
    if (fake->is_volume && fake->weak[0])
        return error_set(err, ERROR_FLASH, "%s: its last update was not finished", flash->where);
    memcpy(data, fake->bytes + at, size);
    waver(fake, at, data, size);
    fake->read += size;
    return true;
}

static bool wears(struct fake_flash *fake, uint64_t at, unsigned *times)
{
    if (at / fake->flash.block != fake->worn_block || *times == 0)
        return false;
    *times -= *times != FAKE_FLASH_FOREVER;
    return true;
}

/* Whether the bank refuses this change. */
static bool refuses(struct fake_flash *fake, struct error *err)
{
    if (!fake->is_dying || fake->changes_left-- > 0)
        return false;
    fake->changes_left = 0;
    (void)error_set(err, ERROR_FLASH, "%s: takes no writes any more", fake->flash.where);
    return true;
}

static bool fake_erase(struct flash *flash, uint64_t at, struct error *err)
{
    struct fake_flash *fake = fake_of(flash);
    enum fake_step step = fake_power_step(fake->power, true, err);
    uint32_t word = some_word(fake);

    assert(fake->for_writing && at % flash->block == 0 && at < flash->room);
    if (step == FAKE_STEP_FAILS || refuses(fake, err))
        return false;
    if (step == FAKE_STEP_WORKS && wears(fake, at, &fake->erasures_fail))
        return error_set(err, ERROR_FLASH, "%s: erasing at 0x%llx", flash->where,
                         (unsigned long long)at);
    memset(fake->bytes + at, 0xff, step == FAKE_STEP_TORN ? word : flash->block);
    fake->weak[at / flash->block] = false;
    if (at / flash->block == fake->corrected_block)
        fake->has_corrected = false;
    if (step == FAKE_STEP_TORN)
        tear(fake, at, word);
    fake->erased++;
    return step == FAKE_STEP_WORKS;
}

static bool fake_is_worn(struct flash *flash, uint64_t at)
{
    const struct fake_flash *fake = fake_of(flash);

    return fake->has_corrected && at / flash->block == fake->corrected_block;
}

static bool program_block(struct fake_flash *fake, uint64_t at, const unsigned char *data,
                          struct error *err)
{
    uint32_t block = fake->flash.block;
    enum fake_step step = fake_power_step(fake->power, true, err);
    uint32_t word = some_word(fake);
    size_t size = step == FAKE_STEP_TORN ? word : block;

    if (step == FAKE_STEP_FAILS || refuses(fake, err))
        return false;
    for (size_t i = 0; i < size; i++)
        fake->bytes[at + i] &= data[i];
    if (step == FAKE_STEP_TORN) {
        for (size_t i = word; i < word + FAKE_FLASH_WORD; i++)
            fake->bytes[at + i] &= data[i] | 0xaa;
        tear(fake, at, word);
    }
    if (step == FAKE_STEP_WORKS && wears(fake, at, &fake->bits_wrong))
        fake->bytes[at + block / 2] ^= 1;
    fake->written++;
    return step == FAKE_STEP_WORKS;
}

static bool fake_write(struct flash *flash, uint64_t at, struct span bytes, struct error *err)
{
    assert(fake_of(flash)->for_writing && flash->can_blocks);
    assert(at % flash->block == 0 && bytes.size % flash->block == 0);
    assert(at + bytes.size <= flash->room);
    for (size_t done = 0; done < bytes.size; done += flash->block)
        if (!program_block(fake_of(flash), at + done, bytes.data + done, err))
            return false;
    return true;
}

static bool fake_clear(struct flash *flash, uint64_t at, struct span before, struct span bytes,
                       struct error *err)
{
    for (size_t i = 0; i < bytes.size; i++)
        assert((bytes.data[i] & ~before.data[i]) == 0);
    fake_of(flash)->cleared += bytes.size / flash->block;
    return fake_write(flash, at, bytes, err);
}

static bool fake_sync(struct flash *flash, struct error *err)
{
    struct fake_flash *fake = fake_of(flash);

    if (fake_power_step(fake->power, true, err) != FAKE_STEP_WORKS)
        return false;
    if (fake->durable != NULL)
        memcpy(fake->durable, fake->bytes, flash->room);
    return true;
}

static bool fake_finish(struct flash *flash, uint64_t size, struct error *err)
{
    assert(fake_of(flash)->for_writing && size <= flash->room);
    if (fake_power_step(fake_of(flash)->power, true, err) != FAKE_STEP_WORKS)
        return false;
    fake_of(flash)->finished = size;
    return true;
}

static bool fake_write_whole(struct flash *flash, int fd, uint64_t size, struct error *err)
{
    struct fake_flash *fake = fake_of(flash);
    enum fake_step step = fake_power_step(fake->power, true, err);
    size_t wanted = step == FAKE_STEP_TORN ? (size_t)size / 2 : (size_t)size;
    size_t got;

    assert(fake->for_writing && size <= flash->room);
    if (step == FAKE_STEP_FAILS || refuses(fake, err))
        return false;
    if (step == FAKE_STEP_WORKS && wears(fake, 0, &fake->erasures_fail))
        return error_set(err, ERROR_FLASH, "%s: ended with status 1", flash->where);
    memset(fake->bytes, 0xff, flash->room);
    if (!fd_read_at(fd, 0, fake->bytes, wanted, &got, err) || got != wanted)
        return false;
    fake->weak[0] = step == FAKE_STEP_TORN;
    if (step == FAKE_STEP_WORKS && wears(fake, 0, &fake->bits_wrong))
        fake->bytes[0] ^= 1;
    return step == FAKE_STEP_WORKS;
}

/* What is true of a volume that an update has begun: it holds nothing. */
static void mark(struct fake_flash *fake, bool is_marked)
{
    fake->weak[0] = is_marked;
    fake->flash.length = is_marked ? 0 : fake->flash.room;
}

/* One step of an update of a volume. */
static bool goes_on(struct fake_flash *fake, struct error *err)
{
    return fake_power_step(fake->power, true, err) == FAKE_STEP_WORKS && !refuses(fake, err);
}

/* The marker is written, then the bytes, then the marker goes. If the power goes at the last step,
 * the marker is gone or not. */
static bool volume_write_whole(struct flash *flash, int fd, uint64_t size, struct error *err)
{
    struct fake_flash *fake = fake_of(flash);
    enum fake_step step = fake_power_step(fake->power, true, err);
    size_t got;

    assert(fake->for_writing && size <= flash->room);
    if (step == FAKE_STEP_FAILS || refuses(fake, err))
        return false;
    mark(fake, true);
    memset(fake->bytes, 0xff, flash->room);
    if (step != FAKE_STEP_WORKS || !goes_on(fake, err))
        return false;
    if (wears(fake, 0, &fake->erasures_fail))
        return error_set(err, ERROR_FLASH, "%s: writing at 0x0", flash->where);
    if (!fd_read_at(fd, 0, fake->bytes, (size_t)size, &got, err) || got != size)
        return false;
    step = fake_power_step(fake->power, true, err);
    if (step == FAKE_STEP_WORKS || (step == FAKE_STEP_TORN && fake->power->changes % 2 == 0))
        mark(fake, false);
    return step == FAKE_STEP_WORKS;
}

static void fake_close(struct flash *flash)
{
    struct fake_flash *fake = fake_of(flash);

    assert(fake->opened > 0);
    fake->opened--;
    fake->for_writing = false;
}

static const struct flash_operations by_blocks = {
    .read = fake_read,
    .erase = fake_erase,
    .is_worn = fake_is_worn,
    .write = fake_write,
    .sync = fake_sync,
    .finish = fake_finish,
    .close = fake_close,
};

static const struct flash_operations by_blocks_or_bits = {
    .read = fake_read,
    .erase = fake_erase,
    .is_worn = fake_is_worn,
    .write = fake_write,
    .clear = fake_clear,
    .sync = fake_sync,
    .finish = fake_finish,
    .close = fake_close,
};

static const struct flash_operations as_a_whole = {
    .read = fake_read,
    .write_whole = fake_write_whole,
    .close = fake_close,
};

static const struct flash_operations as_a_volume = {
    .read = fake_read,
    .write_whole = volume_write_whole,
    .close = fake_close,
};

void fake_flash_make(struct fake_flash *fake, const char *name, uint64_t size, uint32_t block,
                     struct fake_power *power)
{
    *fake = (struct fake_flash){
        .flash = {.operations = &by_blocks,
                  .room = size,
                  .length = size,
                  .block = block,
                  .can_read = true,
                  .can_blocks = true,
                  .where = name},
        .power = power,
        .bytes = malloc(size),
        .weak = calloc(size / block, sizeof(bool)),
        .torn = calloc(size / block, sizeof(uint32_t)),
    };
    assert(fake->bytes != NULL && fake->weak != NULL && fake->torn != NULL && size % block == 0);
    memset(fake->bytes, 0xff, size);
}

void fake_flash_free(struct fake_flash *fake)
{
    free(fake->bytes);
    free(fake->durable);
    free(fake->weak);
    free(fake->torn);
    fake->bytes = NULL;
    fake->durable = NULL;
    fake->weak = NULL;
    fake->torn = NULL;
}

void fake_flash_buffer(struct fake_flash *fake)
{
    fake->durable = malloc(fake->flash.room);
    assert(fake->durable != NULL);
    memcpy(fake->durable, fake->bytes, fake->flash.room);
}

void fake_flash_lose(struct fake_flash *fake, uint64_t chance)
{
    size_t block = fake->flash.block;

    for (size_t i = 0; fake->durable != NULL && i < fake->flash.room / block; i++) {
        unsigned char *read = fake->bytes + i * block, *there = fake->durable + i * block;
        bool is_there = (chance >> i % 64 & 1) != 0;

        memcpy(is_there ? there : read, is_there ? read : there, block);
        fake->weak[i] = false; /* a file has no cells that are half programmed */
    }
}

void fake_flash_fill(struct fake_flash *fake, struct span bytes)
{
    assert(bytes.size <= fake->flash.room);
    memcpy(fake->bytes, bytes.data, bytes.size);
    if (fake->durable != NULL)
        memcpy(fake->durable, bytes.data, bytes.size);
}

bool fake_flash_holds(const struct fake_flash *fake, struct span bytes)
{
    for (size_t i = 0; i * fake->flash.block < bytes.size; i++)
        if (fake->weak[i])
            return false;
    return span_same(span_of(fake->bytes, bytes.size), bytes);
}

void fake_flash_allow_clear(struct fake_flash *fake)
{
    fake->flash.operations = &by_blocks_or_bits;
}

void fake_flash_take_only_whole(struct fake_flash *fake, bool can_read)
{
    fake->flash.operations = &as_a_whole;
    fake->flash.can_blocks = false;
    fake->flash.can_read = can_read;
}

void fake_flash_be_volume(struct fake_flash *fake)
{
    fake->flash.operations = &as_a_volume;
    fake->flash.can_blocks = false;
    fake->is_volume = true;
}

static bool fake_open(const struct flash_opener *opener, const char *bank, bool for_writing,
                      struct flash **flash, struct error *err)
{
    const struct fake_opener *fake = (const struct fake_opener *)opener;

    for (size_t i = 0; i < fake->count; i++) {
        if (!span_is(span_text(bank), fake->banks[i]->flash.where))
            continue;
        fake->banks[i]->opened++;
        fake->banks[i]->for_writing = fake->banks[i]->for_writing || for_writing;
        *flash = &fake->banks[i]->flash;
        return true;
    }
    return error_set(err, ERROR_CONFIGURATION, "the test has no bank %s", bank);
}

static bool fake_locate(const struct flash_opener *opener, const char *bank,
                        struct flash_place *place)
{
    const struct fake_opener *fake = (const struct fake_opener *)opener;

    *place = (struct flash_place){.device = 0};
    for (size_t i = 0; i < fake->count; i++)
        if (span_is(span_text(bank), fake->banks[i]->flash.where))
            *place = (struct flash_place){.device = fake->banks[i]->place,
                                          .number = fake->banks[i]->place != 0 ? 0 : i + 1};
    return place->device != 0 || place->number != 0;
}

void fake_opener_make(struct fake_opener *fake)
{
    *fake = (struct fake_opener){.opener = {.open = fake_open, .locate = fake_locate}};
}

void fake_opener_add(struct fake_opener *fake, struct fake_flash *bank)
{
    assert(fake->count < FAKE_FLASH_BANKS);
    fake->banks[fake->count++] = bank;
}
