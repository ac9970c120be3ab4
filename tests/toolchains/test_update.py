# SPDX-License-Identifier: Apache-2.0
"""A whole update with the programs of each toolchain."""

import subprocess

from camera_fixture import SECONDS
from exchange import environment_of
from upload import upload_request

OPTIONAL = [("signature = off", "signature = off\nsandbox = optional")]


def upload(camera, image, version):
    head, _, body = upload_request(image, version).partition(b"\r\n\r\n")
    done = subprocess.run([camera.build / "src/cgi-bin/update"], input=body, capture_output=True,
                          env=environment_of(head, None, camera.configuration), timeout=SECONDS)
    camera.settle()
    return done.stdout.partition(b"\r\n\r\n")[2].decode()


def test_an_update_is_written_started_and_confirmed(toolchain, cameras, workshop):
    camera = cameras(replace=() if toolchain.has_filter else OPTIONAL)
    image = workshop.image("V1.01.00", firmware=60000, device_resource=4000)
    assert upload(camera, image, "V1.01.00") == "OK\n"
    assert camera.is_asked_to_restart()
    camera.restart()
    status = camera.status()
    assert (status["ISP_STATE"], status["ISP_RESULT"]) == ("confirmed", "OK")
    assert camera.active("firmware").startswith("1 ")


def test_the_filter_is_missed_if_the_build_has_none(toolchain, cameras, workshop):
    camera = cameras()
    note = camera.note()
    said = upload(camera, workshop.image("V1.01.00", firmware=60000), "V1.01.00")
    if toolchain.has_filter:
        assert said == "OK\n"
    else:
        assert said.startswith("ERROR: internal error: no sandbox: ")
        assert note.changes() == set()


def test_an_image_for_another_platform_is_refused(toolchain, cameras, workshop):
    camera = cameras(replace=() if toolchain.has_filter else OPTIONAL)
    note = camera.note()
    said = upload(camera, workshop.image("V1.01.00", platform="0400"), "V1.01.00")
    assert said.startswith("ERROR: ") and note.changes() == set()


def test_an_account_is_added_and_logs_in(cameras):
    camera = cameras()
    program = camera.build / "src/ispup-camera/ispup-camera"
    subprocess.run([program, "-c", camera.configuration, "account", "add", "chief", "--level",
                    "root", "--password-fd", "0"], input=b"x-1\n", check=True, timeout=SECONDS)
    head = b"GET /cgi-bin/system?USER=chief&PWD=x-1&LOGIN HTTP/1.1\r\nHost: camera"
    done = subprocess.run([camera.build / "src/cgi-bin/system"], capture_output=True, timeout=SECONDS,
                          env=environment_of(head, None, camera.configuration))
    assert b"LOGIN=" in done.stdout
