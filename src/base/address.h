/* SPDX-License-Identifier: Apache-2.0 */
/* Socket addresses as text, as URLs and as keys that count clients. */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include "base/error.h"
#include "base/span.h"

#include <stdint.h>
#include <sys/socket.h>

enum { ADDRESS_TEXT_SIZE = 64, ADDRESS_KEY_SIZE = 8 };

/* A socket's address as text. An IPv4 address of an IPv6 socket (::ffff:192.0.2.1) reads as
 * IPv4. */
struct address {
    char host[ADDRESS_TEXT_SIZE]; /* `192.0.2.1`, `2001:db8::1` */
    uint16_t port;
    bool is_ipv6;
    unsigned char key[ADDRESS_KEY_SIZE]; /* equal for one IPv4 address, and for one IPv6 /64 */
};

/* `ADDRESS:PORT`, an IPv4 address or an IPv6 one in brackets. ERROR_CONFIGURATION. */
bool address_parse(struct span text, struct sockaddr_storage *socket_address, socklen_t *size,
                   struct error *err) MUST_CHECK;

/* A family other than IPv4 and IPv6 reads as `unknown`. */
void address_read(const struct sockaddr *socket_address, struct address *address);

bool address_same_key(const struct address *one, const struct address *other);

/* `http://[::1]:8080/`, or https */
enum { ADDRESS_URL_SIZE = ADDRESS_TEXT_SIZE + 24 };
void address_url(const struct address *address, bool is_secure, char url[ADDRESS_URL_SIZE]);

/* Makes a listening socket, owned by the caller, and fills `address`. With a port of 0 the kernel
 * chooses one. */
bool address_listen(const char *text, int *fd, struct address *address,
                    struct error *err) MUST_CHECK;

#endif
