# SPDX-License-Identifier: Apache-2.0
"""SAVE, SAVE_REBOOT, ROLLBACK and CONFIRM are carried through by a process of their own: a web server
that ends its program half way loses the reply, no more."""

import os
import signal
import subprocess
import uuid

import pytest
from exchange import Cgi, environment_of
from gate import until
from process_table import named_after
from upload import upload_request

PROGRAMS = {"SAVE": "system", "SAVE_REBOOT": "system", "ROLLBACK": "update"}
SAVE_COMMAND = """\
#!/bin/sh
{gate}
: >{folder}/was-saved
"""


def begin(camera, gate, command):
    """A program that has come to the gate, in a process group as a web server makes one."""
    program = PROGRAMS[command]
    method = "GET" if program == "system" else "POST"
    head = (f"{method} /cgi-bin/{program}?USER=admin&PWD=123456&{command} HTTP/1.1\r\n"
            "Host: camera").encode()
    child = subprocess.Popen([camera.build / "src" / "cgi-bin" / program], stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, process_group=0,
                             env=environment_of(head, None, camera.configuration))
    gate.wait_until_reached()
    return child


def kill(child):
    """The program and all that it left in its process group."""
    os.killpg(child.pid, signal.SIGKILL)
    said, _ = child.communicate()
    assert said == b"" and child.returncode == -signal.SIGKILL


def finish(camera, gate):
    gate.open()
    camera.settle()
    until(lambda: named_after(camera.folder.parent) == [], "something goes on for ever")


@pytest.fixture
def saving(cameras, gate, tmp_path):
    hook = tmp_path / "save"
    camera = cameras("furnished", [gate.configuration("save-command")])
    hook.write_text(SAVE_COMMAND.format(gate=gate.script, folder=camera.folder))
    hook.chmod(0o755)
    text = camera.configuration.read_text()
    camera.configuration.write_text(text.replace(f"save-command = {gate.script}",
                                                 f"save-command = {hook}"))
    return camera


@pytest.mark.parametrize("command", ["SAVE", "SAVE_REBOOT"])
def test_settings_are_saved_though_the_program_is_killed(saving, gate, command):
    kill(begin(saving, gate, command))
    assert not (saving.folder / "was-saved").exists()
    finish(saving, gate)
    assert (saving.folder / "was-saved").exists()
    if command == "SAVE":
        assert not saving.was_asked_to_restart()
    else:
        assert saving.is_asked_to_restart()


def test_while_settings_are_saved_nothing_else_begins(saving, gate):
    child = begin(saving, gate, "SAVE")
    asked = b"GET /cgi-bin/system?USER=admin&PWD=123456&REBOOT HTTP/1.1\r\nHost: camera\r\n\r\n"
    assert Cgi(saving).exchange(asked).body == b"ERROR: update in progress\n"
    kill(child)
    assert Cgi(saving).exchange(asked).body == b"ERROR: update in progress\n"
    finish(saving, gate)
    assert Cgi(saving).exchange(asked).body == b"OK\n"


@pytest.mark.parametrize("state", ["trial", "confirmed"])
def test_a_rollback_goes_on_though_the_program_is_killed(cameras, gate, workshop, state):
    camera = cameras("furnished", [gate.configuration("activate")])
    gate.open()
    image = workshop.image("V1.01.00", firmware=3000, device_resource=900)
    assert Cgi(camera).exchange(upload_request(image, "V1.01.00")).body == b"OK\n"
    camera.settle()
    camera.end_restart_commands()
    (camera.folder / "ram" / "boot-id").write_text(f"{uuid.uuid4()}\n")
    camera.command("recover")
    if state == "confirmed":
        camera.command("trial")
    assert camera.status()["ISP_STATE"] == state
    (camera.folder / "restarted").unlink()
    (gate.folder / "open").unlink()
    (gate.folder / "reached").unlink()
    kill(begin(camera, gate, "ROLLBACK"))
    assert camera.status()["ISP_STATE"] == "rolling-back"
    finish(camera, gate)
    assert camera.is_asked_to_restart()
    assert camera.restart().returncode == 0
    status = camera.status()
    assert status["ISP_STATE"] == "rolled-back" and status["ISP_VERSION"] == "V1.00.00"
    assert status["ISP_UPDATE"] == "1"
