# SPDX-License-Identifier: Apache-2.0
"""What the page says of cameras with every kind of fault: the same as `ispup push`, whose table is in
docs/push.md. All cameras are updated at once, each in a tab of its own."""

import re
from types import SimpleNamespace

import pytest
from camera_fixture import run
from page import FAST, Page
from paged_camera import FAULTS

SECONDS = 120  # what takes this long hangs
# Found under way when the page opens: there is nothing to choose.
BUSY_BEFORE = ("RecordOnTrial", "RecordGoesBack", "RecordRunsItOnTrial")
LOCKED = "RecordDenies"  # the page asks for the password, and waits for it
NAMES = [kind.__name__ for kind in FAULTS]


def order_update(browser, camera, image):
    camera.tab = browser.tab()
    if camera.outcome == "unknown" and type(camera).__name__ != LOCKED:
        browser.preload(FAST)
    page = Page(browser, camera.url).open()
    seen = page.log_in()
    assert not seen["login"], (type(camera).__name__, seen)
    if type(camera).__name__ not in BUSY_BEFORE:
        page.start(image)
    return page


def ended(name):
    return lambda seen: (seen["verdict"] or (name == LOCKED and seen["login"]) or
                         (name in BUSY_BEFORE[:2] and seen["stage"]))


@pytest.fixture(scope="module")
def told(browser, build, workshop, tmp_path_factory):
    """By name: the camera, and what its page showed at the end."""
    image = tmp_path_factory.mktemp("faults") / "ISP-U-0300-V1.01.00.bin"
    image.write_bytes(workshop.image("V1.01.00", firmware=200_000))
    said = run(build / "src" / "ispup" / "ispup", "inspect", image, "--format=kv").stdout.decode()
    cameras = [kind() for kind in FAULTS]
    first = browser.tabs()[0]
    try:
        found = {}
        for camera in cameras:
            camera.sha256 = re.search("ISP_IMAGE_SHA256='(.*)'", said)[1]
            if type(camera).__name__ == "RecordRunsItOnTrial":
                # As a real one: its last update is the image on trial. `push` does not look at it.
                camera.record["ISP_UPDATE_SHA256"] = camera.sha256
            order_update(browser, camera, image)
        for camera in cameras:
            browser.switch(camera.tab)
            name = type(camera).__name__
            found[name] = SimpleNamespace(
                camera=camera, seen=Page(browser, camera.url).last(SECONDS, ended(name)))
        return found
    finally:
        browser.close_others(first)
        for camera in cameras:
            camera.stop()


@pytest.mark.parametrize("name", NAMES)
def test_the_verdict_is_that_of_push(told, name):
    camera, seen = told[name].camera, told[name].seen
    if name == LOCKED:
        assert seen["login"] and seen["stage"] == "Log in to go on" and not seen["verdict"]
    elif name in BUSY_BEFORE[:2]:
        assert seen["stage"] and not seen["verdict"] and not seen["update"]
    else:
        assert seen["verdict"] == camera.outcome.replace(" ", "-"), seen


@pytest.mark.parametrize("name", NAMES)
def test_done_is_never_said_of_an_update_that_is_not(told, name):
    camera, seen = told[name].camera, told[name].seen
    assert seen["verdict"] != "done" or camera.installed, seen


@pytest.mark.parametrize("name", NAMES)
def test_the_body_is_sent_once_at_most(told, name):
    camera = told[name].camera
    assert len(camera.uploads) == (0 if camera.happened == "nothing was sent" else 1)


def test_a_camera_that_denies_later_is_asked_once(told):
    camera = told[LOCKED].camera
    assert len([request for request in camera.requests if request.command == "ISP_STATUS"]) < 8


def test_another_persons_update_is_told(told):
    assert told["RecordNumberSkipped"].seen["text"] == "Someone else updated this camera after you."
