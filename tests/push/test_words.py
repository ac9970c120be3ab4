# SPDX-License-Identifier: Apache-2.0
"""The output of `ispup push` and `ispup status`: lines, JSON, tables, exit statuses. The cameras
behave as the tests say."""

import gzip
import json
import os
import re
import resource
import signal
import threading

import pytest
from camera_fixture import run
from odd_camera import OddCamera
from said import outcome
from terminal import Terminal


def test_plain_lines_tell_each_stage_once(ispup, camera, image):
    done = ispup.run("push", image(), camera.host)
    lines = done.out.splitlines()
    assert (done.status, done.err) == (0, "")
    assert lines[0] == f"{camera.label}: checking"
    assert lines[1].startswith(f"{camera.label}: note: the image is not signed")
    assert lines[2].startswith(f"{camera.label}: uploading ISP-U-0300-V1.01.00.bin, ")
    assert lines[-1] == f"{camera.label}: done: the camera restarted, and has confirmed the image"
    assert len(lines) == len(set(lines)) and "\x1b" not in done.out


def test_quiet_says_nothing_of_what_is_done(ispup, camera, vendor, image):
    vendor.receive = lambda request: vendor.say(request, "ERROR: no\n")
    done = ispup.run("push", image(), camera.host, vendor.host, "--quiet")
    assert (done.status, done.err) == (1, "")
    assert done.out == f"{vendor.label}: not done: the camera says: ERROR: no\n"


def test_several_cameras_end_with_a_table_and_one_that_fails_stops_no_other(ispup, camera, vendor,
                                                                            image):
    vendor.form = lambda request: vendor.say(request, "ERROR: no\n")
    done = ispup.run("push", image(), vendor.host, camera.host, "-j", "1")
    table = done.out.split("\n\n")[1].splitlines()
    assert done.status == 1
    assert table[0].split() == ["CAMERA", "OUTCOME", "BEFORE", "AFTER", "WHY"]
    assert table[1].startswith(vendor.label) and "  not done  " in table[1]
    assert table[2].startswith(camera.label) and "  done  " in table[2]
    assert table[3] == "1 done, 1 not done, 0 unknown"


def test_json_is_one_object_a_line_and_ends_with_the_sum(ispup, camera, image):
    done = ispup.events("push", image(), camera.host)
    kinds = [event["event"] for event in done.events]
    assert kinds[0] == "stage" and kinds[-2:] == ["outcome", "sum"]
    assert all(event["camera"] == camera.label for event in done.events[:-1])


def test_the_image_that_runs_already_is_not_sent_unless_again(ispup, camera, image):
    camera.record["ISP_IMAGE_SHA256"] = camera.sha256
    done = ispup.events("push", image(), camera.host)
    assert (done.status, outcome(done)["outcome"]) == (0, "already")
    assert "runs this image already" in outcome(done)["why"] and camera.uploads == []
    assert ispup.run("push", image(), camera.host, "--again").status == 0
    assert len(camera.uploads) == 1


def test_versions_that_are_there_already_are_no_proof(ispup, vendor, image):
    vendor.version = "V1.01.00"
    done = ispup.events("push", image(), vendor.host)
    assert (done.status, outcome(done)["outcome"], vendor.uploads) == (2, "unknown", [])


def test_a_limited_rate_changes_nothing_of_what_arrives(ispup, camera, image):
    path = image(firmware=40_000)
    said = run(ispup.program, "inspect", path, "--format=kv").stdout.decode()
    camera.sha256 = re.search("ISP_IMAGE_SHA256='(.*)'", said)[1]
    done = ispup.run("push", path, camera.host, "--limit-rate", "40K")
    assert done.status == 0 and camera.image_sent() == path.read_bytes()


class Meter(OddCamera):
    """Counts the body as it arrives."""

    def __init__(self):
        self.got, self.begun = 0, threading.Event()
        super().__init__()

    def take(self, request):
        self.got = len(request.body)
        while piece := request.connection.recv(65536):
            self.got += len(piece)
            self.begun.set()


def test_a_limited_rate_is_kept(ispup, vendor, image):
    """A megabyte at 8 KiB a second is far from its end when another one, begun later without a
    limit, has arrived."""
    path, limited = image(firmware=1_000_000), Meter()
    child = ispup.start("push", path, limited.host, "--limit-rate", "8K")
    try:
        assert limited.begun.wait(60)
        assert ispup.run("push", path, vendor.host).status == 0
        assert vendor.image_sent() == path.read_bytes()
        assert 0 < limited.got < path.stat().st_size // 2
    finally:
        # Two interrupts: it abandons running uploads.
        for number in (signal.SIGINT, signal.SIGTERM):
            child.send_signal(number)
        child.communicate(timeout=60)
        limited.stop()


def test_on_a_terminal_lines_move_and_the_end_stays(ispup, camera, image):
    environment = {"PATH": os.environ["PATH"], "HOME": str(ispup.home), "TERM": "xterm"}
    ispup.environment = lambda: environment
    terminal = Terminal(24, 80)
    child = terminal.start(ispup.start, "push", image(), camera.host)
    text = terminal.read_to_the_end()
    assert child.wait(60) == 0
    child.stderr.close()
    assert re.search(r"\x1b\[1A\r\x1b\[K", text), text
    note, end = "".join(terminal.screen.text()).split(camera.label)[1:]
    assert note.startswith(": note: the image is not signed")
    assert end == ": done: the camera restarted, and has confirmed the image"


def test_doubt_is_told_with_what_to_do(ispup, vendor, image):
    vendor.receive = lambda request: vendor.say(request, "OK\n")
    done = ispup.run("push", image(), vendor.host, "--wait", "1")
    assert done.status == 2
    assert done.out.splitlines()[-1].startswith("unknown is neither done nor not done: check with ispup status")


def test_a_server_without_room_is_busy_and_no_camera_without_a_record(ispup, camera, image):
    camera.status = lambda request: request.connection.sendall(
        b"HTTP/1.0 503 Busy\r\n\r\nERROR: request: too many at once, try again\n")
    done = ispup.events("push", image(), camera.host)
    assert (done.status, outcome(done)["outcome"], camera.uploads) == (1, "not done", [])
    assert "too many at once" in outcome(done)["why"]


def test_a_camera_is_asked_at_most_once_a_second(ispup, camera, image):
    """A slow machine asks less often: before the upload, and for 4 seconds after it."""
    camera.receive = lambda request: camera.say(request, "OK\n")
    ispup.run("push", image(), camera.host, "--wait", "4")
    asked = [request for request in camera.requests if request.command == "ISP_STATUS"]
    assert 2 <= len(asked) <= 7


def test_a_reader_that_goes_stops_no_upload(ispup, camera, image):
    """As in `ispup push ... | head -1`."""
    released = threading.Event()
    receive = camera.receive
    camera.receive = lambda request: (released.wait(60), receive(request))
    child = ispup.start("push", image(), camera.host)
    assert child.stdout.readline() == f"{camera.label}: checking\n"
    child.stdout.close()
    released.set()
    assert "cannot write to standard output" in child.stderr.read()
    assert child.wait(60) == 2 and camera.installed
    child.stderr.close()


@pytest.mark.parametrize("reply, wait, status", [(None, 60, 2), ("OK\n", 1, 2), ("ERROR: no\n", 60, 1)])
def test_what_cannot_be_printed_is_told_by_the_status(ispup, vendor, image, reply, wait, status):
    """The output had no reader, so a done is reported as unknown by the exit status. Unknown and
    refused stay what they are."""
    if reply is not None:
        vendor.receive = lambda request: vendor.say(request, reply)
    with open("/dev/full", "w") as full:
        child = ispup.start("push", image(), vendor.host, "--wait", str(wait), stdout=full)
        _, err = child.communicate(timeout=60)
    assert (child.returncode, vendor.installed) == (status, reply is None)
    assert "cannot write to standard output" in err


def test_a_limit_of_descriptors_hides_no_doubt_and_leaves_no_camera_out(ispup, vendor, image):
    """It is reached after the first cameras: then fewer go at a time."""
    vendor.receive = lambda request: vendor.say(request, "OK\n")
    closed = [f"admin@127.0.0.1:{port}" for port in range(1, 41)]
    child = ispup.start("push", image(), vendor.host, *closed, "-j", "41", "--wait", "1", "--json",
                        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32)))
    out, err = child.communicate(timeout=60)
    said = {event["camera"]: event for event in map(json.loads, out.splitlines())
            if event["event"] == "outcome"}
    assert "internal error" not in err and child.returncode == 2
    assert said[vendor.label]["outcome"] == "unknown"
    assert said["127.0.0.1:40"]["why"].startswith("cannot be reached")


def test_status_tells_record_log_and_nothing_apart(ispup, camera, vendor):
    gone = OddCamera()
    gone.stop()
    done = ispup.run("status", camera.host, vendor.host, gone.host, "--json")
    known = [json.loads(line) for line in done.out.splitlines()]
    assert done.status == 1
    assert [each["known"] for each in known] == ["record", "log", "nothing"]
    assert known[0]["ISP_VERSION"] == "V1.00.00" and known[0]["BOOT_ID"] == "first"
    assert known[1]["ISP_FIRMWARE"] == "ISP-F-0300-V1.00.00"
    assert "connect" in known[2]["why"]
    table = ispup.run("status", camera.host, vendor.host, gone.host).out.splitlines()
    assert table[1].split()[1:6] == ["0300", "V1.00.00", "-", "confirmed", "7"]
    assert "no record; log: ISP-F-0300-V1.00.00 C0300-V1.00.00 UNKNOWN" in table[2]


def test_a_limited_rate_is_no_stall(ispup, vendor, tmp_path):
    """Otherwise the first image would be sent at once, and then nothing for seconds."""
    path = tmp_path / "ISP-U-0300-V1.01.00.bin"
    path.write_bytes(gzip.compress(os.urandom(90000)))
    ispup.run("push", path, vendor.host, "--foreign", "--limit-rate", "20K", "--stall", "1",
              "--wait", "1")
    assert vendor.image_sent() == path.read_bytes()
