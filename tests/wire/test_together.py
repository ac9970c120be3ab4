# SPDX-License-Identifier: Apache-2.0
"""Two hosts at once, and hosts that go away: what one exchange alone cannot show."""

import signal
import subprocess
import threading
from pathlib import Path

import pytest
from exchange import Cgi, Ispupd, environment_of, wait_until_taken
from session import session_read

GOOD = session_read(Path(__file__).parent / "upload.session")
BUSY = b"ERROR: update in progress\n"


@pytest.fixture
def upload(workshop):
    return GOOD.request(GOOD.variants[0], lambda _: workshop.image("V1.01.00", firmware=200))


class HalfWay:
    """An upload whose host has sent all but the last bytes, and waits."""

    def __init__(self, camera, upload):
        head, _, self.body = upload.partition(b"\r\n\r\n")
        self.child = subprocess.Popen(
            [camera.build / "src" / "cgi-bin" / "update"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0, cwd=camera.folder,
            env=environment_of(head, None, camera.configuration))
        self.child.stdin.write(self.body[:-10])
        wait_until_taken(self.child.stdin.fileno())

    def finish(self):
        self.child.stdin.write(self.body[-10:])
        self.child.stdin.close()
        reply = self.child.stdout.read()
        self.child.wait()
        return reply.partition(b"\r\n\r\n")[2]


def get(program, command):
    return (f"GET /cgi-bin/{program}?USER=admin&PWD=123456&{command} HTTP/1.1\r\n"
            "Host: camera\r\n\r\n").encode()


def test_a_second_upload_is_refused_at_once_and_the_first_goes_on(cameras, upload):
    camera = cameras()
    first = HalfWay(camera, upload)
    assert Cgi(camera).exchange(upload).body == BUSY
    assert first.finish() == b"OK\n"
    camera.settle()
    camera.restart()
    assert camera.status()["ISP_VERSION"] == "V1.01.00"


@pytest.mark.parametrize("command", ["SAVE", "REBOOT", "SAVE_REBOOT"])
def test_nothing_is_saved_or_restarted_during_an_upload(cameras, upload, command):
    camera = cameras()
    note = camera.note()
    first = HalfWay(camera, upload)
    assert Cgi(camera).exchange(get("system", command)).body == BUSY
    assert "settings" not in note.changes() and not camera.was_asked_to_restart()
    assert first.finish() == b"OK\n"


def test_the_form_and_the_status_are_answered_during_an_upload(cameras, upload):
    camera = cameras()
    first = HalfWay(camera, upload)
    assert b"URL_FIRMWARE_IMAGE" in Cgi(camera).exchange(get("update", "ISP_IMAGE")).body
    status = Cgi(camera).exchange(get("update", "ISP_STATUS")).body
    assert any(f"ISP_STATE='{state}'".encode() in status
               for state in ("receiving", "checking", "writing"))
    assert first.finish() == b"OK\n"


def test_a_host_may_post_from_another_address_than_it_asked_from(cameras, upload):
    camera = cameras()
    form = Cgi(camera).exchange(get("update", "ISP_IMAGE"), extra={"REMOTE_ADDR": "192.0.2.1"})
    assert form.status == 200
    reply = Cgi(camera).exchange(upload, extra={"REMOTE_ADDR": "2001:db8::9"})
    assert reply.body == b"OK\n"


def test_an_update_is_carried_through_when_nobody_reads_the_reply(cameras, upload):
    camera = cameras()
    head, _, body = upload.partition(b"\r\n\r\n")
    child = subprocess.Popen(
        [camera.build / "src" / "cgi-bin" / "update"], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=camera.folder,
        env=environment_of(head, None, camera.configuration))
    child.stdout.close()
    child.communicate(body)
    expect_installed(camera)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_an_update_is_carried_through_when_the_server_ends_the_program(cameras, upload, number):
    """The whole body is there; the program goes before the installer is done."""
    camera = cameras()
    first = HalfWay(camera, upload)
    first.child.stdin.write(first.body[-10:])
    wait_until_taken(first.child.stdin.fileno())
    first.child.send_signal(number)
    first.child.stdin.close()
    first.child.wait()
    first.child.stdout.close()
    expect_installed(camera)


def test_an_update_ends_well_while_its_server_is_being_stopped(cameras, upload):
    camera = cameras()
    with Ispupd(camera) as server:
        said = []
        host = threading.Thread(target=lambda: said.append(server.exchange(upload).body))
        host.start()
        host.join()
    assert said == [b"OK\n"]
    expect_installed(camera)


def expect_installed(camera):
    camera.settle()
    assert camera.is_asked_to_restart(), (camera.folder / "ram" / "run" / "log").read_text()
    camera.restart()
    status = camera.status()
    assert status["ISP_VERSION"] == "V1.01.00" and status["ISP_STATE"] == "confirmed"
