# SPDX-License-Identifier: Apache-2.0
"""ROLLBACK and CONFIRM: what an operator decides about the image, over HTTP alone."""

import base64
import uuid

import pytest
from camera_fixture import VIEWER, hook_that_takes_away
from exchange import WAYS, Cgi
from upload import upload_request

OPERATOR = {"AUTH_TYPE": "Basic", "REMOTE_USER": "operator"}
ADMIN = "X-ISP-Account: " + base64.b64encode(b"admin:123456").decode()
DENIED = b"ERROR: not authorized\n"
UNPROVEN = b"ERROR: not authorized: send X-ISP-Request: 1, or come from the camera's own page\n"
REFUSED = b"ERROR: rollback: not accepted over HTTP by this camera\n"
NO_WAY_BACK = b"ERROR: no way back: firmware: no image before this one is known\n"
COMMANDS = ["ROLLBACK", "CONFIRM"]


def send(command, *fields, method="POST", body=b""):
    more = "".join(f"{field}\r\n" for field in fields)
    return f"{method} /cgi-bin/update?{command} HTTP/1.1\r\nHost: camera\r\n{more}\r\n".encode() + body


def by_query(command, *fields):
    return send(f"USER=admin&PWD=123456&{command}", *fields)


def update(camera, workshop, version="V1.01.00"):
    image = workshop.image(version, firmware=300, device_resource=200)
    assert Cgi(camera).exchange(upload_request(image, version)).body == b"OK\n"
    camera.settle()
    assert camera.is_asked_to_restart()


def boot(camera):
    """Without a trial."""
    camera.end_restart_commands()
    (camera.folder / "restarted").unlink(missing_ok=True)
    (camera.folder / "ram" / "boot-id").write_text(f"{uuid.uuid4()}\n")
    camera.command("recover")


@pytest.fixture
def on_trial(cameras, workshop):
    camera = cameras()
    update(camera, workshop)
    boot(camera)
    assert camera.status()["ISP_STATE"] == "trial"
    return camera


@pytest.fixture
def confirmed(on_trial):
    on_trial.command("trial")
    assert on_trial.status()["ISP_STATE"] == "confirmed"
    return on_trial


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("request_of", [
    lambda command: by_query(command, "Content-Length: 0"), by_query,
    lambda command: send(command, ADMIN), lambda command: send(command, ADMIN, "Content-Length: 0")],
    ids=["query", "no-length", "field-no-length", "field"])
def test_an_image_on_trial_is_confirmed(on_trial, way, request_of):
    with WAYS[way](on_trial) as server:
        assert server.exchange(request_of("CONFIRM")).body == b"OK\n"
    on_trial.settle()
    status = on_trial.status()
    assert status["ISP_STATE"] == "confirmed" and status["ISP_VERSION"] == "V1.01.00"
    assert not on_trial.was_asked_to_restart()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("state", ["on_trial", "confirmed"])
def test_the_image_before_comes_back(request, way, state):
    camera = request.getfixturevalue(state)
    before = camera.status()
    assert before["ISP_PREVIOUS"] == "V1.00.00"
    with WAYS[way](camera) as server:
        assert server.exchange(send("ROLLBACK", ADMIN)).body == b"OK\n"
    camera.settle()
    assert camera.is_asked_to_restart()
    assert camera.restart().returncode == 0
    after = camera.status()
    assert after["ISP_STATE"] == "rolled-back" and after["ISP_VERSION"] == "V1.00.00"
    assert after["ISP_UPDATE"] == before["ISP_UPDATE"] == "1"
    assert after["ISP_FIRMWARE"] == "ISP-F-0300-V1.00.00"


@pytest.mark.parametrize("way", WAYS)
def test_where_there_is_nothing_to_do_it_says_so(cameras, way):
    camera = cameras()
    note = camera.note()
    with WAYS[way](camera) as server:
        assert server.exchange(send("CONFIRM", ADMIN)).body == b"ERROR: nothing to confirm\n"
        assert server.exchange(send("ROLLBACK", ADMIN)).body == NO_WAY_BACK
    camera.settle()
    assert note.changes() == set() and not camera.was_asked_to_restart()


def test_an_update_that_was_not_started_is_not_confirmed(cameras, workshop):
    camera = cameras()
    update(camera, workshop)
    assert Cgi(camera).exchange(send("CONFIRM", ADMIN)).body == (
        b"ERROR: image on trial was not started yet: restart first\n")
    assert camera.status()["ISP_STATE"] == "restarting"


@pytest.mark.parametrize("way", WAYS)
def test_a_rollback_that_fails_after_it_began_restarts_all_the_same(cameras, workshop, way):
    """The next boot goes on with it, and starts an ISP that `hold` has stopped."""
    camera = cameras(replace=[("[settings]", "[isp]\nactivate = activate\n\n[settings]")])
    hook = camera.folder / "activate"
    hook.write_text("#!/bin/sh\nexit 0\n")
    hook.chmod(0o755)
    update(camera, workshop)
    boot(camera)
    camera.command("trial")
    hook.write_text("#!/bin/sh\necho no answer >&2\nexit 1\n")
    with WAYS[way](camera) as server:
        reply = server.exchange(send("ROLLBACK", ADMIN)).body
    assert reply.startswith(b"ERROR: activate: ") and b"no answer" in reply
    camera.settle()
    assert camera.is_asked_to_restart()
    assert camera.status()["ISP_STATE"] == "rolling-back"
    assert "no answer" in (camera.folder / "ram/run/log").read_text()


def test_an_image_on_trial_of_the_same_bytes_is_no_way_back(cameras, workshop):
    camera = cameras()
    for number in range(2):
        (camera.folder / f"work/journal.{number}").write_bytes(b"torn")
    image = workshop.image("V1.00.00", firmware=3000, device_resource=1500, hardware=700)
    assert Cgi(camera).exchange(upload_request(image, "V1.00.00")).body == b"OK\n"
    camera.settle()
    assert camera.is_asked_to_restart()
    boot(camera)
    assert (camera.status()["ISP_STATE"], camera.status()["ISP_PREVIOUS"]) == ("trial", "")
    reply = Cgi(camera).exchange(send("ROLLBACK", ADMIN)).body
    assert reply == b"ERROR: no way back: no component was written\n"
    assert camera.status()["ISP_STATE"] == "trial" and not camera.was_asked_to_restart()


@pytest.mark.parametrize("command", ["SAVE", "SAVE_REBOOT"])
def test_nothing_is_saved_that_the_next_boot_would_replace(cameras, workshop, command):
    camera = cameras("one-bank")
    bank = camera.folder / "flash" / "firmware.0"
    camera.write_configuration(f"file:{bank},block=4K,size=64K", 0, [
        ("[settings]", f"[isp]\nhold = {hook_that_takes_away(bank)}\n\n[settings]")])
    image = workshop.image("V1.01.00", firmware=300)
    assert Cgi(camera).exchange(upload_request(image, "V1.01.00")).body.startswith(b"ERROR: ")
    camera.settle()
    assert camera.status()["ISP_STATE"] == "writing"
    note = camera.note()
    request = f"GET /cgi-bin/system?{command} HTTP/1.1\r\nHost: camera\r\n{ADMIN}\r\n\r\n"
    assert Cgi(camera).exchange(request.encode()).body == (
        b"ERROR: update not finished: restart the camera first\n")
    assert note.changes() == set()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_get_starts_nothing(confirmed, way, command):
    note = confirmed.note()
    with WAYS[way](confirmed) as server:
        reply = server.exchange(send(command, ADMIN, method="GET"))
        assert reply.body == f"ERROR: {command} is write-only\n".encode()
    assert note.changes() == set() and not confirmed.was_asked_to_restart()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("command", ["ISP_IMAGE_SAVE", "ISP_STATUS", "NOTHING"])
def test_any_other_post_needs_its_length(cameras, way, command):
    with WAYS[way](cameras()) as server:
        reply = server.exchange(send(command, ADMIN))
    assert reply.status == 411 and reply.body == b"ERROR: request: no Content-Length\n"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_body_is_not_looked_at(confirmed, way, command):
    body = b"field=" + b"x" * 100000
    with WAYS[way](confirmed) as server:
        reply = server.exchange(send(command, ADMIN, f"Content-Length: {len(body)}", body=body))
    assert reply.body == (b"OK\n" if command == "ROLLBACK" else b"ERROR: nothing to confirm\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_only_root_with_a_proof_of_its_own_page_decides(confirmed, command):
    note = confirmed.note()
    way = Cgi(confirmed)
    viewer = "X-ISP-Account: " + base64.b64encode(":".join(VIEWER).encode()).decode()
    referer = "Referer: http://camera/cgi-bin/update?USER=admin&PWD=123456&ISP_IMAGE"
    assert way.exchange(send(command, viewer)).body == DENIED
    assert way.exchange(send(command, referer)).body == b"ERROR: missing USER/PWD\n"
    assert way.exchange(send(command), extra=OPERATOR).body == UNPROVEN
    assert way.exchange(send(command, "Origin: http://other", "X-ISP-Request: 1"),
                        extra=OPERATOR).body == DENIED
    assert way.exchange(send(command, ADMIN, "Sec-Fetch-Site: cross-site")).body == DENIED
    assert note.changes() == set() and not confirmed.was_asked_to_restart()


@pytest.mark.parametrize("proof", ["Origin: http://camera", "X-ISP-Request: 1"])
def test_an_account_of_the_web_server_decides_too(confirmed, proof):
    assert Cgi(confirmed).exchange(send("ROLLBACK", proof), extra=OPERATOR).body == b"OK\n"


@pytest.mark.parametrize("lines, is_accepted", [
    ({"[image]\n": "[image]\ndowngrade = refuse\n"}, False),
    ({"[image]\n": "[http]\nrollback = refuse\n\n[image]\n"}, False),
    ({"[image]\n": "[http]\nrollback = accept\n\n[image]\ndowngrade = refuse\n"}, True)])
def test_the_configuration_may_refuse_it(confirmed, lines, is_accepted):
    text = confirmed.configuration.read_text()
    for old, new in lines.items():
        assert old in text
        text = text.replace(old, new)
    confirmed.configuration.write_text(text)
    reply = Cgi(confirmed).exchange(send("ROLLBACK", ADMIN)).body
    assert reply == (b"OK\n" if is_accepted else REFUSED)
    confirmed.settle()
    if not is_accepted:
        assert not confirmed.was_asked_to_restart()
        assert b"rolled back" in confirmed.command("rollback").stdout
