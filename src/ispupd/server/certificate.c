/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/server/certificate.h"

#include "base/fd.h"
#include "base/memory.h"

/* The bytes of a file, wiped after use: one of the files is the private key. */
struct content {
    unsigned char *data; /* owned */
    size_t size;
};

/* For CLEANUP. */
static void wipe(struct content *content)
{
    if (content->data != NULL)
        memory_wipe(content->data, IDENTITY_FILE_LIMIT + 1);
    memory_free(&content->data);
}

static bool read_all(int fd, struct content *content, const char *what, struct error *err)
{
    void *memory = NULL;

    if (!memory_allocate(&memory, IDENTITY_FILE_LIMIT + 1, err))
        return false;
    content->data = memory;
    if (!fd_read(fd, content->data, IDENTITY_FILE_LIMIT + 1, &content->size, err))
        return error_prefix(err, "[server] %s", what);
    if (content->size > IDENTITY_FILE_LIMIT)
        return error_set(err, ERROR_CONFIGURATION, "[server] %s: longer than %d bytes", what,
                         IDENTITY_FILE_LIMIT);
    return true;
}

bool certificate_load(struct identities *identities, struct broker_client *broker,
                      struct error *err)
{
    CLEANUP(fd_close) int certificate_fd = FD_NONE, key_fd = FD_NONE;
    CLEANUP(wipe) struct content certificate = {.data = NULL}, key = {.data = NULL};

    return broker_client_certificate(broker, &certificate_fd, &key_fd, err) &&
           read_all(certificate_fd, &certificate, "certificate", err) &&
           read_all(key_fd, &key, "key", err) &&
           identities_replace(identities, span_of(certificate.data, certificate.size),
                              span_of(key.data, key.size), err);
}
