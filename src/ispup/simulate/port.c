/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/simulate/port.h"

#include "base/fd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

static struct sockaddr_in loopback(uint16_t number)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons(number),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

void simulate_port_release(struct simulate_port *port)
{
    fd_close(&port->fd);
    port->number = 0;
}

static bool bind_to(int fd, uint16_t number)
{
    const struct sockaddr_in address = loopback(number);
    const int on = 1;

    return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
           bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0;
}

/* Makes `fd` a socket bound to the port; false, with errno, if that fails. */
static bool open_at(uint16_t number, int *fd)
{
    int cause;

    *fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (*fd != FD_NONE && bind_to(*fd, number))
        return true;
    cause = errno;
    fd_close(fd);
    errno = cause;
    return false;
}

static uint16_t number_of(int fd)
{
    struct sockaddr_in address = {.sin_port = 0};
    socklen_t size = sizeof(address);

    (void)getsockname(fd, (struct sockaddr *)&address, &size);
    return ntohs(address.sin_port);
}

bool simulate_port_reserve(uint16_t first, struct simulate_port *port, struct error *err)
{
    uint32_t number = first;
    int fd = FD_NONE;

    while (!open_at((uint16_t)number, &fd)) {
        if (errno != EADDRINUSE || number == 0)
            return error_system(err, ERROR_INTERNAL, "cannot take port %u", (unsigned)number);
        if (++number > UINT16_MAX)
            return error_set(err, ERROR_INTERNAL, "no free port from %u on", (unsigned)first);
    }
    *port = (struct simulate_port){.fd = fd, .number = number_of(fd)};
    return true;
}

bool simulate_port_listen(const struct simulate_port *port, int *fd, struct error *err)
{
    CLEANUP(fd_close) int made = FD_NONE;

    if (!open_at(port->number, &made) || listen(made, SOMAXCONN) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot listen on port %u",
                            (unsigned)port->number);
    *fd = fd_take(&made);
    return true;
}

bool simulate_port_connect(const struct simulate_port *port, int *fd)
{
    const struct sockaddr_in address = loopback(port->number);
    CLEANUP(fd_close) int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (made == FD_NONE || connect(made, (const struct sockaddr *)&address, sizeof(address)) != 0)
        return false;
    *fd = fd_take(&made);
    return true;
}
