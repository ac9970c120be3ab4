# SPDX-License-Identifier: Apache-2.0
"""Two pushes to one camera from this machine: the second one waits for the first, also if only a
process of it is left."""

import os
import stat
import threading
from pathlib import Path

import pytest
from held_camera import SECONDS, UnreadCamera
from odd_camera import NEW
from process_table import children, descriptors

WAITS = "another push of this machine sends to it: waiting"
LARGE = 4 << 20  # more than the sockets' buffers hold


@pytest.fixture
def camera():
    """Refuses the first body, when the test lets it read that; takes the second."""
    made = UnreadCamera()

    def receive(request):
        made.say(request, "ERROR: first\n" if len(made.uploads) == 1 else "ERROR: second\n")

    made.receive = receive
    yield made
    made.stop()


class Reader:
    """The lines of a program, as they come."""

    def __init__(self, child):
        self.child, self.lines, self.news = child, [], threading.Condition()
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        for line in self.child.stdout:
            with self.news:
                self.lines.append(line)
                self.news.notify_all()

    def wait_for(self, words):
        with self.news:
            assert self.news.wait_for(lambda: any(words in line for line in self.lines),
                                      SECONDS), self.lines

    def end(self):
        status = self.child.wait(SECONDS)
        self.thread.join(SECONDS)
        self.child.stdout.close()
        self.child.stderr.close()
        return status


def start(ispup, *words):
    return Reader(ispup.start("push", *words))


def kill(child):
    child.child.kill()
    child.child.wait()


@pytest.mark.parametrize("is_killed", [False, True])
def test_the_second_waits_and_then_sends(ispup, image, camera, is_killed):
    words = [image(firmware=LARGE), camera.host]
    first = start(ispup, *words)
    assert camera.reached.wait(SECONDS)
    if is_killed:
        kill(first)
    second = start(ispup, *words)
    second.wait_for(WAITS)
    assert [one.method for one in camera.requests].count("POST") == 1
    camera.released.set()
    assert second.end() == 1 and "ERROR: second" in second.lines[-1]
    first.end()
    assert len(camera.uploads) == 2


def test_it_waits_for_the_restart_after_the_first(ispup, image, camera):
    words = [image(firmware=LARGE), camera.host]
    first = start(ispup, *words)
    assert camera.reached.wait(SECONDS)
    kill(first)

    def receive(request):
        camera.say(request, "OK\n")
        camera.go_away()
        camera.hang_up(request)
        camera.is_watched = True
        camera.install()
        back.wait(SECONDS)
        camera.come_back()

    back = threading.Event()
    camera.receive = receive
    second = start(ispup, *words)
    second.wait_for(WAITS)
    camera.released.set()
    assert camera.is_away.wait(SECONDS)
    back.set()
    # Of a camera without a record it is not known whether it runs the same image.
    assert second.end() == 2
    assert any("its log shows the image's versions already" in line for line in second.lines)
    first.end()
    assert len(camera.uploads) == 1 and camera.version == NEW


def test_it_waits_no_longer_than_wait(ispup, image, camera):
    words = [image(firmware=LARGE), camera.host]
    first = start(ispup, *words)
    assert camera.reached.wait(SECONDS)
    second = start(ispup, *words, "--wait", "1")
    assert second.end() == 1
    assert "another push of this machine sends to it, nothing was sent" in second.lines[-1]
    camera.released.set()
    first.end()
    assert len(camera.uploads) == 1


def test_check_does_not_wait(ispup, image, camera):
    words = [image(firmware=LARGE), camera.host]
    first = start(ispup, *words)
    assert camera.reached.wait(SECONDS)
    second = start(ispup, "--check", *words)
    assert second.end() == 0
    camera.released.set()
    first.end()


def test_a_second_name_of_a_camera_in_one_run_waits_too(ispup, image, camera):
    both = [camera.host, f"admin@localhost:{camera.port}"]
    child = start(ispup, image(firmware=LARGE), *both, "-j", "2")
    child.wait_for(WAITS)
    camera.released.set()
    assert child.end() == 1
    assert len(camera.uploads) == 2


def lock_folders():
    """Where the user of this test may have locks."""
    if os.geteuid() == 0:
        return [Path("/run/ispup/push"), Path("/tmp/ispup-0")]
    return [Path(f"/tmp/ispup-{os.geteuid()}")]


def locks_of(child):
    """Those that its processes have open: other uploads of this machine have locks there too."""
    numbers = [child.child.pid, *(process.number for process in children(child.child.pid))]
    return {Path(file) for number in numbers for file in descriptors(number).values()
            if Path(file).parent in lock_folders()}


def test_only_the_owner_may_enter_its_folder_and_no_file_stays(ispup, image, camera):
    child = start(ispup, image(firmware=LARGE), camera.host)
    assert camera.reached.wait(SECONDS)
    [lock] = locks_of(child)
    assert len(lock.name) == 64
    assert stat.S_IMODE(lock.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(lock.stat().st_mode) == 0o600
    camera.released.set()
    child.end()
    assert not lock.exists()
