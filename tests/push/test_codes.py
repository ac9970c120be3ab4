# SPDX-License-Identifier: Apache-2.0
"""The codes of outcomes that are settled without a verdict: docs/push.md, "Codes". The others are in
test_push_faults.py, test_advice.py, test_older.py and test_orders.py."""

import gzip
import json
import resource
import signal
import threading

import pytest
from said import outcome

SECONDS = 60  # what takes this long hangs


def push(ispup, image, camera, *options):
    said = outcome(ispup.events("push", image, camera.host, "--wait", "3", *options))
    return said["outcome"], said["code"]


def test_what_is_found_by_check(ispup, image, camera, vendor):
    assert push(ispup, image(), camera, "--check") == ("would be taken", "free")
    vendor.log = lambda request: vendor.say(request, "nothing\n")
    assert push(ispup, image(), vendor, "--check") == ("cannot tell", "versions-unknown")


def test_a_foreign_image_by_check(ispup, camera, tmp_path):
    foreign = tmp_path / "ISP-U-0300-V1.01.00.bin"
    foreign.write_bytes(gzip.compress(b"a vendor's own"))
    assert push(ispup, foreign, camera, "--check", "--foreign") == ("cannot tell", "foreign")


@pytest.mark.parametrize("part", ["status", "form"])
def test_a_server_without_room(ispup, image, camera, part):
    setattr(camera, part, lambda request: request.connection.sendall(
        b"HTTP/1.0 503 Busy\r\n\r\nERROR: request: too many at once, try again\n"))
    assert push(ispup, image(), camera) == ("not done", "busy")


def test_an_upload_that_ends_before_its_first_byte(ispup, image, camera):
    form = camera.form

    def last_form(request):
        form(request)
        camera.stop()

    camera.form = last_form
    assert push(ispup, image(), camera) == ("not done", "unsent")


def test_an_image_that_changes_after_the_check(ispup, image, camera):
    path, form = image(), camera.form

    def change(request):
        path.write_bytes(path.read_bytes() + b"x")
        form(request)

    camera.form = change
    assert push(ispup, path, camera) == ("not done", "image-changed")


def test_a_machine_without_descriptors(ispup, image, camera):
    limit = (7, 7)
    child = ispup.start("push", image(), camera.host, "--json",
                        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, limit))
    out, err = child.communicate(timeout=SECONDS)
    [said] = [event for event in map(json.loads, out.splitlines()) if event["event"] == "outcome"]
    assert (said["outcome"], said["code"]) == ("not done", "local"), err
    assert camera.requests == []


def test_signals(ispup, image, camera, vendor):
    """The first camera is under way, the second one is not begun."""
    reached, released = threading.Event(), threading.Event()

    def hold(_):
        reached.set()
        released.wait(SECONDS)

    camera.receive = hold
    child = ispup.start("push", image(), camera.host, vendor.host, "-j", "1", "--json")
    assert reached.wait(SECONDS)
    for _ in range(2):
        child.send_signal(signal.SIGINT)
        child.stderr.readline()
    out, _ = child.communicate(timeout=SECONDS)
    released.set()
    events = [json.loads(line) for line in out.splitlines()]
    said = {event["camera"]: (event["outcome"], event["code"]) for event in events
            if event["event"] == "outcome"}
    assert said == {camera.label: ("unknown", "abandoned"), vendor.label: ("not done", "interrupted")}
