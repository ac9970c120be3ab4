# SPDX-License-Identifier: Apache-2.0
"""`ispup-camera account`: which passwords it takes."""

import os
import pty
import subprocess
import termios

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


def add_at_a_terminal(camera, password, interrupt):
    """What `account add` ended with, where the terminal's key for an interrupt is this one."""
    program = camera.build / "src/ispup-camera/ispup-camera"
    process, terminal = pty.fork()
    if process == 0:
        attributes = termios.tcgetattr(0)
        attributes[6][termios.VINTR] = interrupt
        termios.tcsetattr(0, termios.TCSANOW, attributes)
        os.execv(program, [program, "-c", camera.configuration, "account", "add", "chief",
                           "--level", "root"])
    try:
        for prompt in (b"Password: ", b"Again: "):
            said = b""
            while prompt not in said:
                said += os.read(terminal, 4096)
            os.write(terminal, password + b"\n")
        while os.read(terminal, 4096):
            pass
    except OSError:  # it has ended
        pass
    _, status = os.waitpid(process, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status)


# The second is a terminal on which no key interrupts: `stty intr undef`.
@pytest.mark.parametrize("interrupt", [b"\x03", b"\x00"])
def test_a_password_is_asked_for_at_a_terminal(cameras, interrupt):
    camera = cameras()
    assert add_at_a_terminal(camera, b"a-new-one", interrupt) == 0
    asked = b"GET /cgi-bin/system?USER=chief&PWD=a-new-one&LOGIN HTTP/1.1\r\nHost: camera\r\n\r\n"
    assert Cgi(camera).exchange(asked).body.startswith(b"LOGIN=")


def test_a_link_stays_one(cameras):
    """Where /etc is in RAM or read-only the file itself lies elsewhere."""
    camera = cameras()
    accounts = camera.folder / "accounts"
    accounts.rename(camera.folder / "work" / "accounts")
    accounts.symlink_to("work/accounts")
    assert add(camera, "a-new-one").returncode == 0
    assert accounts.is_symlink()
    assert "chief:root:" in (camera.folder / "work" / "accounts").read_text()
