# SPDX-License-Identifier: Apache-2.0
"""A product's own commands: `[update] other`, `[system] other`, and the camera's lock for them."""

import os
import subprocess
import tempfile

import pytest
from camera_fixture import ACCOUNTS, SECONDS, Camera
from exchange import Cgi, environment_of, split_reply
from gate import until
from waiting_update import NOBODY

OTHER = """\
#!/bin/sh
printf 'Content-type: text/plain\\r\\n\\r\\n'
grep -E '^(Uid|Gid|Groups):' /proc/self/status
echo "query=$QUERY_STRING mark=$MARK"
cat
"""
NOT_FOUND = b"ERROR: missing USER/PWD\n"


def request(program, query, body=b""):
    method = "POST" if body else "GET"
    return (f"{method} /cgi-bin/{program}?{query} HTTP/1.1\r\nHost: camera\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode() + body


def run(camera, program, query, body=b"", **options):
    head, _, _ = request(program, query, body).partition(b"\r\n\r\n")
    environment = environment_of(head, None, camera.configuration) | {"MARK": "as-received"}
    done = subprocess.run([camera.build / "src/cgi-bin" / program], input=body, env=environment,
                          capture_output=True, timeout=SECONDS, **options)
    return split_reply(done.stdout)


@pytest.fixture
def camera(open_build):
    """Of nobody, who runs the programs: root never becomes the product's program."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to be nobody")
    with tempfile.TemporaryDirectory(prefix="ispup-") as folder:
        os.chmod(folder, 0o755)
        made = Camera(folder, open_build).furnish(ACCOUNTS)
        other = made.folder / "other"
        other.write_text(OTHER)
        other.chmod(0o755)
        text = made.configuration.read_text()
        made.configuration.write_text(
            f"{text}\n[update]\nother = {other}\n\n[system]\nother = {other}\n")
        for path in (made.folder, *made.folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
        yield made


@pytest.mark.parametrize("program", ["update", "system"])
@pytest.mark.parametrize("query", ["DATE", "USER=a&PWD=b&DATE=1", "DATE=%20"])
def test_a_product_s_command_comes_as_it_was_received(camera, program, query):
    reply = run(camera, program, query, b"the body", user=NOBODY, group=NOBODY, extra_groups=[])
    said = reply.body.decode().splitlines()
    assert said[0] == "Uid:" + 4 * f"\t{NOBODY}" and said[1] == "Gid:" + 4 * f"\t{NOBODY}"
    assert said[3:] == [f"query={query} mark=as-received", "the body"]


@pytest.mark.parametrize("program, query, answer", [
    ("update", "ISP_NEW", b"ERROR: missing USER/PWD\n"), ("update", "", b"ERROR: no command\n"),
    ("update", "USER=admin&PWD=123456", b"ERROR: no command\n"),
    ("system", "USER=admin&PWD=123456&LOGIN", b"LOGIN='1'\n"),
    ("system", "SAVE=1&DATE", b"ERROR: invalid parameters\n")])
def test_our_commands_stay_ours(camera, program, query, answer):
    reply = run(camera, program, query, user=NOBODY, group=NOBODY, extra_groups=[])
    assert reply.body == answer


def test_root_never_runs_it(camera):
    assert run(camera, "update", "DATE").body == NOT_FOUND


def test_without_it_such_a_command_is_none(cameras):
    assert Cgi(cameras()).exchange(request("update", "DATE")).body == NOT_FOUND


def test_a_program_that_is_not_there_is_an_error(camera):
    (camera.folder / "other").unlink()
    reply = run(camera, "update", "DATE", user=NOBODY, group=NOBODY, extra_groups=[])
    assert reply.body.startswith(b"ERROR: internal error: cannot run ")


def ispup_camera(camera, *words, **options):
    program = camera.build / "src/ispup-camera/ispup-camera"
    return subprocess.Popen([program, "-c", camera.configuration, *words], **options)


def test_while_a_program_holds_the_lock_nothing_else_begins(cameras):
    camera = cameras()
    holder = ispup_camera(camera, "lock", "sh", "-c", "echo held; read line; exit 7",
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout.readline() == b"held\n"
    save = request("system", "USER=admin&PWD=123456&SAVE")
    assert Cgi(camera).exchange(save).body == b"ERROR: update in progress\n"
    assert ispup_camera(camera, "lock", "true", stderr=subprocess.DEVNULL).wait(SECONDS) == 2
    holder.communicate(b"go\n", SECONDS)
    assert holder.returncode == 7
    assert Cgi(camera).exchange(save).body == b"OK\n"


def test_a_program_that_is_killed_gives_the_lock_up(cameras):
    camera = cameras()
    holder = ispup_camera(camera, "lock", "cat", stdin=subprocess.PIPE)
    save = request("system", "USER=admin&PWD=123456&SAVE")
    until(lambda: Cgi(camera).exchange(save).body != b"OK\n", "the lock is never taken")
    holder.kill()
    holder.wait(SECONDS)
    assert Cgi(camera).exchange(save).body == b"OK\n"


@pytest.mark.parametrize("words, status", [((), 64), (("--",), 64), (("-x",), 64),
                                           (("/nowhere/program",), 70), (("--", "true"), 0)])
def test_what_lock_is_given_is_a_program(cameras, words, status):
    assert ispup_camera(cameras(), "lock", *words, stderr=subprocess.DEVNULL).wait(SECONDS) == status
