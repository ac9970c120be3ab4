# SPDX-License-Identifier: Apache-2.0
"""What a verb needs of memory does not grow with the image: a limit far below its size is enough."""

import os
import random
import resource
import subprocess

import pytest

SMALL, LARGE, LIMIT = 1 << 20, 64 << 20, 24 << 20


def run_within(limit, ispup, *words):
    return subprocess.run([str(ispup.program), *(str(word) for word in words)], cwd=ispup.folder,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS,
                                                                (limit, limit)))


@pytest.fixture
def needs_little(ispup):
    if run_within(LIMIT, ispup, "--version").returncode != 0:
        pytest.skip(f"the program does not start within {LIMIT} bytes: is it a sanitizer's?")


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_every_verb_works_within_a_limit_far_below_the_images_size(ispup, needs_little, size):
    # Mixed content: half of it packs well, half of it not at all.
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
        done = run_within(LIMIT, ispup, *words)
        assert done.returncode == 0, done.stderr
    assert os.stat(ispup.folder / image).st_size > size // 2
