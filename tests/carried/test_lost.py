# SPDX-License-Identifier: Apache-2.0
"""A camera whose journal is lost: nothing of it starts, and uploads over HTTP alone repair it."""

import pytest
from exchange import WAYS
from upload import upload_request

NEW, NEWER = "V1.01.00", "V1.02.00"


@pytest.fixture(params=["furnished", "one-bank"])
def lost(request, cameras):
    camera = cameras(request.param)
    for number in range(2):
        (camera.folder / f"work/journal.{number}").write_bytes(b"torn")
    return camera


@pytest.fixture(params=WAYS)
def upload(request, workshop):
    """Uploads an image; returns the reply, when nothing is under way any more."""

    def send(camera, version):
        with WAYS[request.param](camera) as server:
            reply = server.exchange(upload_request(workshop.image(version), version)).body.decode()
        camera.settle()
        return reply

    return send


def test_a_lost_camera_starts_nothing_and_says_so(lost):
    recovered = lost.command("recover", check=False)
    active = lost.command("active", "firmware", check=False)
    assert (recovered.returncode, active.returncode, active.stdout) == (3, 3, b"")
    status = lost.status()
    assert (status["ISP_STATE"], status["ISP_VERSION"]) == ("lost", "UNKNOWN")
    assert status["ISP_RESULT"] == "ERROR: journal lost: run ispup-camera adopt"


def test_a_product_may_name_the_first_bank_to_start_from(lost):
    text = lost.configuration.read_text()
    lost.configuration.write_text(text.replace("[flash]\n", "[flash]\nwithout-journal = first\n"))
    assert lost.active("firmware").startswith("0 file:")


def test_an_upload_repairs_a_lost_camera(lost, upload):
    assert upload(lost, NEW) == "OK\n"
    assert "this update has no way back" in (lost.folder / "ram/run/log").read_text()
    assert lost.restart().returncode == 0
    status = lost.status()
    assert (status["ISP_STATE"], status["ISP_VERSION"]) == ("confirmed", NEW)
    assert status["ISP_PREVIOUS"] == ""
    assert upload(lost, NEWER) == "OK\n"
    assert lost.restart().returncode == 0
    status = lost.status()
    assert (status["ISP_VERSION"], status["ISP_PREVIOUS"]) == (NEWER, NEW)


def test_a_refused_upload_leaves_it_lost(lost, workshop):
    image = lost.folder / f"ISP-U-0400-{NEW}.bin"
    image.write_bytes(workshop.image(NEW))
    note = lost.note()
    refused = lost.command("install", image, check=False)
    assert b"ERROR: ISP platform: image is for 0400, camera is 0300" in refused.stderr
    assert note.changes() == set()
    assert lost.status()["ISP_STATE"] == "lost"
