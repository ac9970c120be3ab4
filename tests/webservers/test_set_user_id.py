# SPDX-License-Identifier: Apache-2.0
"""The programs as `make install CGI_GROUP=www-data` leaves them: they have root's rights for every
user who may run the web server's programs, and such a user cannot misuse them."""

import os
import re
import shutil
import signal
import tempfile
from pathlib import Path

import pytest
from exchange import environment_of, split_reply
from set_user_id import Installation, absolute, obstacle
from web_server import Lighttpd

# 32 and 33 belong to the C library: no program can set them, and GNU make leaves them ignored.
LIBRARY_SIGNALS = 3 << 31

# A program of the configuration that records how it was started.
WITNESS = """#!/bin/sh
exec >{folder}/witness
cat /proc/$$/limits
tr '\\0' '\\n' </proc/$$/environ
echo "Folder: $(pwd)"
exec grep -E '^(Uid|Gid|Groups|SigBlk|SigIgn|Umask):' /proc/self/status
"""


@pytest.fixture(scope="module")
def installation(root, build, owner):
    with tempfile.TemporaryDirectory(prefix="ispup-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        why = obstacle(folder)
        if build != root / "build":
            why = "installs what is in build/"
        if why:
            pytest.skip(f"NOT TESTED set-user-ID: {why}")
        yield Installation(root, folder, owner)


@pytest.fixture
def camera(make_camera, place):
    """Owned by root, with paths that do not depend on the folder of the configuration."""
    program = place / "write-witness"
    program.write_text(WITNESS.format(folder=place))
    program.chmod(0o755)
    return make_camera(replace=absolute(place / "camera") + [
        ("[settings]", f"[isp]\nactivate = {program}\n\n[settings]")])


@pytest.fixture
def upload(requests):
    return requests("upload.session", version="V1.01.00", firmware=2000)


@pytest.fixture
def send(installation, camera):
    """Sends a request to a program that the web server's user runs."""
    def run(request, program="update", configuration=camera.configuration, etc_mode="755",
            extra=None, **how):
        head, _, body = request.partition(b"\r\n\r\n")
        environment = environment_of(head, None, "/nowhere") | (extra or {})
        done = installation.run(installation.enter(configuration, etc_mode), program, environment,
                                body, **how)
        return split_reply(done.stdout)
    return run


LOGIN = b"GET /cgi-bin/system?USER=admin&PWD=123456&LOGIN HTTP/1.1\r\nHost: camera\r\n\r\n"


OTHER = """#!/bin/sh
printf 'Content-type: text/plain\\r\\n\\r\\n'
exec grep -E '^(Uid|Gid|Groups):' /proc/self/status
"""
PRODUCT = b"GET /cgi-bin/update?DATE HTTP/1.1\r\nHost: camera\r\n\r\n"


@pytest.fixture
def other(camera, place):
    """A product's own program, of root."""
    program = place / "other"
    program.write_text(OTHER)
    program.chmod(0o755)
    text = camera.configuration.read_text()
    camera.configuration.write_text(f"{text}\n[update]\nother = {program}\n")
    return program


def test_a_product_s_own_program_has_no_rights_of_root(send, other):
    told = dict(line.split(":", 1) for line in send(PRODUCT).body.decode().splitlines())
    assert len(set(told["Uid"].split())) == 1 and told["Uid"].split()[0] != "0"
    assert len(set(told["Gid"].split())) == 1 and told["Gid"].split()[0] != "0"
    assert told["Groups"].split() == []


def test_a_product_s_own_program_that_others_may_write_is_not_run(send, other):
    other.chmod(0o777)
    assert send(PRODUCT).body == b"ERROR: missing USER/PWD\n"


def check_installed(camera):
    camera.settle()
    assert camera.is_asked_to_restart()
    camera.restart()
    assert camera.status()["ISP_VERSION"] == "V1.01.00"


def test_a_camera_that_is_roots_alone_is_updated_under_a_server_that_is_not_root(
        kind, installation, camera, place, owner, upload, request):
    if kind.missing():
        pytest.skip(f"NOT TESTED under {kind.name}: no {' and no '.join(kind.missing())} here")
    server = kind(place / "site", installation.programs, camera, owner,
                  enter=installation.enter(camera.configuration), names_configuration=False)
    with server:
        reply = server.exchange(upload)
    assert reply.body == b"OK\n", server.said()
    check_installed(camera)


def test_the_server_of_that_test_is_not_root(installation, camera, place, owner, upload):
    """With programs that are not set-user-ID the same update fails."""
    if Lighttpd.missing():
        pytest.skip("NOT TESTED under lighttpd: it is not here")
    plain = place / "plain"
    shutil.copytree(installation.programs, plain)
    for program in plain.iterdir():
        program.chmod(0o755)
    note = camera.note()
    with Lighttpd(place / "site", plain, camera, owner,
                  enter=installation.enter(camera.configuration),
                  names_configuration=False) as server:
        reply = server.exchange(upload)
    assert reply.body.startswith(b"ERROR: "), reply.body
    assert note.changes() == set()


def test_no_other_user_may_run_them(send):
    assert send(LOGIN, "system", user=(65534, 65534)).raw == b""
    assert send(LOGIN, "system").body == b"LOGIN='1'\n"


HOSTILE = {
    "environment": {"extra": {
        "PATH": "/nowhere", "IFS": "/", "TMPDIR": "/nowhere",
        "LD_PRELOAD": "/nowhere/x.so", "LD_LIBRARY_PATH": "/nowhere", "TZ": "../../nowhere",
        "GCONV_PATH": "/nowhere", "LC_ALL": "/nowhere", "MALLOC_CHECK_": "3", "ENV": "/nowhere",
        "BASH_ENV": "/nowhere"}},
    "umask": {"umask": 0o777},
    "open umask": {"umask": 0},
    "folder": {"folder": "/proc/self/fd"},
    "no error output": {"closed": [2]},
    "ignored signals": {"ignored": [signal.SIGCHLD, signal.SIGTERM, signal.SIGPIPE, signal.SIGALRM]},
    "blocked signals": {"blocked": [n for n in range(1, 65) if n not in (9, 19, 32, 33)]},
    "limits": {"limits": {"FSIZE": 0, "CPU": 3, "NPROC": 0, "DATA": 64 << 20, "STACK": 256 << 10,
                          "NOFILE": 8, "AS": 256 << 20, "MEMLOCK": 0}},
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=list(HOSTILE))
def test_an_update_is_the_same_however_the_program_was_started(
        hostile, camera, send, upload, place):
    reply = send(upload, **hostile)
    assert reply.body == b"OK\n"
    witness = (place / "witness").read_text()
    check_installed(camera)
    for line in ("Uid:\t0\t0\t0\t0", "Gid:\t0\t0\t0\t0", "Groups:\t ", "SigBlk:\t0000000000000000",
                 "Umask:\t0077", "Folder: /",
                 "PATH=/usr/sbin:/usr/bin:/sbin:/bin"):
        assert line in witness.splitlines(), witness
    ignored = int(re.search(r"SigIgn:\t([0-9a-f]+)", witness).group(1), 16)
    assert ignored & ~LIBRARY_SIGNALS == 0, witness
    for limit in ("cpu time", "file size", "address space", "data size"):
        assert re.search(f"Max {limit} +unlimited", witness), witness


@pytest.mark.parametrize("closed", [[0, 1, 2], [1], [1, 2]])
def test_a_reply_that_has_nowhere_to_go_lands_in_no_file(closed, camera, send):
    note = camera.note()
    assert send(LOGIN, "system", closed=closed).raw == b""
    assert note.changes() == set()
    assert [path for path in camera.folder.rglob("*")
            if path.is_file() and b"LOGIN=" in path.read_bytes()] == []


def test_an_update_is_carried_through_without_a_place_for_the_reply(camera, send, upload):
    send(upload, closed=[1, 2])
    check_installed(camera)


def by_others(path, owner):
    path.chmod(path.stat().st_mode | 0o020)
    return "users other than root can write it (chmod go-w)"


def by_its_owner(path, owner):
    os.chown(path, owner.uid, owner.gid)
    return "must belong to root (chown root)"


def as_a_link(path, owner):
    kept = path.with_name("kept")
    path.rename(kept)
    path.symlink_to(kept)
    return "is a link, name the file itself"


@pytest.fixture
def keys(camera):
    """A folder of keys, for a camera that accepts signed images only."""
    folder = camera.folder / "keys"
    folder.mkdir()
    (folder / "key.pem").write_text("")
    text = camera.configuration.read_text()
    assert "signature = off" in text
    camera.configuration.write_text(text.replace("signature = off", f"keys = {folder}"))
    return folder


def test_files_that_only_root_can_write_are_trusted(camera, keys, send, upload):
    reply = send(upload)
    assert reply.body.startswith(b"ERROR: ") and str(camera.folder).encode() not in reply.body


@pytest.mark.parametrize("change", [by_others, by_its_owner, as_a_link])
@pytest.mark.parametrize("what", ["ispup.conf", "accounts", "keys", "keys/key.pem"])
def test_what_others_can_write_is_refused(what, change, camera, keys, owner, send, upload):
    note = camera.note()
    path = camera.folder / what
    why = change(path, owner)
    shown = "/etc/ispup.conf" if what == "ispup.conf" else path
    reply = send(upload)
    assert reply.body == f"ERROR: {shown}: {why}\n".encode()
    assert note.changes() == set()


@pytest.mark.parametrize("change", [by_others, by_its_owner])
def test_what_lies_in_a_folder_that_others_can_write_is_refused(
        change, camera, owner, send, upload):
    why = change(camera.folder, owner)
    assert send(upload).body == f"ERROR: {camera.folder}: {why}\n".encode()


@pytest.mark.parametrize("mode", ["775", "757"])
def test_a_configuration_in_a_folder_that_others_can_write_is_refused(mode, send, upload):
    reply = send(upload, etc_mode=mode)
    assert reply.body == b"ERROR: /etc: users other than root can write it (chmod go-w)\n"


def test_a_missing_configuration_is_told(send, upload):
    reply = send(upload, configuration=None)
    assert reply.body.startswith(b"ERROR: ") and b"/etc/ispup.conf" in reply.body
