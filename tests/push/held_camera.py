# SPDX-License-Identifier: Apache-2.0
"""A camera that holds an upload until the test lets it go on, and what tests of signals need."""

import os
import select
import threading
from pathlib import Path

from odd_camera import OddCamera

SECONDS = 60  # what takes this long hangs


class HeldCamera(OddCamera):
    """Reads the body, and replies when the test says so. It then refuses, so that the host knows
    the outcome soon."""

    def __init__(self):
        self.reached, self.released = threading.Event(), threading.Event()
        super().__init__()

    def receive(self, request):
        self.reached.set()
        self.released.wait(SECONDS)
        self.say(request, "ERROR: heard\n")

    def stop(self):
        self.released.set()
        super().stop()


class UnreadCamera(HeldCamera):
    """Reads the body when the test says so."""

    def take(self, request):
        self.reached.set()
        self.released.wait(SECONDS)
        super().take(request)


def hold_status(camera):
    """Two events: the status was requested; the empty answer may be sent."""
    asked, go_on = threading.Event(), threading.Event()

    def status(_):
        asked.set()
        go_on.wait(SECONDS)

    camera.status = status
    return asked, go_on


def wait_for_line(child, words):
    """Standard error up to a line with these words."""
    line = b""
    while words.encode() not in line or not line.endswith(b"\n"):
        assert select.select([child.stderr], [], [], SECONDS)[0], f"no line with {words}"
        byte = os.read(child.stderr.fileno(), 1)
        assert byte, f"no line with {words}"
        line = byte if line.endswith(b"\n") else line + byte


def children_of(process):
    found = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(number) for number in found]
