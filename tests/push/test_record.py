# SPDX-License-Identifier: Apache-2.0
"""`ispup record` and `ispup simulate --replay`: what a camera answers as a file without secrets, and
a camera made of it of which `ispup push` says the same as of the original."""

import base64
import json
import re
import signal
import stat
import subprocess
from types import SimpleNamespace

import pytest
from odd_camera import DONE, NEW, NOT_DONE, UNKNOWN, OddCamera, RecordCamera
from simulation import Simulation
from vendor_faults import (VendorGood, VendorNeverBack, VendorRefuses, VendorRefusesEarly,
                           VendorReplyLostNothingDone, VendorSameVersions)

SECONDS = 120
SERIAL = "CAM-88-776655"


class Talkative(VendorGood):
    """A vendor's camera that shows what must not leave the house, and repeats the request."""

    def info(self, request):
        self.say(request, f"Firmware Version = A1D-311\r\nMAC Address = {self.mac}\r\n"
                          f"Serial Number = {SERIAL}\r\nIP Address = 10.20.30.40\r\n"
                          f"Gateway = 10.20.30.1\r\nAsked = {request.lines[0]}\r\n")

    def log(self, request):
        super().log(request)
        request.connection.sendall(f"login of admin from 10.20.30.40, {SERIAL}\n".encode())


@pytest.fixture
def made():
    """Makes cameras; they end with the test."""
    cameras = []

    def make(kind):
        cameras.append(kind())
        return cameras[-1]

    yield make
    for camera in cameras:
        camera.stop()


@pytest.fixture
def replay(ispup):
    """A camera that answers like a recording; it ends with the test."""
    started = []

    def start(path):
        child = subprocess.Popen([ispup.program, "simulate", "--replay", path, "--json"],
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True)
        started.append(child)
        url = json.loads(child.stdout.readline())["url"]
        return SimpleNamespace(host=url.replace("//", "//admin@"), url=url, child=child)

    yield start
    for child in started:
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=SECONDS)
        assert child.returncode == 0


def outcome(ispup, image, host, wait):
    done = ispup.events("push", image, host, "--wait", wait)
    return next(event for event in done.events if event["event"] == "outcome")


def test_a_recording_holds_what_the_camera_answered_and_no_secret(ispup, made, tmp_path):
    camera = made(Talkative)
    done = ispup.run("record", camera.host, "-o", "r.txt")
    assert done.status == 0, done.err
    path = tmp_path / "r.txt"
    text = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for secret in ("123456", base64.b64encode(b"admin:123456").decode(), SERIAL, camera.mac,
                   "10.20.30.40", "10.20.30.1", f"127.0.0.1:{camera.port}"):
        assert secret not in text
    assert text.count("SERIAL-1") >= 2  # the same placeholder in both answers
    for line in ("format = 1", "head = HTTP/1.0 200 OK\\n", "body = ERROR: missing USER/PWD\\n",
                 "field = X-ISP-Account: ACCOUNT-1", "body = ISP Firmware Version ISP-F-0300-V1.00.00\\n",
                 "request = GET /cgi-bin/update?USER=admin&PWD=PASSWORD-1&ISP_IMAGE",
                 "body = MAC Address = 00:00:5e:00:53:01\\r\\n"):
        assert f"\n{line}\n" in text
    assert camera.uploads == []
    assert f"{text.count('[request-')} requests are in r.txt" in done.out


def test_a_recording_asks_only_what_changes_nothing(ispup, made):
    camera = made(RecordCamera)
    ispup.run("record", camera.host, "-o", "r.txt")
    assert {(one.method, one.command) for one in camera.requests} == {
        ("GET", command) for command in ("ISP_STATUS", "SYSTEM_LOG", "SYSTEM_INFO", "LOGIN", "ISP_IMAGE",
                                         "ISP_FIRMWARE", "ISP_DEV", "ISP_HARDWARE")}


class Coded(OddCamera):
    """Its SYSTEM_INFO shows the password in another form."""

    def info(self, request):
        self.say(request, self.coded)


@pytest.mark.parametrize("coded", [
    "%70%61%73%73%77%6f%72%64-7",           # password-7, each letter
    base64.b64encode(b"root:password-7").decode(),  # of another user
    base64.b64encode(b"x\npassword-7\n").decode(),
])
def test_nothing_is_written_if_the_password_is_still_there(ispup, made, tmp_path, monkeypatch, coded):
    monkeypatch.setattr("odd_camera.CREDENTIALS", "USER=admin&PWD=password-7&")
    camera = made(Coded)
    camera.coded = coded
    done = ispup.run("record", camera.host, "-o", "r.txt", password="password-7")
    assert done.status == 1
    assert "the password is still in the recording, nothing was written" in done.err
    assert not (tmp_path / "r.txt").exists()


def test_a_file_that_is_there_is_kept_and_nothing_is_sent(ispup, made, image, tmp_path):
    camera = made(VendorGood)
    (tmp_path / "r.txt").write_text("mine\n")
    done = ispup.run("record", camera.host, "-o", "r.txt", "--upload", image())
    assert done.status == 64 and "r.txt is there already" in done.err
    assert (tmp_path / "r.txt").read_text() == "mine\n"
    assert camera.requests == []


def test_a_camera_that_is_not_there_leaves_no_file(ispup, made, tmp_path):
    camera = made(VendorGood)
    camera.go_away()
    done = ispup.run("record", camera.host, "-o", "r.txt")
    assert done.status == 1 and "no answer, nothing was recorded" in done.err
    assert not (tmp_path / "r.txt").exists()


def without_port_and_time(text):
    """libcurl 8.14 says `127.0.0.1 port 80 after 0 ms`, 8.23 `127.0.0.1:80 after 0 ms`."""
    return re.sub("( port |:)[0-9]+ after [0-9]+ ms", "", text)


@pytest.mark.parametrize("kind, wait, expected", [
    (VendorGood, "60", DONE),
    (VendorSameVersions, "20", UNKNOWN),
    (VendorRefuses, "10", NOT_DONE),
    (VendorRefusesEarly, "10", NOT_DONE),
    (VendorReplyLostNothingDone, "5", UNKNOWN),
    (VendorNeverBack, "5", UNKNOWN),
])
def test_push_says_the_same_of_a_replayed_vendor_camera(ispup, made, image, replay, tmp_path, kind,
                                                        wait, expected):
    camera = made(kind)
    file = image()
    done = ispup.run("record", camera.host, "-o", "r.txt", "--upload", file, "--wait", wait)
    assert f": {expected}: " in done.out, done.out + done.err
    said = outcome(ispup, file, replay(tmp_path / "r.txt").host, wait)
    original = re.search(f": {expected}: (.*)", done.out)[1]
    assert said["outcome"] == expected
    assert without_port_and_time(said["why"]) == without_port_and_time(original)


@pytest.mark.parametrize("fault, expected", [(None, DONE), ("failing-probe", NOT_DONE),
                                             ("flash-failure", NOT_DONE)])
def test_push_says_the_same_of_a_replayed_camera_with_a_record(ispup, build, replay, tmp_path, fault,
                                                               expected):
    words = ["--fault", fault] if fault else []
    with Simulation(build, *words) as simulation:
        host = simulation.cameras[0].url.replace("//", "//admin@")
        file = tmp_path / simulation.image.name
        file.write_bytes(simulation.image.read_bytes())
        done = ispup.run("record", host, "-o", "r.txt", "--upload", file, "--wait", "60")
    assert f": {expected}: " in done.out, done.out + done.err
    text = (tmp_path / "r.txt").read_text()
    assert "CAMERA_ID='00:00:5e:00:53:01'" in text
    camera = replay(tmp_path / "r.txt")
    said = outcome(ispup, file, camera.host, "60")
    assert said["outcome"] == expected, said
    shown = [json.loads(line) for line in ispup.run("status", camera.host, "--json").out.splitlines()]
    assert shown[0]["ISP_VERSION"] == (NEW if expected == DONE else "V1.00.00")


def test_a_replayed_camera_has_no_upload_if_none_was_recorded(ispup, made, image, replay, tmp_path):
    camera = made(VendorGood)
    ispup.run("record", camera.host, "-o", "r.txt")
    replayed = replay(tmp_path / "r.txt")
    file = image()
    assert ispup.run("push", "--check", file, replayed.host).status == 0
    said = outcome(ispup, file, replayed.host, "5")
    assert said["outcome"] == UNKNOWN and "404" in said["why"]


class LongLog(VendorGood):
    def log(self, request):
        self.say(request, "May 1 00:00:01 boot\n" * 10_000 + f"ISP Firmware Version ISP-F-0300-{self.version}\n"
                          "ISP Device Resource Version C0300-V1.00.00\n")


def test_a_long_log_is_kept_as_size_digest_and_versions(ispup, made, replay, image, tmp_path):
    camera = made(LongLog)
    ispup.run("record", camera.host, "-o", "r.txt")
    text = (tmp_path / "r.txt").read_text()
    size = int(re.search("body-size = ([0-9]+)\nbody-sha256 = [0-9a-f]{64}\n"
                         "body = ISP Firmware", text)[1])
    assert size > 200_000 and len(text) < 20_000
    replayed = replay(tmp_path / "r.txt")
    shown = subprocess.run(["curl", "-s", f"{replayed.url}/cgi-bin/system?USER=a&PWD=b&SYSTEM_LOG"],
                           stdout=subprocess.PIPE, check=True, timeout=SECONDS).stdout
    assert len(shown) == size
    assert ispup.run("push", "--check", image(), replayed.host).status == 0


class Lengthy(OddCamera):
    """With a length, which placeholders change, and its own address in the form's action."""

    def say(self, request, body, kind="text/plain"):
        body = body if isinstance(body, bytes) else body.encode("latin-1")
        body = body.replace(b'action="', f'action="http://127.0.0.1:{self.port}/cgi-bin/'.encode())
        request.connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n"
                                   f"Content-Length: {len(body)}\r\n\r\n".encode() + body)


def test_a_replayed_camera_answers_under_its_own_address(ispup, made, image, replay, tmp_path):
    camera = made(Lengthy)
    done = ispup.run("record", camera.host, "-o", "r.txt")
    assert done.status == 0
    assert 'action="http://camera.invalid/cgi-bin/update?ISP_IMAGE_SAVE"' in \
        (tmp_path / "r.txt").read_text()
    assert ispup.run("push", "--check", image(), replay(tmp_path / "r.txt").host).status == 0


@pytest.mark.parametrize("text, said", [
    ("", "r.txt: line 0: a key is missing"),
    ("format = 2\n", "r.txt: line 1: only format 1 is known"),
    ("format = 1\n[request-1]\nat = x\n", "r.txt: line 3: not a number, or too large"),
])
def test_a_file_that_is_no_recording_is_refused(ispup, tmp_path, text, said):
    (tmp_path / "r.txt").write_text(text)
    done = ispup.run("simulate", "--replay", "r.txt", password=None)
    assert done.status == 1 and said in done.err


@pytest.mark.parametrize("words", [["--https"], ["--fault", "hang=1"], ["--folder", "f"],
                                   ["--programs", "f"]])
def test_what_a_recording_does_not_have_is_refused(ispup, words):
    done = ispup.run("simulate", "--replay", "r.txt", *words, password=None)
    assert done.status == 64
    assert f"--replay and {words[0]} cannot be used together" in done.err


@pytest.mark.parametrize("words, said", [([], "needs a camera"), (["cam"], "needs -o FILE")])
def test_what_is_missing_is_told(ispup, words, said):
    done = ispup.run("record", *words, password=None)
    assert done.status == 64 and said in done.err
