# SPDX-License-Identifier: Apache-2.0
"""The link between host and camera, byte by byte. A server of the test replaces `ispupd`; it keeps
the received bytes, and answers when the host has sent everything."""

import errno
import socket
import sys

import pytest
from simulation import SECONDS, Simulation, until

SERVER = '''\
#!{python}
import re, socket, sys
from pathlib import Path

configuration = Path(sys.argv[2])
port = int(re.search("listen = 127.0.0.1:([0-9]+)", configuration.read_text())[1])
listening = socket.socket()
listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listening.bind(("127.0.0.1", port))
listening.listen()
while True:
    connection, _ = listening.accept()
    received = b""
    while piece := connection.recv(65536):
        received += piece
    try:
        connection.sendall({reply!r})
    except OSError:
        pass
    connection.close()
    if received:
        side = configuration.with_name("received.part")
        side.write_bytes(received)
        side.rename(configuration.with_name("received"))
'''
# The errors that a host gets for a reset connection; they depend on the call that notices it.
RESET = (errno.ECONNRESET, errno.EPIPE, errno.ENOTCONN)
REPLY = bytes(range(256)) * 800  # more than one piece
REQUEST = b"POST / HTTP/1.0\r\n\r\n" + bytes(range(255, -1, -1)) * 500


def read_all(connection):
    taken = b""
    while piece := connection.recv(65536):
        taken += piece
    return taken


class Linked:
    def __init__(self, camera):
        self.port = int(camera.url.rpartition(":")[2])
        self.path = camera.folder / "received"

    def exchange(self, request):
        """The answer; None if the connection was reset."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), SECONDS) as host:
                host.sendall(request)
                host.shutdown(socket.SHUT_WR)
                return read_all(host)
        except OSError as failure:
            assert failure.errno in RESET
            return None

    def received(self):
        until(self.path.exists, "the camera's end of the connection")
        received = self.path.read_bytes()
        self.path.unlink()
        return received


@pytest.fixture
def linked(build, tmp_path):
    """A camera that is such a server, reached through a link with faults."""
    programs = tmp_path / "programs"
    for name, text in (("ispupd", SERVER.format(python=sys.executable, reply=REPLY)),
                       ("ispup-camera", "#!/bin/sh\n")):
        (programs / name).mkdir(parents=True)
        (programs / name / name).write_text(text)
        (programs / name / name).chmod(0o755)
    (programs / "cgi-bin").mkdir()
    (programs / "cgi-bin" / "update").write_text("")
    started = []

    def start(*faults):
        words = [word for fault in faults for word in ("--fault", fault)]
        started.append(Simulation(build, "--programs", programs, *words))
        return Linked(started[-1].__enter__().cameras[0])

    yield start
    for simulation in started:
        simulation.end()


@pytest.mark.parametrize("faults", [[], ["slow=4M"], ["drop=1M"], ["slow=100M", "drop=4000M"]])
def test_what_a_link_passes_on_is_unchanged(linked, faults):
    camera = linked(*faults)
    assert camera.exchange(REQUEST) == REPLY
    assert camera.received() == REQUEST


@pytest.mark.parametrize("size", [1, 5, 4096, 65536, 65537, len(REQUEST)])
def test_a_link_drops_at_just_that_byte(linked, size):
    camera = linked(f"drop={size}")
    assert camera.exchange(REQUEST) is None
    assert camera.received() == REQUEST[:size]
    assert camera.exchange(REQUEST[:size]) is None


def test_a_link_that_drops_at_once_passes_on_nothing(linked):
    camera = linked("drop=0")
    assert camera.exchange(REQUEST) is None
    assert not camera.path.exists()


def test_fewer_bytes_are_not_dropped(linked):
    camera = linked("drop=1000")
    assert camera.exchange(REQUEST[:999]) == REPLY
    assert camera.received() == REQUEST[:999]


def test_a_lost_reply_has_no_byte(linked):
    camera = linked("reply-lost")
    assert camera.exchange(REQUEST) == b""
    assert camera.received() == REQUEST


def test_garbage_has_a_head_and_a_body_that_means_nothing(linked):
    camera = linked("garbage-reply")
    head, _, body = camera.exchange(REQUEST).partition(b"\r\n\r\n")
    assert camera.received() == REQUEST
    assert head.startswith(b"HTTP/1.0 200 OK\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    assert body != b"OK\n" and not body.startswith(b"ERROR")
    assert b"\0" in body and b"\x1b" in body and b"\xff" in body


@pytest.mark.parametrize("fault", ["reply-lost", "garbage-reply"])
@pytest.mark.parametrize("request_line", [b"GET / HTTP/1.0\r\n\r\n", b"GET", b"POSTS / HTTP/1.0"])
def test_replies_to_other_requests_come(linked, fault, request_line):
    assert linked(fault).exchange(request_line) == REPLY
