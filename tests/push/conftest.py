# SPDX-License-Identifier: Apache-2.0
import contextlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from camera_fixture import run  # noqa: E402
from held_camera import HeldCamera  # noqa: E402
from odd_camera import OddCamera, RecordCamera  # noqa: E402
from powered_camera import PoweredCamera  # noqa: E402

SECONDS = 120  # what takes this long hangs


class Push:
    """Runs `ispup` in a folder of its own, the password on a descriptor."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.home = folder / "home"
        self.home.mkdir()

    def environment(self):
        return {"PATH": os.environ["PATH"], "HOME": str(self.home)}

    def command(self, *words, password="123456"):
        """The command line, and the descriptor that the program must inherit."""
        words = [self.program, *(str(word) for word in words)]
        if password is None:
            return words, ()
        reads, writes = os.pipe()
        os.write(writes, password.encode() + b"\n")
        os.close(writes)
        return [*words, "--password-fd", str(reads)], (reads,)

    def start(self, *words, password="123456", **options):
        command, fds = self.command(*words, password=password)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, cwd=self.folder, pass_fds=fds,
                                 env=self.environment(), text=True, **options)
        for fd in fds:
            os.close(fd)
        return child

    def run(self, *words, password="123456"):
        child = self.start(*words, password=password)
        out, err = child.communicate(timeout=SECONDS)
        assert password is None or password not in out + err
        assert "Sanitizer" not in err and "runtime error" not in err, err
        return SimpleNamespace(out=out, err=err, status=child.returncode)

    def events(self, *words, **options):
        """The objects that --json prints."""
        done = self.run(*words, "--json", **options)
        done.events = [json.loads(line) for line in done.out.splitlines()]
        return done


@pytest.fixture
def ispup(build, tmp_path):
    return Push(build / "src" / "ispup" / "ispup", tmp_path)


@pytest.fixture
def image(workshop, tmp_path):
    """Makes an image's file under its own name."""
    def make(version="V1.01.00", platform="0300", **sizes):
        path = tmp_path / f"ISP-U-{platform}-{version}.bin"
        path.write_bytes(workshop.image(version, platform, **sizes))
        return path

    return make


@pytest.fixture
def powered(cameras):
    """Makes cameras with a power button; they are off after the test."""
    with contextlib.ExitStack() as stack:
        def make(kind="furnished", replace=(), **options):
            return stack.enter_context(PoweredCamera(cameras(kind, replace), **options))

        yield make


@pytest.fixture
def camera(ispup, image):
    """With a record; it knows the image that will be uploaded."""
    made = RecordCamera()
    said = run(ispup.program, "inspect", image(), "--format=kv").stdout.decode()
    made.sha256 = re.search("ISP_IMAGE_SHA256='(.*)'", said)[1]
    yield made
    made.stop()


@pytest.fixture
def vendor():
    made = OddCamera()
    yield made
    made.stop()


@pytest.fixture
def held():
    """Two cameras that hold their replies."""
    cameras = [HeldCamera(), HeldCamera()]
    yield cameras
    for camera in cameras:
        camera.stop()
