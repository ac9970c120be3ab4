# SPDX-License-Identifier: Apache-2.0
"""The processor's work for one update, counted by valgrind: instructions of all processes of
`update`, and of the floor. Both are built for a small camera (no filter of system calls, zlib)."""

import re
import socket
import subprocess
import tempfile

from payload import scramble
from client import CREDENTIALS, read_reply, request_of
from rivals import Ours

OPTIONS = ("-Dsandbox=disabled", "-Dinflate=zlib")
TARGETS = ("src/cgi-bin/update", "src/ispup-camera/ispup-camera", "tests/bench/floor")


def count(command, after=None, **options):
    """Instructions of this command and of all processes that it starts, in their order. `after`
    waits for processes that live longer than the first one. The worker may write no file, but all of
    them have valgrind's socket. A fork's counters begin with those of its parent: they are set to
    zero when the worker and the installer begin."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        subprocess.run(["valgrind", "--tool=callgrind", "--trace-children=yes",
                        "--callgrind-out-file=/dev/null", "--zero-before=confine_worker",
                        "--zero-before=confine_installer",
                        f"--log-socket=127.0.0.1:{server.getsockname()[1]}", *command],
                       check=True, stdout=subprocess.DEVNULL, **options)
        connection, _ = server.accept()
        if after:
            after()
        with connection:
            said = read_reply(connection)
    found = re.findall(r"(?m)^==(\d+)== Collected : (\d+)$", said)
    return [int(count) for _, count in sorted(found, key=lambda one: int(one[0]))]


class CountedCamera(Ours):
    """Without a server: `update` is started as a web server starts it."""

    CONFIGURATION = Ours.CONFIGURATION.replace("signature = off",
                                               "signature = off\nsandbox = optional")

    def serve(self):
        pass

    def count(self, payload):
        head, front, back = request_of("/cgi-bin/update", "URL_FIRMWARE_IMAGE", payload.image.name,
                                       payload.image.stat().st_size)
        length = re.search(rb"Content-Length: (\d+)", head)[1].decode()
        kind = re.search(rb"Content-Type: (.*)\r", head)[1].decode()
        environment = {
            "GATEWAY_INTERFACE": "CGI/1.1", "SERVER_PROTOCOL": "HTTP/1.0",
            "REQUEST_METHOD": "POST", "SCRIPT_NAME": "/cgi-bin/update",
            "QUERY_STRING": f"{CREDENTIALS}&ISP_IMAGE_SAVE", "REMOTE_ADDR": "127.0.0.1",
            "SERVER_NAME": "camera", "SERVER_PORT": "80", "HTTP_HOST": "camera",
            "CONTENT_LENGTH": length, "CONTENT_TYPE": kind,
            "ISPUP_CONFIG": str(self.configuration)}
        with tempfile.TemporaryFile() as body:
            body.write(front + payload.image.read_bytes() + back)
            body.seek(0)
            counts = count([self.build / "src/cgi-bin/update"], self.settle, stdin=body,
                           env=environment)
        self.confirm()
        self.check(payload)
        return counts


def measure_instructions(camera, floor, payload, between):
    """Of the front, the installer and the worker of one update; of the floor."""
    camera.command("install", between.image)
    camera.settle()
    camera.confirm()
    camera.spoil(payload)
    ours = camera.count(payload)
    target = camera.folder / "floor.target"
    scramble(payload.plain, target)
    return ours, sum(count([floor, payload.gzip, target]))
