/* SPDX-License-Identifier: Apache-2.0 */
#include "update/install/copy_bank.h"

#include "update/install/spool.h"

struct bank_input {
    struct spool_input input; /* first: the input's address is the bank's */
    struct flash *flash;      /* borrowed */
    uint64_t at, size;
};

static bool read_bank(struct spool_input *input, void *data, size_t capacity, size_t *got,
                      struct error *err)
{
    struct bank_input *bank = (struct bank_input *)input;
    uint64_t left = bank->size - bank->at;

    *got = left < capacity ? (size_t)left : capacity;
    if (*got > 0 && !bank->flash->operations->read(bank->flash, bank->at, data, *got, err))
        return false;
    bank->at += *got;
    return true;
}

static bool copy_bank(struct store *store, const char *path, struct flash *flash, uint64_t size,
                      const struct digest *expected, struct error *err)
{
    struct bank_input bank = {.input = {.read = read_bank}, .flash = flash, .size = size};
    struct digest digest;
    uint64_t written;

    if (!spool_bytes(store, path, &bank.input, &written, &digest, err))
        return false;
    if (!digest_same(&digest, expected))
        return error_set(err, ERROR_FLASH, "%s does not hold what the journal says", flash->where);
    return true;
}

bool copy_bank_to_file(struct store *store, const char *path, struct flash *flash, uint64_t size,
                       const struct digest *expected, struct error *err)
{
    struct error ignored = ERROR_EMPTY;

    if (copy_bank(store, path, flash, size, expected, err))
        return true;
    /* The update needs the room that an incomplete copy takes. */
    (void)!store->operations->remove(store, path, &ignored);
    return false;
}
