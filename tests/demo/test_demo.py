# SPDX-License-Identifier: Apache-2.0
"""The two demos, as a newcomer runs them."""

import os
import signal
import subprocess
import time
import urllib.request

import pytest

SECONDS = 120  # either takes a few: what takes this long hangs


@pytest.fixture(autouse=True)
def only_in_the_build_folder(build, root):
    """The demos use build/, whatever ISPUP_BUILD says."""
    if build != root / "build":
        pytest.skip("the demos run what is in build/")


def test_the_demo_updates_a_camera(root):
    done = subprocess.run([root / "tools" / "demo"], stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS)
    assert done.returncode == 0, done.stdout
    lines = [line.strip() for line in done.stdout.splitlines()]
    before, after = lines.index("ISP Firmware Version ISP-F-0300-V1.00.00"), lines.index("OK")
    assert before < after < lines.index("ISP Firmware Version ISP-F-0300-V1.01.00")
    assert "ERROR: ISP platform: image is for 0400, camera is 0300" in lines
    assert "ISP_STATE='confirmed'" in lines


def until(condition, process):
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)


def children_of(group):
    listed = subprocess.run(["ps", "-e", "-o", "pgid=,args="], stdout=subprocess.PIPE, check=True,
                            text=True)
    return [line for line in listed.stdout.splitlines() if line.split()[0] == str(group)]


def heed_interrupts():
    """A shell that was started with SIGINT ignored, as in the background, cannot heed it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def demo_camera(root, tmp_path):
    camera = subprocess.Popen([root / "tools" / "demo-camera", tmp_path / "demo"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, start_new_session=True,
                              preexec_fn=heed_interrupts)
    yield camera, tmp_path / "demo"
    if camera.poll() is None:
        os.killpg(camera.pid, signal.SIGTERM)
        camera.wait(SECONDS)


def test_an_interrupted_demo_camera_leaves_nothing_running(demo_camera):
    camera, folder = demo_camera
    until(lambda: (folder / "url").exists() and (folder / "url").read_text(), camera)
    os.killpg(camera.pid, signal.SIGINT)
    assert camera.wait(SECONDS) == 0
    assert children_of(camera.pid) == []
    assert not (folder / "ram").exists()


def test_the_demo_camera_goes_to_the_next_port_where_one_is_taken(demo_camera, root, tmp_path):
    first, folder = demo_camera
    until(lambda: (folder / "url").exists() and (folder / "url").read_text(), first)
    second = subprocess.Popen([root / "tools" / "demo-camera", tmp_path / "other"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        other = tmp_path / "other" / "url"
        until(lambda: other.exists() and other.read_text(), second)
        assert other.read_text() != (folder / "url").read_text()
        query = "/cgi-bin/update?USER=admin&PWD=123456&ISP_IMAGE"
        for url in (other.read_text(), (folder / "url").read_text()):
            with urllib.request.urlopen(url.strip() + query, timeout=SECONDS) as reply:
                assert b"URL_FIRMWARE_IMAGE" in reply.read()
    finally:
        os.killpg(second.pid, signal.SIGTERM)
        second.wait(SECONDS)
