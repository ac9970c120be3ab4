# SPDX-License-Identifier: Apache-2.0
"""An upload with the specification's own bytes (its credentials are in the Referer), which a test
can stop at any offset."""

import select
import socket
import time
from pathlib import Path

from board import HANGS

SPECIFICATION = Path(__file__).resolve().parent.parent / "wire" / "spec"


def request(image, host):
    body = (part("stage3.body-before-image", b"ISP-U-0300-V1.00.00.bin", image.path.name)
            + image.packed + part("stage3.body-after-image"))
    head = part("stage3.head", b"172.16.3.14", host)
    return head.replace(b"@LENGTH@", str(len(body)).encode()) + body


def part(name, old=b"", new=""):
    text = (SPECIFICATION / name).read_bytes()
    assert old in text
    return text.replace(old, new.encode()) if old else text


class Sending:
    def __init__(self, board, image):
        self.board = board
        self.request = request(image, f"127.0.0.1:{board.port}")
        self.connection = socket.create_connection(("127.0.0.1", board.port), HANGS)
        self.sent = 0
        self.received = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def send(self, end=None):
        """Sends up to this offset of the request; by default, all of it."""
        piece = self.request[self.sent:end]
        self.connection.sendall(piece)
        self.sent += len(piece)

    def send_most(self):
        """Sends all but the last bytes; returns when the camera has taken them."""
        self.send(len(self.request) - 100)
        deadline = time.monotonic() + HANGS
        while (percent := self.board.unpacked()) < 95:
            assert not self.is_answered(), f"answered too early: {self.reply()}"
            assert time.monotonic() < deadline, f"at {percent} %"

    def is_answered(self):
        return bool(select.select([self.connection], [], [], 0)[0])

    def reply(self):
        """The body of the reply, as far as it has arrived when the connection ends."""
        try:
            while piece := self.connection.recv(65536):
                self.received += piece
        except ConnectionResetError:
            pass
        return self.received.partition(b"\r\n\r\n")[2].decode()
