/* SPDX-License-Identifier: Apache-2.0 */
#include "image/verify.h"

#include "base/memory.h"

enum { PIECE_SIZE = 65536 };

static bool verify_component(struct image_reader *reader, enum component which,
                             const struct descriptor *descriptor, unsigned char *piece,
                             struct error *err)
{
    struct digest_context hashing;
    struct digest digest;
    uint64_t size = 0;
    size_t got;

    digest_begin(&hashing);
    /* Counted here too, so that this check does not rely on the reader's. */
    do {
        if (!image_reader_read(reader, piece, PIECE_SIZE, &got, err))
            return false;
        digest_add(&hashing, span_of(piece, got));
        size += got;
    } while (got > 0);
    digest_end(&hashing, &digest);
    return check_component(&descriptor->components[which], size, &digest, err);
}

bool verify_components(struct image_reader *reader, const struct descriptor *descriptor,
                       struct error *err)
{
    CLEANUP(memory_free) void *piece = NULL;
    enum component which;
    bool end = false;

    if (!memory_allocate(&piece, PIECE_SIZE, err))
        return false;
    while (!end) {
        if (!image_reader_next(reader, &which, &end, err))
            return false;
        if (!end && !verify_component(reader, which, descriptor, piece, err))
            return false;
    }
    return true;
}

bool verify_image(struct source *packed, struct span file_name, const struct image_policy *policy,
                  struct checked_image *image, struct error *err)
{
    CLEANUP(image_reader_close) struct image_reader reader = {.gzip = NULL};
    struct image_name name;

    /* A camera's order: it knows the file name before the first byte of the image. */
    return check_name(file_name, policy, &name, err) && image_reader_open(&reader, packed, err) &&
           check_description(&name, reader.description, reader.signature, policy, image, err) &&
           verify_components(&reader, &image->descriptor, err);
}
