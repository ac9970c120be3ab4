# SPDX-License-Identifier: Apache-2.0
"""The static programs that musl makes: small, and at home in the same sandbox."""

import os
import subprocess
import sys

import pytest

LIMIT = 420  # KiB
# A unit test's program, which this build does not have.
WITHOUT = "not filters_end_threads_alone"


@pytest.mark.parametrize("program", ["update", "system", "ispup-camera"])
def test_each_program_is_static_and_small(musl, root, program):
    made = root / "build-musl" / program
    size = made.stat().st_size / 1024
    print(f"musl {program}: {size:.0f} KiB")
    assert size <= LIMIT
    assert b"/ld-musl" not in made.read_bytes()


def test_the_sandbox_is_the_same(musl, root):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/sandbox/test_sandbox.py", "-k", WITHOUT],
        cwd=root, env={**os.environ, "ISPUP_BUILD": str(musl.folder)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-8000:]
    assert " skipped" not in done.stdout.splitlines()[-1] and " passed" in done.stdout


def test_no_source_is_older_than_what_debian_patched(musl, root):
    """Else make would run autoconf, which is not needed to build what is unpacked."""
    nettle = root / "build-musl" / "sources" / "nettle"
    times = {(nettle / name).stat().st_mtime
             for name in ("configure.ac", "aclocal.m4", "configure", "config.h.in")}
    assert len(times) == 1
