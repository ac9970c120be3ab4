# SPDX-License-Identifier: Apache-2.0
"""An upload through `ispupd` that a test stops at any offset."""

import signal
import socket
import struct

from exchange import SECONDS, Ispupd, split_reply, wait_until_taken
from gate import until
from process_table import children

HEAD = """\
POST /cgi-bin/update?USER=admin&PWD=123456&{command} HTTP/1.1
Host: camera
Content-Type: multipart/form-data; boundary=cut
Content-Length: {length}

"""
PART = """\
--cut
Content-Disposition: form-data; name="URL_FIRMWARE_IMAGE"; filename="{name}"

"""


def upload_request(image, version, command="ISP_IMAGE_SAVE", kind="U"):
    """`kind`: the letter in the name of the file."""
    name = f"ISP-{kind}-0300-{version}.bin"
    body = PART.format(name=name).replace("\n", "\r\n").encode() + image + b"\r\n--cut--\r\n"
    return HEAD.format(length=len(body), command=command).replace("\n", "\r\n").encode() + body


class Upload:
    """A client of `server` with its connection."""

    def __init__(self, server, request):
        self.server, self.request = server, request
        self.connection = socket.create_connection(("127.0.0.1", server.port), SECONDS)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent = 0

    def send_until(self, end):
        """Sends up to this offset of the request, and waits until that has been read."""
        self.connection.sendall(self.request[self.sent:end])
        self.sent = end
        wait_until_taken(self.connection)

    def send_rest(self):
        try:
            self.send_until(len(self.request))
        except (BrokenPipeError, ConnectionResetError):
            pass  # the other end is gone

    def read_reply(self):
        """The reply, or None if the connection ended without one."""
        raw = b""
        try:
            while piece := self.connection.recv(65536):
                raw += piece
        except ConnectionResetError:
            pass
        return split_reply(raw) if raw else None

    def hang_up(self):
        self.connection.close()

    def reset(self):
        at_once = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        self.connection.close()


class Server(Ispupd):
    """`ispupd`; a test may end it in its own way."""

    def __exit__(self, *_):
        if self.child.poll() is None:
            super().__exit__()
        self.child.wait(SECONDS)
        self.log.close()

    def serving(self):
        """The process that serves HTTP, a child of the started process."""
        return next(one.number for one in children(self.child.pid) if "/ispupd " in one.command)

    def programs(self):
        """Its other children that have not been reaped."""
        return [one for one in children(self.child.pid) if "/ispupd " not in one.command]

    def front(self):
        """The program that answers the running request."""
        found = []

        def is_there():
            found[:] = [one for one in self.programs() if one.command]
            return len(found) == 1
        until(is_there, lambda: f"not one front: {found}")
        return found[0].number

    def kill(self):
        self.child.send_signal(signal.SIGKILL)
        self.child.wait(SECONDS)
