/* SPDX-License-Identifier: Apache-2.0 */
#include "base/address.h"

#include "base/fd.h"
#include "base/number.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

enum { PENDING_LIMIT = 128 };

static const unsigned char mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static bool parse_ipv6(const char *host, uint16_t port, struct sockaddr_storage *made,
                       socklen_t *size)
{
    struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

    if (inet_pton(AF_INET6, host, &ipv6.sin6_addr) != 1)
        return false;
    memcpy(made, &ipv6, sizeof(ipv6));
    *size = sizeof(ipv6);
    return true;
}

static bool parse_ipv4(const char *host, uint16_t port, struct sockaddr_storage *made,
                       socklen_t *size)
{
    struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_port = htons(port)};

    if (inet_pton(AF_INET, host, &ipv4.sin_addr) != 1)
        return false;
    memcpy(made, &ipv4, sizeof(ipv4));
    *size = sizeof(ipv4);
    return true;
}

/* The port follows the last colon. */
static bool split_port(struct span text, struct span *host, uint16_t *port)
{
    size_t colon = text.size;
    uint64_t number;

    while (colon > 0 && text.data[colon - 1] != ':')
        colon--;
    if (colon == 0 || !number_parse(span_from(text, colon), UINT16_MAX, &number))
        return false;
    *host = span_first(text, colon - 1);
    *port = (uint16_t)number;
    return true;
}

bool address_parse(struct span text, struct sockaddr_storage *socket_address, socklen_t *size,
                   struct error *err)
{
    char copy[ADDRESS_TEXT_SIZE];
    struct span host;
    uint16_t port;
    bool bracketed;

    memset(socket_address, 0, sizeof(*socket_address));
    if (split_port(text, &host, &port)) {
        bracketed = host.size > 2 && host.data[0] == '[' && host.data[host.size - 1] == ']';
        if (bracketed)
            host = span_of(host.data + 1, host.size - 2);
        if (span_copy(host, copy, sizeof(copy)) &&
            (bracketed ? parse_ipv6(copy, port, socket_address, size)
                       : parse_ipv4(copy, port, socket_address, size)))
            return true;
    }
    return error_set(err, ERROR_CONFIGURATION,
                     "cannot listen on %.*s: not ADDRESS:PORT, as in 127.0.0.1:8080 or [::1]:8080",
                     (int)span_first(text, 80).size, (const char *)text.data);
}

static void read_ipv4(const void *bytes, struct address *address)
{
    (void)inet_ntop(AF_INET, bytes, address->host, sizeof(address->host));
    memcpy(address->key, bytes, 4);
}

static void read_ipv6(const struct sockaddr_in6 *ipv6, struct address *address)
{
    const unsigned char *bytes = ipv6->sin6_addr.s6_addr;

    address->port = ntohs(ipv6->sin6_port);
    if (memcmp(bytes, mapped_prefix, sizeof(mapped_prefix)) == 0) {
        read_ipv4(bytes + sizeof(mapped_prefix), address);
        return;
    }
    address->is_ipv6 = true;
    (void)inet_ntop(AF_INET6, bytes, address->host, sizeof(address->host));
    memcpy(address->key, bytes, sizeof(address->key));
}

void address_read(const struct sockaddr *socket_address, struct address *address)
{
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;

    memset(address, 0, sizeof(*address));
    if (socket_address->sa_family == AF_INET) {
        memcpy(&ipv4, socket_address, sizeof(ipv4));
        address->port = ntohs(ipv4.sin_port);
        read_ipv4(&ipv4.sin_addr, address);
    } else if (socket_address->sa_family == AF_INET6) {
        memcpy(&ipv6, socket_address, sizeof(ipv6));
        read_ipv6(&ipv6, address);
    } else {
        (void)snprintf(address->host, sizeof(address->host), "unknown");
    }
}

bool address_same_key(const struct address *one, const struct address *other)
{
    return one->is_ipv6 == other->is_ipv6 && memcmp(one->key, other->key, sizeof(one->key)) == 0;
}

void address_url(const struct address *address, bool is_secure, char url[ADDRESS_URL_SIZE])
{
    const char *scheme = is_secure ? "https" : "http";

    (void)snprintf(url, ADDRESS_URL_SIZE, address->is_ipv6 ? "%s://[%s]:%u/" : "%s://%s:%u/",
                   scheme, address->host, (unsigned)address->port);
}

/* `[::]` takes IPv4 too, even if net.ipv6.bindv6only is set. */
static bool bind_and_listen(int fd, const struct sockaddr_storage *wanted, socklen_t size)
{
    const int on = 1, off = 0;

    if (wanted->ss_family == AF_INET6 &&
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) != 0)
        return false;
    return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
           bind(fd, (const struct sockaddr *)wanted, size) == 0 && listen(fd, PENDING_LIMIT) == 0;
}

bool address_listen(const char *text, int *fd, struct address *address, struct error *err)
{
    struct sockaddr_storage wanted, found = {0};
    socklen_t size = 0, found_size = sizeof(found);
    CLEANUP(fd_close) int made = FD_NONE;

    if (!address_parse(span_text(text), &wanted, &size, err))
        return false;
    made = socket(wanted.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (made == FD_NONE || !bind_and_listen(made, &wanted, size) ||
        getsockname(made, (struct sockaddr *)&found, &found_size) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot listen on %s", text);
    address_read((const struct sockaddr *)&found, address);
    *fd = fd_take(&made);
    return true;
}
