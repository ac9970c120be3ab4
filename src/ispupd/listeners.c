/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/listeners.h"

#include "base/fd.h"

static bool open_one(struct listener *listener, const char *where, struct error *err)
{
    return address_listen(where, &listener->fd, &listener->address, err);
}

bool listeners_open(struct listeners *listeners, const struct configuration *configuration,
                    const char *listen, struct error *err)
{
    CLEANUP(listeners_close) struct listeners made = LISTENERS_NONE;
    const char *plain = listen != NULL ? listen : configuration->listen;
    bool has_own = configuration->listen_https[0] != '\0';

    if (configuration->plain && !open_one(&made.list[0], plain, err))
        return false;
    if (configuration->certificate[0] != '\0' &&
        !open_one(&made.list[1], has_own ? configuration->listen_https : plain, err))
        return false;
    *listeners = made;
    made = LISTENERS_NONE;
    return true;
}

void listeners_close(struct listeners *listeners)
{
    for (size_t i = 0; i < LISTENERS_COUNT; i++)
        fd_close(&listeners->list[i].fd);
}
