# SPDX-License-Identifier: Apache-2.0
"""`ispup push` on terminals of many sizes: at the end no moving line is left, and every final line
is still there."""

import os
import re
import signal
import subprocess
import threading

import pytest
from odd_camera import OddCamera
from terminal import Terminal

SECONDS = 60  # what takes this long hangs
MOVING = re.compile(r"checking|uploading|writing|restarting|trial|more$|%")


class HeldCamera(OddCamera):
    """Reads the body, and replies when all cameras may."""

    def __init__(self, released):
        self.reached, self.released = threading.Event(), released
        super().__init__()

    def receive(self, request):
        self.reached.set()
        self.released.wait(SECONDS)
        self.say(request, "ERROR: no\n")


@pytest.fixture
def held():
    """Makes cameras that hold their replies until `go`."""
    made, released = [], threading.Event()

    def make(count):
        made.extend(HeldCamera(released) for _ in range(count))
        return made

    make.go = released.set
    yield make
    released.set()
    for camera in made:
        camera.stop()


@pytest.fixture
def push(ispup, image):
    """Runs it on a terminal of a size; with `stderr` the caller gets the other end of it too."""
    children = []

    def run(terminal, cameras, *options, **more):
        environment = {"PATH": os.environ["PATH"], "HOME": str(ispup.home), "TERM": "xterm"}
        ispup.environment = lambda: environment
        child = terminal.start(ispup.start, "push", image(), *(each.host for each in cameras),
                               *options, **more)
        children.append(child)
        return child

    yield run
    for child in children:
        if child.poll() is None:
            child.kill()
            child.wait()
        if child.stderr:
            child.stderr.close()


def are_writing(cameras, least=1):
    """Waits until the screen has this many lines of the cameras."""
    def stand(lines):
        return sum("writing" in line for line in lines) >= least
    return lambda lines: all(camera.reached.is_set() for camera in cameras) and stand(lines)


def rest(terminal, child):
    terminal.read_to_the_end()
    assert child.wait(SECONDS) == 1
    return terminal.screen.text()


@pytest.mark.parametrize("columns", [24, 40, 60, 80, 200])
def test_lines_are_cut_to_the_columns_and_leave_no_rest(push, held, columns):
    terminal = Terminal(24, columns)
    [camera] = held(1)
    child = push(terminal, [camera])
    terminal.read_until(are_writing([camera]))
    assert len([line for line in terminal.screen.text() if MOVING.search(line)]) == 1
    held.go()
    lines = rest(terminal, child)
    note = f"{camera.label}: note: the camera does not know X-ISP-Account: the password is in the URL"
    outcome = f"{camera.label}: not done: the camera says: ERROR: no"
    # A blank at the end of a screen's line cannot be seen.
    assert "".join(lines).replace(" ", "") == (note + outcome).replace(" ", "")


@pytest.mark.parametrize("lines, shown", [(24, 8), (9, 8), (8, 6), (5, 3), (3, 1), (2, 0)])
def test_a_short_terminal_shows_what_it_can_and_says_how_many_more(push, held, lines, shown):
    terminal = Terminal(lines, 100)
    cameras = held(8)
    child = push(terminal, cameras, "-j", "8")
    more = [] if shown == 8 else [f"and {8 - shown} more"]
    terminal.read_until(lambda there: all(camera.reached.is_set() for camera in cameras)
                        and sum("writing" in line for line in there) == shown
                        and there[len(there) - len(more):] == more)
    held.go()
    assert [line for line in rest(terminal, child) if MOVING.search(line)] == []


@pytest.mark.parametrize("lines, columns", [(0, 0), (1, 80), (24, 23)])
def test_a_terminal_without_a_size_or_a_tiny_one_gets_plain_lines(push, held, lines, columns):
    terminal = Terminal(lines, columns)
    [camera] = held(1)
    child = push(terminal, [camera])
    held.go()
    shown = terminal.read_to_the_end()
    assert child.wait(SECONDS) == 1
    assert "\x1b" not in shown and f"{camera.label}: checking\r\n" in shown


def test_a_terminal_that_changes_its_size_is_measured_again(push, held):
    terminal = Terminal(24, 120)
    cameras = held(6)
    child = push(terminal, cameras, "-j", "6")
    terminal.read_until(are_writing(cameras, 6))
    terminal.resize(24, 50)
    shown = ""
    while len(draws := re.split(r"(?:\x1b\[1A\r\x1b\[K)+", shown)) < 4:
        shown += terminal.read()
    # The first may have begun before, the last is incomplete.
    lines = draws[2].replace("\x1b[K", "").replace("\r", "").splitlines()
    assert len(lines) == 6 and max(map(len, lines)) < 50
    held.go()
    assert [line for line in rest(terminal, child) if MOVING.search(line)] == []


@pytest.mark.parametrize("wraps", [True, False])
def test_no_line_stays_from_before_the_terminal_became_narrower(push, held, wraps):
    terminal = Terminal(24, 120, wraps)
    cameras = held(6)
    child = push(terminal, cameras, "-j", "6")
    terminal.read_until(are_writing(cameras, 6))
    for columns in (40, 24, 100, 30):
        terminal.resize(24, columns)
        terminal.read_until(are_drawn_once(cameras, columns))
    held.go()
    assert [line for line in rest(terminal, child) if MOVING.search(line)] == []


def are_drawn_once(cameras, columns):
    """Each camera has one line: of this width, and no rest of another one. Short ones are of the
    time before the last resize."""
    def are(lines):
        lines = [line for line in lines if MOVING.search(line) or "waits" in line]
        return len(lines) == len(cameras) and all(len(line) < columns for line in lines)
    return are


def test_what_is_said_at_an_interrupt_stays_and_the_lines_come_back(push, held):
    terminal = Terminal(24, 200)
    cameras = held(2)
    child = push(terminal, cameras, "-j", "1", stderr=subprocess.STDOUT)
    terminal.read_until(are_writing(cameras[:1]))
    child.send_signal(signal.SIGINT)
    said = "ispup push: interrupted: no new upload begins; waiting for the updates under way"
    terminal.read_until(lambda lines: any(line.startswith(said) for line in lines))
    terminal.read_until(are_writing(cameras[:1]))
    held.go()
    lines = rest(terminal, child)
    assert sum(line.startswith(said) for line in lines) == 1
    assert [line for line in lines if MOVING.search(line)] == []
