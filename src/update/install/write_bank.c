/* SPDX-License-Identifier: Apache-2.0 */
#include "update/install/write_bank.h"

#include "base/fd.h"
#include "update/install/spool.h"

bool write_bank_reserve(const struct camera *camera, enum component which, unsigned bank_index,
                        uint64_t size, struct error *err)
{
    CLEANUP(flash_close) struct flash *flash = NULL;

    if (!camera_open_bank(camera, which, bank_index, true, &flash, err))
        return false;
    /* Some devices cannot reserve room. Then at least the present room is compared. */
    if (size > flash->room)
        return error_set(err, ERROR_ROOM, "%s: no room for %llu bytes", flash->where,
                         (unsigned long long)size);
    return flash->operations->reserve == NULL || flash->operations->reserve(flash, size, err);
}

static bool copy_into_bank(struct store *store, const char *path, struct bank_writer *writer,
                           struct error *err)
{
    unsigned char *data;
    size_t capacity;
    uint64_t at = 0;
    size_t got = 1;

    while (got > 0) {
        if (!bank_lend(writer, &data, &capacity, err) ||
            !store->operations->read(store, path, at, data, capacity, &got, err) ||
            (got > 0 && !bank_filled(writer, got, err)))
            return false;
        at += got;
    }
    return true;
}

static bool does_not_hold(const struct flash *flash, struct error *err)
{
    return error_set(err, ERROR_FLASH, "%s does not hold what was written", flash->where);
}

static bool write_blocks(struct store *store, const char *path,
                         const struct journal_content *content, struct flash *flash,
                         struct write_bank *writing, struct error *err)
{
    CLEANUP(bank_discard) struct bank_writer writer = BANK_WRITER_NONE;
    struct digest digest;
    uint64_t size;

    if (!bank_begin(&writer, flash, writing->known, err) ||
        !copy_into_bank(store, path, &writer, err) || !bank_end(&writer, &size, &digest, err))
        return false;
    writing->written = writer.written;
    writing->total = writer.total;
    return (size == content->size && digest_same(&digest, &content->sha256)) ||
           does_not_hold(flash, err);
}

static bool write_whole(struct store *store, const char *path,
                        const struct journal_content *content, struct flash *flash,
                        struct write_bank *writing, struct error *err)
{
    CLEANUP(fd_close) int fd = FD_NONE;
    struct digest digest = content->sha256;

    if (!store->operations->open(store, path, &fd, err) ||
        !flash->operations->write_whole(flash, fd, content->size, err) ||
        (flash->can_read && !bank_digest(flash, content->size, &digest, err)))
        return false;
    writing->written = writing->total = (content->size + flash->block - 1) / flash->block;
    return digest_same(&digest, &content->sha256) || does_not_hold(flash, err);
}

bool write_bank_from_file(const struct camera *camera, const char *path,
                          const struct journal_content *content, struct write_bank *writing,
                          struct error *err)
{
    CLEANUP(flash_close) struct flash *flash = NULL;

    if (!camera_open_bank(camera, writing->which, writing->bank_index, true, &flash, err))
        return false;
    /* Check before the first block is erased: a damaged staged file must not reach the flash. */
    if (!spool_check(camera->store, path, content, err))
        return false;
    if (flash->can_blocks)
        return write_blocks(camera->store, path, content, flash, writing, err);
    return write_whole(camera->store, path, content, flash, writing, err);
}
