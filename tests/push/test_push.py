# SPDX-License-Identifier: Apache-2.0
"""`ispup push` to this project's own cameras: what it says agrees with what happened."""

from said import outcome


def test_an_update_is_done_when_the_camera_has_confirmed_it(ispup, powered, image):
    camera = powered()
    done = ispup.events("push", image(), camera.host, "--wait", "60")
    said = outcome(done)
    assert (done.status, said["outcome"]) == (0, "done"), done.err
    assert (said["before"], said["after"]) == ("V1.00.00", "V1.01.00")
    assert camera.boots == 1
    status = camera.camera.status()
    assert (status["ISP_STATE"], status["ISP_VERSION"]) == ("confirmed", "V1.01.00")


def test_check_sends_nothing(ispup, powered, image):
    camera = powered()
    note = camera.camera.note()
    done = ispup.run("push", image(), camera.host, "--check")
    assert (done.status, done.out.splitlines()[-1].split(": ")[1]) == (0, "would be taken")
    assert note.changes() == set() and camera.boots == 0


def test_an_image_for_another_platform_is_not_sent(ispup, powered, image):
    camera = powered()
    note = camera.camera.note()
    done = ispup.events("push", image(platform="0400"), camera.host)
    said = outcome(done)
    assert (done.status, said["outcome"]) == (1, "not done")
    assert "ERROR: ISP platform: image is for 0400, camera is 0300" in said["why"]
    assert note.changes() == set()


def test_a_wrong_password_is_told_and_nothing_is_sent(ispup, powered, image):
    camera = powered()
    done = ispup.events("push", image(), camera.host, password="wrong-password")
    assert (done.status, outcome(done)["outcome"]) == (1, "not done")
    assert "ERROR: not authorized" in outcome(done)["why"]
