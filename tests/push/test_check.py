# SPDX-License-Identifier: Apache-2.0
"""What `ispup push` says before a byte is sent, and how `--check` ends."""

import re

import pytest
from camera_fixture import run
from odd_camera import RecordCamera
from said import outcome
from upload import Upload, upload_request


@pytest.mark.parametrize("change, status, said", [
    ({}, 0, "would be taken"),
    ({"ISP_PLATFORM": "0400"}, 1, "would be refused"),
    ({"ISP_STATE": "trial"}, 1, "would be refused"),
    ({"ISP_STATE": "receiving"}, 1, "would be refused"),
    ({"ISP_STATE": "failed", "ISP_RESULT": "ERROR: journal lost: run ispup-camera adopt"}, 1,
     "would be refused"),
    ({"ISP_STATE": "failed", "ISP_RESULT": "ERROR: upload: ended"}, 0, "would be taken"),
])
def test_check_says_what_the_camera_would(ispup, camera, image, change, status, said):
    camera.record.update(change)
    done = ispup.events("push", image(), camera.host, "--check")
    assert (done.status, outcome(done)["outcome"], camera.uploads) == (status, said, [])


@pytest.mark.parametrize("state, said", [
    ("trial", "the camera would say: ERROR: image on trial: confirm it or roll back first; wait"),
    ("receiving", "the camera would say: ERROR: update in progress; wait"),
    ("checking", "the camera would say: ERROR: update in progress; wait"),
    ("writing", "it writes another image, or needs a restart to go on with it, and would say: "
                "ERROR: update in progress, or not finished; wait, and restart the camera if "
                "ispup status does not change"),
    ("restarting", "it has not restarted since its last update, and would say: ERROR: image on "
                   "trial: confirm it or roll back first; restart the camera if it does not do so "
                   "by itself"),
])
@pytest.mark.parametrize("option", ["--check", "--again"])
def test_each_state_of_an_update_under_way_has_its_words_and_what_to_do(ispup, camera, image, state,
                                                                        said, option):
    camera.record["ISP_STATE"] = state
    done = ispup.events("push", image(), camera.host, option)
    assert (done.status, camera.uploads) == (1, [])
    assert outcome(done)["why"].startswith(said), outcome(done)["why"]


def test_a_camera_that_was_told_not_to_restart_says_what_push_claims(ispup, powered, image):
    """With [restart] command = none the camera waits for a person to restart it, and says so to
    the next upload."""
    camera = powered(obeys_restart=False)
    ispup.run("push", image(), camera.host, "--wait", "1")
    camera.camera.settle()
    assert camera.camera.status()["ISP_STATE"] == "restarting"
    [line] = re.findall("ERROR: [^;]*", outcome(ispup.events("push", image("V1.02.00"),
                                                             camera.host))["why"])
    upload = Upload(camera, upload_request(image("V1.02.00").read_bytes(), "V1.02.00"))
    upload.send_rest()
    assert upload.read_reply().body == f"{line}\n".encode()


def test_check_cannot_tell_of_a_camera_that_says_nothing(ispup, vendor, image):
    vendor.log = lambda request: vendor.say(request, "ERROR: SYSTEM_LOG not found\n")
    done = ispup.events("push", image(), vendor.host, "--check")
    assert (done.status, outcome(done)["outcome"], vendor.uploads) == (2, "cannot tell", [])


def test_check_of_an_image_that_runs_already_says_what_push_would_do(ispup, camera, vendor, image):
    camera.record["ISP_IMAGE_SHA256"], vendor.version = camera.sha256, "V1.01.00"
    done = ispup.run("push", image(), camera.host, vendor.host, "--check")
    lines = done.out.split("\n\n")[0].splitlines()
    told = {line.split(": ")[0]: line for line in lines
            if ": would be taken: " in line or ": already: " in line}
    assert done.status == 0 and "nothing was sent" not in done.out
    assert "already: runs this image already: push sends it only with --again" in told[camera.label]
    assert "its log shows the image's versions already: push sends" in told[vendor.label]
    assert "--again" not in ispup.run("push", image(), camera.host, "--check", "--again").out


LOGIN_PAGE = "<html><form action='/login'><input name=u></form></html>"


@pytest.mark.parametrize("form, said", [
    ("ERROR: ISP_IMAGE not found\n", "ERROR: ISP_IMAGE not found; check the camera's model"),
    ("ERROR: not authorized\n", "ERROR: not authorized; check the user name and password"),
    (LOGIN_PAGE, "no form to fill, nothing was sent"),
])
@pytest.mark.parametrize("option", ["--check", "--again"])
def test_a_page_without_the_form_is_told_before_a_byte_is_sent(ispup, vendor, image,
                                                                            form, said, option):
    vendor.form = lambda request: vendor.say(request, form)
    done = ispup.events("push", image(), vendor.host, option)
    told = "would be refused" if option == "--check" else "not done"
    assert (done.status, outcome(done)["outcome"], vendor.uploads) == (1, told, [])
    assert said in outcome(done)["why"]


UNSIGNED = ("the image is not signed: the camera takes it only if its configuration says "
            "signature = off")


def notes(done):
    return [event["text"] for event in done.events if event["event"] == "note"]


@pytest.mark.parametrize("option", ["--check", "--again"])
def test_an_image_without_a_signature_gets_a_note_if_one_may_be_required(ispup, camera, vendor,
                                                                            image, option):
    assert notes(ispup.events("push", image(), camera.host, option)) == [UNSIGNED]
    assert UNSIGNED not in notes(ispup.events("push", image(), vendor.host, option))


def test_the_note_is_a_line_and_a_signed_image_gets_none(ispup, camera, image):
    path = image()
    line = f"{camera.label}: note: {UNSIGNED}"
    assert ispup.run("push", path, camera.host, "--check").out.splitlines().count(line) == 1
    assert ispup.run("push", path, camera.host, "--check", "--quiet").out == ""
    run(ispup.program, "keygen", "-o", ispup.folder / "ours")
    run(ispup.program, "sign", path, "--key", ispup.folder / "ours.private.pem")
    assert notes(ispup.events("push", path, camera.host, "--check")) == []


def test_the_note_comes_once_for_all_cameras(ispup, camera, vendor, image):
    second, third = RecordCamera(), RecordCamera()
    done = ispup.run("push", image(), vendor.host, camera.host, second.host, third.host, "--check")
    second.stop(), third.stop()
    assert done.status == 0
    assert done.out.count("note: the image is not signed") == 1


def test_check_of_a_camera_without_a_record_goes_by_its_log(ispup, vendor, image):
    assert ispup.run("push", image(), vendor.host, "--check").status == 0
    assert ispup.run("push", image(platform="0400"), vendor.host, "--check").status == 1


def answer_busy(request):
    request.connection.sendall(b"HTTP/1.0 503 Busy\r\n\r\n<html>Busy</html>")


@pytest.mark.parametrize("part", ["status", "form"])
def test_check_cannot_tell_of_a_camera_that_is_busy(ispup, camera, image, part):
    setattr(camera, part, answer_busy)
    done = ispup.events("push", image(), camera.host, "--check")
    assert (done.status, outcome(done)["outcome"], camera.uploads) == (2, "cannot tell", [])
    assert "is busy, nothing was sent: HTTP status 503: <html>Busy</html>" in outcome(done)["why"]


def test_check_cannot_tell_if_the_forms_program_failed(ispup, camera, image):
    camera.form = lambda request: camera.fail(request, 500, "ERROR: internal error: no reply")
    done = ispup.events("push", image(), camera.host, "--check")
    assert (done.status, outcome(done)["outcome"]) == (2, "cannot tell")
    assert "no form, nothing was sent: HTTP status 500: ERROR: internal" in outcome(done)["why"]
    pushed = ispup.events("push", image(), camera.host)
    assert (pushed.status, outcome(pushed)["outcome"], camera.uploads) == (1, "not done", [])


@pytest.mark.parametrize("part", ["status", "form"])
def test_check_cannot_tell_of_a_camera_that_cannot_be_reached(ispup, camera, image, part):
    setattr(camera, part, camera.reset)
    done = ispup.events("push", image(), camera.host, "--check")
    assert (done.status, outcome(done)["outcome"]) == (2, "cannot tell")
    pushed = ispup.events("push", image(), camera.host)
    assert (pushed.status, outcome(pushed)["outcome"], camera.uploads) == (1, "not done", [])
