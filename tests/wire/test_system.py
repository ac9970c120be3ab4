# SPDX-License-Identifier: Apache-2.0
"""The whole answers to SYSTEM_INFO and SYSTEM_LOG, for a camera in each state. The vendor's own
hosts can read a camera's versions only there."""

import uuid
from shutil import rmtree

import pytest
from camera_fixture import VIEWER
from exchange import WAYS, Cgi
from upload import upload_request

INFO = """\
Firmware Version = A1D-311-V5.03.05
ISP Platform = 0300
ISP Image Version = {image}
ISP State = {state}
"""
VERSIONS = """\
ISP Firmware Version {firmware}
ISP Device Resource Version {resource}
ISP Hardware Version {hardware}
"""
FACTORY = {"firmware": "ISP-F-0300-V1.00.00", "resource": "C0300-V1.00.00",
           "hardware": "ISP-H-0300-V1.00.00"}
UPDATED = FACTORY | {"firmware": "ISP-F-0300-V1.01.00", "resource": "C0300-V1.01.00"}
UNKNOWN = dict.fromkeys(FACTORY, "UNKNOWN")
LOG_SIZE = 16384  # of a reply


def idle(camera, _):
    camera.command("recover")


def on_trial(camera, image):
    assert Cgi(camera).exchange(upload_request(image, "V1.01.00")).body == b"OK\n"
    camera.settle()
    assert camera.is_asked_to_restart()
    boot(camera)


def confirmed(camera, image):
    on_trial(camera, image)
    camera.command("trial")


def rolled_back(camera, image):
    """And restarted: the lines that were logged before are gone."""
    on_trial(camera, image)
    camera.command("rollback")
    boot(camera)


def boot(camera):
    rmtree(camera.folder / "ram" / "run")
    (camera.folder / "ram" / "boot-id").write_text(f"{uuid.uuid4()}\n")
    camera.command("recover")


RECOVER = "ispup-camera: recover: update "
ENDED = "1 was idle: nothing to do, it ended rolled-back: ERROR: image rolled back by hand"
# Kind of camera, the steps to the state, what is said about it, a line of the log.
STATES = {
    "new": ("new", idle, "UNKNOWN", "idle", UNKNOWN, f"{RECOVER}0 was idle: nothing to do"),
    "idle": ("furnished", idle, "V1.00.00", "idle", FACTORY, f"{RECOVER}0 was idle: nothing to do"),
    "trial": ("furnished", on_trial, "V1.01.00", "trial", UPDATED,
              f"{RECOVER}1 was installed: new image starts, on trial"),
    "confirmed": ("furnished", confirmed, "V1.01.00", "confirmed", UPDATED,
                  "ispup-camera: trial: confirmed"),
    "rolled-back": ("furnished", rolled_back, "V1.00.00", "rolled-back", FACTORY,
                    f"{RECOVER}{ENDED}"),
}


def ask(way, command):
    name, password = VIEWER
    reply = way.exchange((f"GET /cgi-bin/system?USER={name}&PWD={password}&{command} HTTP/1.1\r\n"
                          "Host: camera\r\n\r\n").encode())
    assert reply.status == 200 and reply.field("Content-type") == ["text/plain"]
    return reply.body.decode()


def log_of(camera):
    return (camera.folder / "ram" / "run" / "log").read_text()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind, reach, image, state, versions, line", STATES.values(), ids=STATES)
def test_info_and_log_tell_the_state(cameras, workshop, way, kind, reach, image, state, versions,
                                     line):
    camera = cameras(kind)
    reach(camera, workshop.image("V1.01.00", firmware=300, device_resource=200))
    with WAYS[way](camera) as server:
        assert ask(server, "SYSTEM_INFO") == INFO.format(image=image, state=state)
        assert ask(server, "SYSTEM_LOG") == VERSIONS.format(**versions) + log_of(camera)
    assert f"{line}\n" in log_of(camera)


@pytest.mark.parametrize("way", WAYS)
def test_of_a_long_log_the_last_whole_lines_are_told(cameras, way):
    camera = cameras()
    camera.command("recover")
    with (camera.folder / "ram" / "run" / "log").open("a") as log:
        log.write("".join(f"update: line {number}\n" for number in range(3000)))
    with WAYS[way](camera) as server:
        said = ask(server, "SYSTEM_LOG")
    versions = VERSIONS.format(**FACTORY)
    assert said.startswith(versions) and LOG_SIZE - 30 < len(said) <= LOG_SIZE
    tail = said.removeprefix(versions)
    assert f"\n{log_of(camera)}".endswith(f"\n{tail}") and tail.startswith("update: line ")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("line, id_of, address", [
    ("id = 00:0f:7c:00:00:01", "00:0f:7c:00:00:01", "MAC Address = 00:0f:7c:00:00:01\n"),
    ("id = camera.7", "camera.7", ""), ("id-file = id", "aa:bb:cc:00:00:01", "MAC Address = aa:bb:cc:00:00:01\n"),
    ("id-file = nowhere", "", "")])
def test_the_camera_tells_its_id(cameras, way, line, id_of, address):
    camera = cameras("furnished", [("id = test-camera", line)])
    (camera.folder / "id").write_text("aa:bb:cc:00:00:01\n")
    assert camera.status()["CAMERA_ID"] == id_of
    with WAYS[way](camera) as server:
        assert ask(server, "SYSTEM_INFO") == INFO.format(image="V1.00.00", state="idle") + address
