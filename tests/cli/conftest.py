# SPDX-License-Identifier: Apache-2.0
"""The built `ispup`; each test has a folder of its own with a pair of keys and components."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from doctor_lines import HEALTHY

GOLDEN = Path(__file__).resolve().parent / "golden"


class Ispup:
    """Runs the program in one folder; `out`, `err` and `status` keep the result."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = folder

    def run(self, *words, **environment):
        done = subprocess.run([str(self.program), *(str(word) for word in words)],
                              cwd=self.folder, stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120,
                              env={"PATH": os.environ["PATH"], **environment})
        done.out, done.err, done.status = done.stdout, done.stderr, done.returncode
        return done

    def ok(self, *words, **environment):
        done = self.run(*words, **environment)
        assert done.status == 0, done.err
        return done

    def pack(self, *more, platform="0300", version="V1.00.00", **environment):
        """An image from firmware.bin, also in place of another; returns its path."""
        self.ok("pack", "--force", "--platform", platform, "--version", version,
                "--firmware", "firmware.bin", *more, **environment)
        return self.folder / f"ISP-U-{platform}-{version}.bin"

    def verify(self, image, *more, platform="0300"):
        return self.run("verify", image, "--platform", platform, *more)


@pytest.fixture
def ispup(build, tmp_path):
    """The program, in a folder with firmware.bin and no key yet."""
    program = build / "src" / "ispup" / "ispup"
    assert program.is_file(), f"{program} is not built"
    (tmp_path / "firmware.bin").write_bytes((GOLDEN / "firmware.bin").read_bytes())
    return Ispup(program, tmp_path)


@pytest.fixture
def keys(ispup):
    """Two pairs of keys, old and new; the folder `keys` has the new one's public key."""
    for name in ("old", "new"):
        ispup.ok("keygen", "-o", name)
    (ispup.folder / "keys").mkdir()
    (ispup.folder / "keys" / "new.pem").write_text(
        (ispup.folder / "new.public.pem").read_text())
    return ispup.folder / "keys"


@pytest.fixture
def golden():
    return GOLDEN


@pytest.fixture
def healthy(cameras, build, tmp_path):
    """A camera of a kind as a product has it, that has just been started."""
    subprocess.run([build / "src/ispup/ispup", "keygen", "-o", tmp_path / "vendor"], check=True,
                   stdin=subprocess.DEVNULL, capture_output=True)

    def make(kind="furnished", replace=()):
        camera = cameras(kind, replace=[*HEALTHY, *replace])
        keys = camera.folder / "keys"
        keys.mkdir(mode=0o755)
        shutil.copy(tmp_path / "vendor.public.pem", keys / "vendor.pem")
        shutil.rmtree(camera.folder / "ram" / "run", ignore_errors=True)
        camera.command("recover")
        return camera

    return make
