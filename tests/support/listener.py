# SPDX-License-Identifier: Apache-2.0
"""A proxy between a client and a server, which keeps the bytes of the client."""

import contextlib
import socket
import threading
from functools import partial

SECONDS = 60


class Listener:
    """Listens on a port of its own and connects each client to `port`. `said` has one entry for
    each connection: all bytes of its client. `loses` tells from them whether the reply is lost,
    `ends` whether the connection ends before they are passed on."""

    def __init__(self, port, loses=lambda said: False, ends=lambda said: False):
        self.target, self.loses, self.ends = port, loses, ends
        self.said = []
        self.sockets = []

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.accept)
        self.thread.start()
        return self

    def __exit__(self, *_):
        for end in (self.socket, *self.sockets):
            shut(end, socket.SHUT_RDWR)
        self.thread.join(SECONDS)
        self.socket.close()

    def accept(self):
        pumps = []
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.socket.accept()
                server = socket.create_connection(("127.0.0.1", self.target), SECONDS)
                heard = bytearray()
                self.said.append(heard)
                self.sockets += [client, server]
                pumps += [start(client, server, heard, ends=partial(self.is_end, heard)),
                          start(server, client, bytearray(), partial(self.is_lost, heard))]
        for pump in pumps:
            pump.join(SECONDS)
        for end in self.sockets:
            end.close()

    def is_lost(self, heard):
        return self.loses(bytes(heard))

    def is_end(self, heard):
        return self.ends(bytes(heard))

    def heads(self):
        """Method, target and fields (names in lower case) of each request."""
        return [read_head(bytes(said)) for said in self.said if b"\r\n\r\n" in said]


def start(source, target, heard, loses=lambda: False, ends=lambda: False):
    thread = threading.Thread(target=hand_on, args=(source, target, heard, loses, ends))
    thread.start()
    return thread


def hand_on(source, target, heard, loses, ends):
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            heard += piece
            if ends():
                break
            if not loses():
                target.sendall(piece)
    shut(target, socket.SHUT_WR)


def shut(end, how):
    with contextlib.suppress(OSError):
        end.shutdown(how)


def read_head(said):
    lines = said.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ")
    fields = dict(line.split(": ", 1) for line in lines[1:])
    return method, target, {name.lower(): value for name, value in fields.items()}
