# SPDX-License-Identifier: Apache-2.0
"""The two demos, run as a newcomer runs them."""

import os
import signal
import subprocess

import pytest
from simulation import HOST, alive_in

SECONDS = 120  # either takes a few minutes; what takes this long hangs


@pytest.fixture(autouse=True)
def only_in_the_build_folder(build, root):
    """The demos use build/, even if ISPUP_BUILD names another folder."""
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


def url_of(camera):
    """The lines that it prints when the camera is on."""
    for line in camera.stdout:
        if line.startswith("http://"):
            return line.split()[0]
    raise AssertionError("the camera has ended")


def heed_interrupts():
    """A shell that was started with SIGINT ignored, as in the background, cannot handle it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(root, folder):
    return subprocess.Popen([root / "tools" / "demo-camera", folder], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                            start_new_session=True, preexec_fn=heed_interrupts)


@pytest.fixture
def demo_camera(root, tmp_path):
    camera = start(root, tmp_path / "demo")
    yield camera, tmp_path / "demo"
    if camera.poll() is None:
        camera.terminate()
        camera.wait(SECONDS)


def test_an_interrupted_demo_camera_leaves_nothing_running(demo_camera):
    camera, folder = demo_camera
    url_of(camera)
    assert alive_in(folder) != []
    os.killpg(camera.pid, signal.SIGINT)
    assert camera.wait(SECONDS) == 0
    assert alive_in(folder) == []
    assert not (folder / "camera-1" / "ram").exists()


def test_the_demo_camera_takes_the_next_port_if_one_is_in_use(demo_camera, root, tmp_path):
    first = url_of(demo_camera[0])
    other = start(root, tmp_path / "other")
    try:
        second = url_of(other)
        assert second != first
        for url in (first, second):
            with HOST.open(url + "/cgi-bin/update?USER=admin&PWD=123456&ISP_IMAGE",
                           timeout=SECONDS) as reply:
                assert b"URL_FIRMWARE_IMAGE" in reply.read()
    finally:
        other.terminate()
        other.wait(SECONDS)


def test_two_demo_cameras_do_not_share_a_folder(demo_camera, root):
    camera, folder = demo_camera
    url = url_of(camera)
    other = start(root, folder)
    assert other.wait(SECONDS) == 1
    with HOST.open(url + "/cgi-bin/update?USER=admin&PWD=123456&ISP_STATUS",
                   timeout=SECONDS) as reply:
        assert b"ISP_STATE='idle'" in reply.read()
