# SPDX-License-Identifier: Apache-2.0
"""Cameras with names, and an unreliable name server. In a mount namespace /etc names that
server."""

import os
import socket
import threading

import pytest
from namespace import may_mount
from odd_camera import OddCamera
from said import outcome

ADDRESS = "127.0.0.77"  # an address of this machine that no other program uses
HIDE = ('printf "nameserver %s\\noptions timeout:6 attempts:1\\n" "$1" > "$2/resolv.conf" && '
        'printf "hosts: dns\\n" > "$2/nsswitch.conf" && '
        'mount --bind "$2/resolv.conf" /etc/resolv.conf && '
        'mount --bind "$2/nsswitch.conf" /etc/nsswitch.conf && shift 2 && exec "$@"')

pytestmark = pytest.mark.skipif(os.geteuid() != 0 or not may_mount(),
                                reason="only root has port 53, and not everywhere a mount namespace")


class NameServer:
    """Answers that each name is 127.0.0.1, or does not answer."""

    def __init__(self):
        self.is_silent, self.asked_in_vain = threading.Event(), threading.Event()
        self.socket = socket.socket(type=socket.SOCK_DGRAM)
        self.socket.bind((ADDRESS, 53))
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            query, asker = self.socket.recvfrom(512)
            if query == b"stop":
                return
            if self.is_silent.is_set():
                self.asked_in_vain.set()
            else:
                self.socket.sendto(self.answer(query), asker)

    def answer(self, query):
        """The question again, followed by the address if one was requested (type A)."""
        end = query.index(b"\0", 12) + 5
        has_address = query[end - 4:end - 2] == b"\0\1"
        record = b"\xc0\x0c\0\1\0\1\0\0\0\0\0\4\x7f\0\0\1" if has_address else b""
        return query[:2] + b"\x84\0\0\1\0" + bytes([has_address]) + b"\0\0\0\0" + query[12:end] + record

    def stop(self):
        with socket.socket(type=socket.SOCK_DGRAM) as last:
            last.sendto(b"stop", (ADDRESS, 53))
        self.thread.join()
        self.socket.close()


@pytest.fixture
def names(ispup, tmp_path):
    server = NameServer()
    command = ispup.command

    def hidden(*words, **options):
        words, fds = command(*words, **options)
        return ["unshare", "--mount", "sh", "-c", HIDE, "sh", ADDRESS, str(tmp_path), *words], fds

    ispup.command = hidden
    yield server
    server.stop()


class NamelessCamera(OddCamera):
    """Its name is not known any more after the upload."""

    names = None

    def receive(self, request):
        self.names.is_silent.set()
        super().receive(request)


def test_the_address_of_the_first_answer_is_kept(ispup, names, image):
    camera = NamelessCamera()
    camera.names = names
    target = f"admin@camera.test:{camera.port}"
    wanted = f"http://camera.test:{camera.port}/cgi-bin/update?USER=admin&PWD=123456&ISP_IMAGE"
    camera.take = lambda request: (request.read_body(), camera.receive(request))
    done = ispup.events("push", image(), target, "--wait", "20")
    camera.stop()
    assert camera.referers == [wanted] and not names.asked_in_vain.is_set()
    assert (outcome(done)["outcome"], done.status) == ("done", 0), outcome(done)
