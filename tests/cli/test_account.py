# SPDX-License-Identifier: Apache-2.0
"""`ispup-camera account`: which passwords it takes."""

import subprocess

import pytest
from camera_fixture import SECONDS
from exchange import Cgi

REFUSED = "ERROR: password must be 1 to 63 printable characters, none of them blank, # or &\n"


def add(camera, password):
    program = camera.build / "src/ispup-camera/ispup-camera"
    return subprocess.run(
        [program, "-c", camera.configuration, "account", "add", "chief", "--level", "root",
         "--password-fd", "0"], input=f"{password}\n".encode(), capture_output=True,
        timeout=SECONDS)


@pytest.mark.parametrize("password", ["two words", "a#b", "a&b", "a\tb", "pass\u00f6rd", "x" * 64])
def test_a_password_that_no_url_carries_is_refused_with_what_must_be(cameras, password):
    camera = cameras()
    before = (camera.folder / "accounts").read_bytes()
    done = add(camera, password)
    assert done.returncode == 64
    assert done.stderr.decode() == REFUSED
    assert (camera.folder / "accounts").read_bytes() == before


@pytest.mark.parametrize("password", ["x", "x" * 63, "!\"$%'()*+,-./:;<=>?@[\\]^_`{|}~"])
def test_all_others_are_taken_and_log_in(cameras, password):
    camera = cameras()
    assert add(camera, password).returncode == 0
    asked = f"GET /cgi-bin/system?USER=chief&PWD={password}&LOGIN HTTP/1.1\r\nHost: camera\r\n\r\n"
    assert Cgi(camera).exchange(asked.encode()).body.startswith(b"LOGIN=")
