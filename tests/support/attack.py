# SPDX-License-Identifier: Apache-2.0
"""Many idle connections: each sends its first bytes, then one byte a second, reads nothing, and
connects again when it is closed."""

import socket
import ssl
import threading
import time

SECONDS = 60
HEAD_SECONDS = 10  # the server's limit (docs/ispupd.md)


class Attack(threading.Thread):
    """`kinds`: what the connections send, first and then byte by byte; connections use the kinds
    in turn. `certificate`: over TLS."""

    def __init__(self, port, count, kinds, source, certificate=None):
        super().__init__(daemon=True)
        self.port, self.count, self.kinds, self.source = port, count, kinds, source
        self.context = certificate and ssl.create_default_context(cafile=certificate)
        self.connections = {}
        self.made, self.begun = 0, time.monotonic()
        self.ends = threading.Event()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        self.join(SECONDS)
        for connection in self.connections.values():
            connection.close()

    def run(self):
        while not self.ends.is_set():
            for i in range(self.count):
                if self.ends.is_set():
                    return
                if i not in self.connections:
                    self.connect(i)
            for i in list(self.connections):
                self.drip(i)
            self.ends.wait(1)

    def connect(self, i):
        first, _ = self.kinds[i % len(self.kinds)]
        try:
            connection = socket.create_connection(("127.0.0.1", self.port), SECONDS,
                                                  (self.source, 0))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            if self.context and first:
                connection = self.context.wrap_socket(connection, server_hostname="camera")
            connection.settimeout(0)
            if first:
                connection.send(first)
            self.connections[i] = connection
            self.made += 1
        except OSError:
            pass  # closed meanwhile: connects again

    def is_slower_than(self, count):
        """Whether this machine is too busy to connect so often in the time that the server gives to
        one connection: then there can never be as many at once."""
        seconds = time.monotonic() - self.begun
        return seconds > 3 * HEAD_SECONDS and self.made * HEAD_SECONDS < count * seconds

    def drip(self, i):
        _, byte = self.kinds[i % len(self.kinds)]
        try:
            if byte:
                self.connections[i].send(byte)
            elif not self.kinds[i % len(self.kinds)][0] and self.connections[i].recv(1) == b"":
                self.leave(i)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except OSError:
            self.leave(i)

    def leave(self, i):
        self.connections.pop(i).close()
