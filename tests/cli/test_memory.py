# SPDX-License-Identifier: Apache-2.0
"""The memory of a verb does not grow with the image: a limit far below the image's size
suffices."""

import os
import random
import resource
import subprocess

import pytest

MIB = 1 << 20
SMALL, LARGE, ROOM = MIB, 64 * MIB, 3 * MIB


def run_within(limit, ispup, *words):
    return subprocess.run([str(ispup.program), *(str(word) for word in words)], cwd=ispup.folder,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS,
                                                                (limit, limit)))


@pytest.fixture
def limit(ispup):
    """The address space with which the program starts, most of it its libraries', and some room."""
    for size in range(8 * MIB, LARGE // 2, MIB):
        if run_within(size, ispup, "--version").returncode == 0:
            return size + ROOM
    pytest.skip(f"the program does not start within {LARGE // 2} bytes: is it a sanitizer's?")


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_every_verb_works_within_a_limit_far_below_the_images_size(ispup, limit, size):
    # Mixed content: one half is compressible, the other half is not.
    noise = random.Random(1).randbytes(SMALL // 2)
    with open(ispup.folder / "firmware.bin", "wb") as out:
        for _ in range(size // SMALL):
            out.write(noise + bytes(SMALL // 2))
    ispup.ok("keygen", "-o", "k")
    image = "ISP-U-0300-V1.00.00.bin"
    for words in (["pack", "--platform", "0300", "--version", "V1.00.00",
                   "--firmware", "firmware.bin"],
                  ["sign", image, "--key", "k.private.pem"],
                  ["inspect", image],
                  ["verify", image, "--platform", "0300"]):
        done = run_within(limit, ispup, *words)
        assert done.returncode == 0, done.stderr
    assert os.stat(ispup.folder / image).st_size > size // 2
