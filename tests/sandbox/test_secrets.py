# SPDX-License-Identifier: Apache-2.0
"""No password is left in any file, process or log: runs everything, then searches."""

import base64
import os
import signal
import subprocess
import tempfile

import pytest
from camera_fixture import ACCOUNTS, SECONDS, Camera, contents
from exchange import Ispupd
from gate import until
from process_table import environment
from upload import upload_request
from waiting_update import NOBODY, limits, waiting_update

# Correct passwords of the two levels, a wrong one, a new one.
ROOT, USER, WRONG, NEW = "Right-9f2c", "Other-51b7", "Guess-c04d", "Fresh-77aa"
HOOK = """\
#!/bin/sh
{{ echo "hook $0 $*"; env; cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ; }} 2>/dev/null |
    tr '\\0' '\\n' >>{folder}/dumped
{more}
"""


@pytest.fixture
def camera(cameras):
    """Each of its hooks records its own environment, and those of all processes."""
    camera = cameras()
    for name, more in (("dump", "exit 0"), ("restart", f"touch {camera.folder}/restarted")):
        hook = camera.folder / name
        hook.write_text(HOOK.format(folder=camera.folder, more=more))
        hook.chmod(0o755)
    hooks = "".join(f"{name} = dump\n" for name in ("activate", "hold", "release", "probe"))
    text = camera.configuration.read_text()
    begin, _, rest = text.partition("command = ")
    camera.configuration.write_text(
        begin.replace("[settings]", f"[isp]\n{hooks}\n[settings]")
        + "command = restart\n" + rest.partition("\n")[2])
    for name, level, password in (("chief", "root", ROOT), ("watcher", "user", USER)):
        account(camera, password, "add", name, "--level", level)
    return camera


def account(camera, password, *words):
    program = camera.build / "src/ispup-camera/ispup-camera"
    subprocess.run([program, "-c", camera.configuration, "account", *words, "--password-fd", "0"],
                   input=f"{password}\n".encode(), check=True, timeout=SECONDS)


def get(target, *fields):
    lines = [f"GET /cgi-bin/{target} HTTP/1.1", "Host: camera", *fields, "", ""]
    return "\r\n".join(lines).encode()


def upload(image, version, query, *fields):
    request = upload_request(image, version)
    request = request.replace(b"USER=admin&PWD=123456&", query.encode())
    more = "".join(f"{field}\r\n" for field in fields).encode()
    return request.replace(b"Host: camera\r\n", b"Host: camera\r\n" + more)


def referer(password, command="ISP_IMAGE"):
    return f"Referer: http://camera/cgi-bin/update?USER=chief&PWD={password}&{command}"


def account_field(password):
    return "X-ISP-Account: " + encoded(password)


def encoded(password):
    return base64.b64encode(f"chief:{password}".encode()).decode()


def requests(image):
    """Every command, way to authorise and kind of refusal, and finally an update."""
    for password in (ROOT, WRONG):
        who = f"USER=chief&PWD={password}"
        for target in ("system", "update"):
            for command in ("LOGIN", "SYSTEM_INFO", "SYSTEM_LOG", "ISP_STATUS", "ISP_IMAGE", "SAVE",
                            "NOTHING", "ISP_IMAGE_SAVE", "a=b", ""):
                yield get(f"{target}?{who}&{command}")
                yield get(f"{target}?{command}", account_field(password))
        yield get(f"update?{who}&{who}&ISP_IMAGE", referer(password))
        yield get(f"nowhere?{who}")
        yield get(f"update?{who}%", f"Authorization: Basic {password}", f"X-Password: {password}")
    yield get(f"system?USER=watcher&PWD={USER}&REBOOT")
    yield get(f"update?USER=watcher&PWD={USER}&ISP_IMAGE")
    yield upload(image, "V1.01.00", "", referer(WRONG))
    yield upload(image, "V1.01.00", "", referer(ROOT, "ISP_DEV"))
    yield upload(image, "V1.09.00", "", referer(ROOT))
    yield upload(b"no image", "V1.01.00", f"USER=chief&PWD={ROOT}&")
    yield upload(image, "V1.01.00", "", account_field(WRONG))
    yield upload(image, "V1.01.00", "", account_field(ROOT), referer(ROOT))


def test_a_run_of_everything_leaves_no_password_anywhere(camera, workshop):
    image = workshop.image("V1.01.00", firmware=5000, hardware=600)
    said = []
    with Ispupd(camera) as way:
        for request in requests(image):
            said.append(way.exchange(request).raw)
            (camera.folder / "ram/run/logins").unlink(missing_ok=True)
    assert said[-1].endswith(b"OK\n") and camera.is_asked_to_restart()
    camera.settle()
    account(camera, NEW, "passwd", "chief")
    said += [camera.command("status").stdout, camera.command("account", "list").stdout,
             camera.command("doctor", check=False).stdout]
    kept = {name: data for name, (kind, data) in contents(camera.folder).items() if kind == "file"}
    camera.restart()
    said.append((camera.folder / "dumped").read_bytes())
    for name in ("activate", "hold", "release", "probe", "restart"):
        hooks = b"hook %s/%s" % (str(camera.folder).encode(),
                                 b"restart" if name == "restart" else b"dump")
        assert hooks in said[-1], "a hook did not run"
    assert b"/src/cgi-bin/update" in said[-1], "no hook saw the program"
    for secret in (ROOT, USER, WRONG, NEW, encoded(ROOT), encoded(WRONG)):
        assert [name for name, data in kept.items() if secret.encode() in data] == []
        assert [one for one in said if secret.encode() in one] == []


@pytest.fixture
def waiting(open_build):
    """`update` run by the user nobody, on a camera that this user owns, in a folder that others
    cannot enter."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to be nobody")
    with tempfile.TemporaryDirectory(prefix="ispup-") as folder:
        camera = Camera(folder, open_build).furnish(ACCOUNTS)
        for path in (camera.folder, *camera.folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
        with waiting_update(camera, NOBODY) as processes:
            yield camera, *processes


def test_no_other_process_of_the_same_user_sees_its_memory(waiting):
    """The kernel gives /proc files to root, not to the user, if a process cannot be dumped."""
    _, front, worker, installer = waiting
    for number in (front.pid, worker, installer):
        until(lambda number=number: os.stat(f"/proc/{number}/environ").st_uid == 0,
              lambda number=number: f"{number} can be dumped")
        until(lambda number=number: b"123456" not in environment(number),
              lambda: "the password is still there")


def test_a_crash_leaves_no_core(waiting):
    camera, front, worker, installer = waiting
    for number in (front.pid, worker, installer):
        assert limits(number)["Max core file size"] == ["0", "0"]
    front.send_signal(signal.SIGSEGV)
    _, status = os.waitpid(front.pid, 0)
    front.returncode = -1
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGSEGV
    assert not os.WCOREDUMP(status)
    assert list(camera.folder.glob("core*")) == []
