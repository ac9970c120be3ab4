# SPDX-License-Identifier: Apache-2.0
"""Two hosts at once, and hosts that leave: what a single exchange cannot show."""

import fcntl
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from camera_fixture import is_free
from durability import needs_strace
from exchange import WAYS, Cgi, environment_of, wait_until_taken
from gate import until
from process_table import children
from session import session_read
from upload import Upload

GOOD = session_read(Path(__file__).parent / "upload.session")
BUSY = b"ERROR: update in progress\n"
# Each process is held up after each write: if the lock is given up after the outcome is told, it is
# given up late.
SLOW = ("strace", "-f", "-o", "/dev/null", "-e", "inject=write:delay_exit=200000")


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
        wait_until_taken(self.child.stdin)

    def finish(self):
        self.child.stdin.write(self.body[-10:])
        self.child.stdin.close()
        reply = self.child.stdout.read()
        self.child.wait()
        return reply.partition(b"\r\n\r\n")[2]


class HalfWayOverTheNetwork:
    """The same, through `ispupd`."""

    def __init__(self, server, upload):
        self.upload = Upload(server, upload)
        self.upload.send_until(len(upload) - 10)
        until(lambda: server.camera.status()["ISP_STATE"] == "receiving", "it does not begin")

    def finish(self):
        self.upload.send_rest()
        return self.upload.read_reply().body


@pytest.fixture(params=WAYS)
def half_way(request, cameras, upload):
    """A camera, a way to reach it, and a half-finished upload on the same way."""
    camera = cameras()
    with WAYS[request.param](camera) as way:
        yield camera, way, (HalfWay(camera, upload) if way.name == "cgi"
                            else HalfWayOverTheNetwork(way, upload))


def get(program, command):
    return (f"GET /cgi-bin/{program}?USER=admin&PWD=123456&{command} HTTP/1.1\r\n"
            "Host: camera\r\n\r\n").encode()


def test_a_second_upload_is_refused_at_once_and_the_first_goes_on(half_way, upload):
    camera, way, first = half_way
    assert way.exchange(upload).body == BUSY
    assert first.finish() == b"OK\n"
    camera.settle()
    camera.restart()
    assert camera.status()["ISP_VERSION"] == "V1.01.00"


@pytest.mark.parametrize("command", ["SAVE", "REBOOT", "SAVE_REBOOT"])
def test_nothing_is_saved_or_restarted_during_an_upload(half_way, command):
    camera, way, first = half_way
    saved = camera.folder / "saved" / "settings" / "picture.conf"
    before = saved.read_bytes()
    assert way.exchange(get("system", command)).body == BUSY
    assert saved.read_bytes() == before and not camera.was_asked_to_restart()
    assert first.finish() == b"OK\n"


def test_the_form_and_the_status_are_answered_during_an_upload(half_way):
    _, way, first = half_way
    assert b"URL_FIRMWARE_IMAGE" in way.exchange(get("update", "ISP_IMAGE")).body
    status = way.exchange(get("update", "ISP_STATUS")).body
    assert any(f"ISP_STATE='{state}'".encode() in status
               for state in ("receiving", "checking", "writing"))
    assert first.finish() == b"OK\n"


def test_a_host_may_post_from_another_address_than_it_asked_from(cameras, upload):
    camera = cameras()
    form = Cgi(camera).exchange(get("update", "ISP_IMAGE"), extra={"REMOTE_ADDR": "192.0.2.1"})
    assert form.status == 200
    reply = Cgi(camera).exchange(upload, extra={"REMOTE_ADDR": "2001:db8::9"})
    assert reply.body == b"OK\n"


def test_an_update_is_completed_if_no_one_reads_the_reply(cameras, upload):
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
    """The whole body has arrived; the program ends before the installer is done."""
    camera = cameras()
    first = HalfWay(camera, upload)
    first.child.stdin.write(first.body[-10:])
    wait_until_taken(first.child.stdin)
    first.child.send_signal(number)
    first.child.stdin.close()
    first.child.wait()
    first.child.stdout.close()
    expect_installed(camera)


def expect_installed(camera):
    camera.settle()
    assert camera.is_asked_to_restart(), (camera.folder / "ram" / "run" / "log").read_text()
    camera.restart()
    status = camera.status()
    assert status["ISP_VERSION"] == "V1.01.00" and status["ISP_STATE"] == "confirmed"


@needs_strace
@pytest.mark.parametrize("command, answer", [
    ("ISP_IMAGE_SAVE", b"ERROR: /nowhere/reboot: cannot be run: No such file or directory\n"),
    ("SAVE", b"OK\n")])
def test_after_a_reply_another_request_may_begin_at_once(cameras, upload, command, answer):
    camera = cameras(replace=[(f"command = {shutil.which('touch')}", "command = /nowhere/reboot")])
    request = upload if command == "ISP_IMAGE_SAVE" else get("system", command)
    head, _, body = request.partition(b"\r\n\r\n")
    environment = environment_of(head, None, camera.configuration)
    program = camera.build / "src" / environment["SCRIPT_NAME"].lstrip("/")
    with subprocess.Popen([*SLOW, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          env=environment) as child:
        child.stdin.write(body)
        child.stdin.close()
        reply = b""
        while not reply.endswith(answer) and (piece := child.stdout.read1()):
            reply += piece
        assert reply.endswith(answer), reply
        assert is_free(camera.folder / "ram" / "run" / "lock")


@needs_strace
def test_the_status_is_of_one_moment_also_if_the_update_ends_meanwhile(cameras, upload):
    """The program is stopped after its look at the lock, and goes on when the update has ended."""
    camera = cameras()
    first = HalfWay(camera, upload)
    until(lambda: camera.status()["ISP_STATE"] == "receiving", "it does not begin")
    trace = camera.folder / "trace"
    with subprocess.Popen(
            ["strace", "-o", trace, "-e", "inject=flock:signal=SIGSTOP:when=1",
             camera.build / "src" / "ispup-camera" / "ispup-camera", "-c", camera.configuration,
             "status"], stdout=subprocess.PIPE) as status:
        until(lambda: trace.exists() and "stopped by SIGSTOP" in trace.read_text(),
              "it does not look at the lock")
        reply = first.finish()
        camera.settle()
        os.kill(children(status.pid)[0].number, signal.SIGCONT)
        told = status.stdout.read().decode().splitlines()
    assert reply == b"OK\n"
    assert "ISP_STATE='restarting'" in told and "ISP_RESULT='OK'" in told, told


@needs_strace
def test_who_only_looks_at_the_lock_is_no_update_in_progress(cameras):
    """A status holds a shared lock while it looks; here it is held up in that moment."""
    camera = cameras()
    lock, trace = camera.folder / "ram" / "run" / "lock", camera.folder / "trace"
    trace.touch()
    with open(lock, "rb") as look:
        fcntl.flock(look, fcntl.LOCK_SH)
        update = subprocess.Popen(
            ["strace", "-o", trace, "-e", "trace=flock",
             camera.build / "src" / "ispup-camera" / "ispup-camera", "-c", camera.configuration,
             "lock", "--", "/bin/true"], stderr=subprocess.PIPE)
        until(lambda: update.poll() is not None or trace.read_text().count("LOCK_EX") > 20,
              "it does not try again")
    assert update.communicate()[1] == b"" and update.returncode == 0
