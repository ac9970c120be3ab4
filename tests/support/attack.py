# SPDX-License-Identifier: Apache-2.0
"""Many connections that want nothing but to be there: each sends its first bytes, then one byte a
second, reads nothing, and comes again where it was closed."""

import socket
import ssl
import threading

SECONDS = 60


class Attack(threading.Thread):
    """`kinds`: what connections send, first and then byte by byte, one kind after the other.
    `certificate`: through TLS."""

    def __init__(self, port, count, kinds, source, certificate=None):
        super().__init__(daemon=True)
        self.port, self.count, self.kinds, self.source = port, count, kinds, source
        self.context = certificate and ssl.create_default_context(cafile=certificate)
        self.connections = {}
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
        except OSError:
            pass  # closed meanwhile: it comes again

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
