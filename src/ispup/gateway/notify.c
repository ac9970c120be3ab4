/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/notify.h"

#include "base/fd.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

void notify_tell(const char *text)
{
    CLEANUP(fd_close) int fd = FD_NONE;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = getenv("NOTIFY_SOCKET");
    socklen_t size;

    if (path == NULL || (path[0] != '/' && path[0] != '@') ||
        !span_copy(span_text(path), address.sun_path, sizeof(address.sun_path)))
        return;
    size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
    if (path[0] == '@')
        address.sun_path[0] = '\0'; /* an abstract name */
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd != FD_NONE &&
        sendto(fd, text, strlen(text), MSG_NOSIGNAL, (const struct sockaddr *)&address, size) < 0)
        return; /* no one listens */
}
