/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/certificate.h"

#include "base/file.h"
#include "base/memory.h"

#include <string.h>

/* A file's bytes, which nobody is to find in memory later. */
struct secret_file {
    unsigned char *data; /* owned */
    size_t size;
};

/* For CLEANUP. */
static void wipe(struct secret_file *file)
{
    if (file->data != NULL)
        explicit_bzero(file->data, file->size);
    memory_free(&file->data);
}

bool certificate_load(struct identities *identities, const struct configuration *configuration,
                      struct error *err)
{
    CLEANUP(wipe) struct secret_file certificate = {.data = NULL}, key = {.data = NULL};

    if (!file_read(configuration->certificate, IDENTITY_FILE_LIMIT, &certificate.data,
                   &certificate.size, err))
        return error_prefix(err, "[server] certificate");
    if (!file_read(configuration->key, IDENTITY_FILE_LIMIT, &key.data, &key.size, err))
        return error_prefix(err, "[server] key");
    return identities_replace(identities, span_of(certificate.data, certificate.size),
                              span_of(key.data, key.size), err);
}
