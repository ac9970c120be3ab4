# SPDX-License-Identifier: Apache-2.0
"""An update that three boots could not write, and a way back that three boots could not write
either: an upload over HTTP alone repairs the camera."""

import pytest
from camera_fixture import hook_that_takes_away
from exchange import WAYS
from upload import upload_request

NEW, NEWER = "V1.01.00", "V1.02.00"
GIVEN_UP = "ERROR: given up after 3 boots, run ispup-camera recover --retry"


@pytest.fixture
def given_up(cameras, workshop):
    camera = cameras("one-bank")
    bank = camera.folder / "flash" / "firmware.0"
    hold = hook_that_takes_away(bank)
    text = camera.configuration.read_text()
    camera.configuration.write_text(
        text.replace("[settings]", f"[isp]\nhold = {hold}\n\n[settings]"))
    image = camera.folder / f"ISP-U-0300-{NEW}.bin"
    image.write_bytes(workshop.image(NEW, firmware=3000))
    assert camera.command("install", image, check=False).returncode == 70
    camera.settle()
    assert camera.is_asked_to_restart()
    for boot in range(6):
        (camera.folder / "ram" / "boot-id").write_text(f"boot {boot}\n")
        assert camera.command("recover", check=False).returncode == 4
    (camera.folder / "restarted").unlink()
    hold.write_text("#!/bin/sh\nexit 0\n")
    bank.rmdir()
    assert camera.status()["ISP_RESULT"].startswith(GIVEN_UP)
    return camera


def upload(camera, way, image, version):
    with WAYS[way](camera) as server:
        reply = server.exchange(upload_request(image, version)).body.decode()
    camera.settle()
    return reply


@pytest.mark.parametrize("way", WAYS)
def test_an_upload_repairs_it(given_up, workshop, way):
    assert upload(given_up, way, workshop.image(NEWER, firmware=3000), NEWER) == "OK\n"
    assert given_up.is_asked_to_restart()
    assert given_up.restart().returncode == 0
    status = given_up.status()
    assert (status["ISP_STATE"], status["ISP_VERSION"]) == ("confirmed", NEWER)
    assert given_up.active("firmware").startswith("0 ")


def test_an_image_without_the_half_written_component_is_refused(given_up, workshop):
    note = given_up.note()
    said = upload(given_up, "cgi", workshop.image(NEWER, hardware=70), NEWER)
    assert said == ("ERROR: firmware: may be half written, so the image must have this "
                    "component\n")
    assert note.changes() == set()
    assert not given_up.was_asked_to_restart()
    assert given_up.status()["ISP_RESULT"].startswith(GIVEN_UP)
