# SPDX-License-Identifier: Apache-2.0
"""Builds that leave something out."""

import subprocess

import pytest
from camera_fixture import ACCOUNTS, SECONDS, Camera
from exchange import Ispupd
from upload import upload_request

WITHOUT_FILTERS = [("signature = off", "signature = off\nsandbox = optional"),
                   ("[server]\n", "[server]\nsandbox = optional\n")]


@pytest.fixture
def camera(least, tmp_path):
    return Camera(tmp_path, least.folder, replace=WITHOUT_FILTERS).furnish(ACCOUNTS)


def test_the_unit_tests_pass_without_all_that_can_be_missing(least):
    done = subprocess.run(["meson", "test", "-C", least.folder, "--suite", "unit", "--no-suite",
                           "slow", "--no-rebuild", "--quiet", "--print-errorlogs"],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-8000:]


def test_nothing_is_linked_that_was_left_out(least):
    for name in ("ispupd/ispupd", "cgi-bin/update", "cgi-bin/system", "ispup-camera/ispup-camera"):
        program = (least.folder / "src" / name).read_bytes()
        for library in (b"libseccomp", b"libgnutls", b"libisal"):
            assert library not in program, (name, library)


def test_the_server_without_https_does_a_whole_update(camera, workshop):
    image = workshop.image("V1.01.00", firmware=60000)
    with Ispupd(camera) as server:
        assert server.exchange(upload_request(image, "V1.01.00")).body == b"OK\n"
        camera.settle()
    assert camera.is_asked_to_restart()
    assert b"without the sandbox's filter" in (camera.folder / "ispupd.log").read_bytes()


def test_a_certificate_is_refused_without_https(camera):
    for name in ("crt", "key"):
        (camera.folder / name).write_text("")
    text = camera.configuration.read_text()
    camera.configuration.write_text(text.replace(
        "[server]\n", "[server]\nplain = off\ncertificate = crt\nkey = key\n"))
    done = subprocess.run([camera.build / "src/ispupd/ispupd", "-c", camera.configuration],
                          capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode != 0
    assert "[server] certificate: this build has no HTTPS" in done.stderr


def test_the_server_can_be_left_out(no_server):
    assert not (no_server.folder / "src/ispupd/ispupd").exists()
    assert (no_server.folder / "src/ispup-camera/ispup-camera").exists()
