# SPDX-License-Identifier: Apache-2.0
"""A restart that cannot begin is told instead of an OK: what a host waits for would never come."""

import pytest
from exchange import Cgi
from upload import upload_request

NONE = b"ERROR: restart: cannot be run: [restart] command is none\n"
SAID = b"ERROR: /nowhere/reboot: cannot be run: No such file or directory\n"


def restarting_with(command, camera):
    text = camera.configuration.read_text().splitlines()
    text = [f"command = {command}" if line.startswith("command = ") else line for line in text]
    camera.configuration.write_text("\n".join(text) + "\n")
    return camera


@pytest.fixture
def camera(cameras):
    return restarting_with("/nowhere/reboot", cameras())


@pytest.mark.parametrize("command", ["REBOOT", "SAVE_REBOOT"])
@pytest.mark.parametrize("program, said", [("/nowhere/reboot", SAID), ("none", NONE)])
def test_a_restart_without_its_program_is_an_error_and_nothing_is_saved(cameras, command, program,
                                                                        said):
    camera = restarting_with(program, cameras())
    saved = camera.folder / "saved" / "settings" / "picture.conf"
    before = saved.read_bytes()
    request = f"GET /cgi-bin/system?USER=admin&PWD=123456&{command} HTTP/1.1\r\nHost: camera\r\n\r\n"
    assert Cgi(camera).exchange(request.encode()).body == said
    assert saved.read_bytes() == before


def test_settings_are_saved_without_it(camera):
    request = b"GET /cgi-bin/system?USER=admin&PWD=123456&SAVE HTTP/1.1\r\nHost: camera\r\n\r\n"
    assert Cgi(camera).exchange(request).body == b"OK\n"


def test_a_camera_that_others_restart_is_updated(cameras, workshop):
    camera = restarting_with("none", cameras())
    image = workshop.image("V1.01.00", firmware=200)
    assert Cgi(camera).exchange(upload_request(image, "V1.01.00")).body == b"OK\n"


def test_an_update_is_refused_before_its_commit(camera, workshop):
    note = camera.note()
    image = workshop.image("V1.01.00", firmware=200)
    assert Cgi(camera).exchange(upload_request(image, "V1.01.00")).body == SAID
    camera.settle()
    assert note.changes() & {"flash in use", "settings", "what starts next"} == set()
