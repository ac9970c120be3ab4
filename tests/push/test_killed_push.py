# SPDX-License-Identifier: Apache-2.0
"""After `kill -9` of `ispup push`: what its processes do without it."""

import os
import signal
import time

import pytest
from held_camera import SECONDS, HeldCamera, UnreadCamera, children_of

LARGE = 4 << 20  # more than the sockets' buffers hold


@pytest.fixture
def camera():
    made = UnreadCamera()
    yield made
    made.stop()


def kill(child):
    """Returns the number of its one process."""
    [process] = children_of(child.pid)
    child.kill()
    child.wait()
    child.stdout.close()
    child.stderr.close()
    return process


def until_gone(process, meanwhile=lambda: None):
    deadline = time.monotonic() + SECONDS
    while os.path.exists(f"/proc/{process}"):
        assert time.monotonic() < deadline, "its process goes on"
        meanwhile()
        time.sleep(0.01)


def test_its_upload_goes_on_to_the_end_and_then_nothing_is_asked(ispup, image, camera):
    child = ispup.start("push", image(firmware=LARGE), camera.host)
    assert camera.reached.wait(SECONDS)
    process = kill(child)
    camera.receive = lambda request: camera.say(request, "OK\n")
    camera.released.set()
    until_gone(process)
    assert len(camera.uploads) == 1 and camera.image_sent() == image(firmware=LARGE).read_bytes()
    assert camera.requests[-1].method == "POST"


def test_sigterm_ends_its_upload(ispup, image, camera):
    child = ispup.start("push", image(firmware=LARGE), camera.host)
    assert camera.reached.wait(SECONDS)
    process = kill(child)
    # The first one may come before the process knows.
    until_gone(process, lambda: os.path.exists(f"/proc/{process}") and terminate(process))
    camera.released.set()


def terminate(process):
    try:
        os.kill(process, signal.SIGTERM)
    except ProcessLookupError:
        pass


def test_a_sigterm_that_was_ignored_at_the_start_does_not_end_its_upload(ispup, image, camera):
    child = ispup.start("push", image(firmware=LARGE), camera.host,
                        preexec_fn=lambda: signal.signal(signal.SIGTERM, signal.SIG_IGN))
    assert camera.reached.wait(SECONDS)
    process = kill(child)
    terminate(process)
    camera.receive = lambda request: camera.say(request, "OK\n")
    camera.released.set()
    until_gone(process)
    assert camera.image_sent() == image(firmware=LARGE).read_bytes()


def test_one_that_has_not_begun_its_upload_does_not_begin_it(ispup, image, camera):
    form = camera.form

    def held_form(request):
        camera.reached.set()
        camera.released.wait(SECONDS)
        form(request)

    camera.form = held_form
    child = ispup.start("push", image(), camera.host)
    assert camera.reached.wait(SECONDS)
    process = kill(child)
    camera.released.set()
    until_gone(process)
    assert camera.uploads == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_while_push_lives_a_signal_to_its_process_alone_changes_nothing(ispup, image, number):
    """A terminal and a service manager send it to all processes at once."""
    camera = HeldCamera()
    child = ispup.start("push", image(), camera.host)
    assert camera.reached.wait(SECONDS)
    [process] = children_of(child.pid)
    os.kill(process, number)
    camera.released.set()
    out, _ = child.communicate(timeout=SECONDS)
    camera.stop()
    assert "not done: the camera says: ERROR: heard" in out
