# SPDX-License-Identifier: Apache-2.0
"""The bytes that a server on this machine has not read yet: the receive queue of its socket, from
the kernel (sock_diag(7)). The sender's queue does not tell: it is empty as soon as the bytes have
arrived."""

import socket
import struct

SOCK_DIAG, BY_FAMILY, REQUEST = 4, 20, 1
MESSAGE = struct.Struct("=IHHII")
QUESTION = struct.Struct("=BBBxI")  # family, protocol, no extensions, any state
ADDRESSES = struct.Struct("!HH4s12x4s12x")
NO_COOKIE = struct.pack("=III", 0, 0xffffffff, 0xffffffff)
LISTENING = 10
QUEUE = struct.Struct("=4s48s4sI")  # state, addresses, a timer; number of unread bytes


def unread(connection):
    """Bytes of this TCP/IPv4 connection that its other end has not read; 0 if the connection is
    closed."""
    try:
        near, far = connection.getsockname(), connection.getpeername()
    except OSError:
        return 0  # the other end has reset it
    wanted = QUESTION.pack(socket.AF_INET, socket.IPPROTO_TCP, 0, 0xffffffff) + ADDRESSES.pack(
        far[1], near[1], socket.inet_aton(far[0]), socket.inet_aton(near[0])) + NO_COOKIE
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, SOCK_DIAG) as kernel:
        kernel.send(MESSAGE.pack(MESSAGE.size + len(wanted), BY_FAMILY, REQUEST, 0, 0) + wanted)
        told = kernel.recv(8192)
    if MESSAGE.unpack_from(told)[1] != BY_FAMILY:
        return 0  # an error: there is no such socket
    state, _, _, size = QUEUE.unpack_from(told, MESSAGE.size)
    return 0 if state[1] == LISTENING else size
