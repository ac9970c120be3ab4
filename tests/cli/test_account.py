# SPDX-License-Identifier: Apache-2.0
"""`ispup-camera account`: which passwords it accepts."""

import os
import subprocess
import termios

import pytest
from camera_fixture import SECONDS
from exchange import Cgi, wait_until_taken
from older_kernel import hide_getrandom
from terminal import fork

REFUSED = "ERROR: password must be 1 to 63 printable characters, none of them blank, # or &\n"


def add(camera, password, **options):
    program = camera.build / "src/ispup-camera/ispup-camera"
    return subprocess.run(
        [program, "-c", camera.configuration, "account", "add", "chief", "--level", "root",
         "--password-fd", "0"], input=f"{password}\n".encode(), capture_output=True,
        timeout=SECONDS, **options)


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


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a file to a group")
def test_the_accounts_file_keeps_its_mode_and_owner(cameras):
    camera = cameras()
    accounts = camera.folder / "accounts"
    os.chown(accounts, 0, 33)
    accounts.chmod(0o640)
    assert add(camera, "x").returncode == 0
    facts = accounts.stat()
    assert (facts.st_uid, facts.st_gid, facts.st_mode & 0o7777) == (0, 33, 0o640)


def test_a_kernel_without_getrandom_is_good_enough(cameras):
    camera = cameras()
    done = add(camera, "x", preexec_fn=hide_getrandom)
    assert (done.returncode, done.stderr) == (0, b"")
    added = (camera.folder / "accounts").read_text().splitlines()[-1]
    assert added.startswith("chief:root:$6$")


def add_at_a_terminal(camera, password, interrupt):
    """The exit status of `account add` on a terminal with this key for an interrupt."""
    program = camera.build / "src/ispup-camera/ispup-camera"
    process, terminal = fork()
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


# The second terminal has no key for an interrupt: `stty intr undef`.
@pytest.mark.parametrize("interrupt", [b"\x03", b"\x00"])
def test_a_password_is_asked_for_at_a_terminal(cameras, interrupt):
    camera = cameras()
    assert add_at_a_terminal(camera, b"a-new-one", interrupt) == 0
    asked = b"GET /cgi-bin/system?USER=chief&PWD=a-new-one&LOGIN HTTP/1.1\r\nHost: camera\r\n\r\n"
    assert Cgi(camera).exchange(asked).body.startswith(b"LOGIN=")


def test_a_link_stays_one(cameras):
    """If /etc is in RAM or read-only, the path is a link to the real file."""
    camera = cameras()
    accounts = camera.folder / "accounts"
    accounts.rename(camera.folder / "work" / "accounts")
    accounts.symlink_to("work/accounts")
    assert add(camera, "a-new-one").returncode == 0
    assert accounts.is_symlink()
    assert "chief:root:" in (camera.folder / "work" / "accounts").read_text()


def account(camera, *words, **more):
    program = camera.build / "src/ispup-camera/ispup-camera"
    return subprocess.Popen([program, "-c", camera.configuration, "account", *words],
                            stderr=subprocess.PIPE, **more)


def names(camera):
    return {line.split(":")[0] for line in (camera.folder / "accounts").read_text().splitlines()}


def test_no_command_waits_for_another_one_s_password(cameras):
    """A removed account does not come back: the list is read again after the prompt for the
    password."""
    camera = cameras()
    assert add(camera, "first").returncode == 0
    slow = account(camera, "passwd", "admin", "--password-fd", "0", stdin=subprocess.PIPE)
    slow.stdin.write(b"ano")
    slow.stdin.flush()
    wait_until_taken(slow.stdin)  # so it has read the list, if it reads it before the prompt
    quick = account(camera, "remove", "chief")
    assert quick.wait(SECONDS) == 0
    slow.stdin.write(b"ther\n")
    slow.stdin.close()
    assert slow.wait(SECONDS) == 0
    assert "chief" not in names(camera)
    asked = b"GET /cgi-bin/system?USER=admin&PWD=another&LOGIN HTTP/1.1\r\nHost: camera\r\n\r\n"
    assert Cgi(camera).exchange(asked).body == b"LOGIN='1'\n"


def test_of_many_at_once_each_that_succeeds_is_there(cameras):
    camera = cameras()
    before = names(camera)
    added = {f"many{number}": account(camera, "add", f"many{number}", "--level", "user",
                                      "--no-password") for number in range(180)}
    ended = {name: child.wait(SECONDS) for name, child in added.items()}
    assert set(ended.values()) == {0}
    assert names(camera) == before | set(added)


def test_a_change_that_became_impossible_meanwhile_is_refused(cameras):
    camera = cameras()
    assert add(camera, "first").returncode == 0
    slow = account(camera, "passwd", "chief", "--password-fd", "0", stdin=subprocess.PIPE)
    slow.stdin.write(b"ano")
    slow.stdin.flush()
    wait_until_taken(slow.stdin)  # so it has read the list, if it reads it before the prompt
    assert account(camera, "remove", "chief").wait(SECONDS) == 0
    _, said = slow.communicate(b"ther\n", SECONDS)
    assert slow.returncode == 64 and said == b"ERROR: no account chief\n"
    assert "chief" not in names(camera)


@pytest.mark.parametrize("password, is_warned", [
    ("a<b", True), ("a>b", True), ('a"b', True), ("a'b", True), ("a%b/c\\d|e`f", False)])
def test_a_password_that_a_browser_s_address_cannot_carry_is_warned_of(cameras, password, is_warned):
    done = add(cameras(), password)
    assert done.returncode == 0
    assert (b"cannot be typed into a browser's address" in done.stderr) == is_warned
