# SPDX-License-Identifier: Apache-2.0
"""A person with a browser: asks for the form, chooses a file, presses Apply, reads the answer."""

import re
import urllib.error

import pytest
from exchange import Ispupd
from listener import Listener
from webdriver import Refused

GOOD = "ISP-U-0300-V1.01.00.bin"
FORM = "/cgi-bin/update?USER=admin&PWD=123456&ISP_IMAGE"
UPLOAD = "/cgi-bin/update?ISP_IMAGE_SAVE"
FILE_FIELD = "input[name=URL_FIRMWARE_IMAGE]"
APPLY = "input[name=URL_FIRMWARE_SUBMIT]"
REFERER_OFF = ("[settings]", "[http]\nreferer = refuse\n\n[settings]")


def ask_for_form(browser, port):
    browser.open(f"http://127.0.0.1:{port}{FORM}")
    assert browser.call("GET", "/title") == "UPLOAD FILES"


def send(browser, file):
    """What the page says after Apply was pressed."""
    if file is not None:
        browser.type(FILE_FIELD, file)
    browser.click(APPLY)
    browser.until_at("update?ISP_IMAGE_SAVE")
    return browser.read()


def read_status(browser, page):
    browser.open(page + "ISP_STATUS")
    return dict(re.findall(r"(\w+)='(.*)'", browser.read()))


@pytest.fixture
def served(cameras):
    camera = cameras(replace=[("limit = 1M", "limit = 4M")])
    with Ispupd(camera) as server:
        yield camera, server


@pytest.fixture
def write(tmp_path):
    """Writes a file that the person can choose."""
    def written(name, content):
        (tmp_path / name).write_bytes(content)
        return tmp_path / name
    return written


def test_a_camera_is_updated_restarts_and_confirms_the_image(browser, demo_camera):
    boot = demo_camera.boot()
    assert read_status(browser, demo_camera.page)["ISP_VERSION"] == "V1.00.00"
    browser.open(demo_camera.page + "ISP_IMAGE")
    assert "Image File:" in browser.read()
    assert send(browser, demo_camera.images / GOOD) == "OK"
    demo_camera.until(lambda: demo_camera.boot() not in ("", boot))

    def is_settled():
        try:
            return read_status(browser, demo_camera.page)["ISP_STATE"] != "trial"
        except (urllib.error.URLError, Refused, KeyError):
            return False  # it is still restarting
    demo_camera.until(is_settled)
    status = read_status(browser, demo_camera.page)
    assert status["ISP_VERSION"] == "V1.01.00" and status["ISP_STATE"] == "confirmed"
    assert status["ISP_RESULT"] == "OK" and status["BOOT_ID"] == demo_camera.boot()


def test_what_authorises_the_upload_is_the_referer_that_a_browser_sends(browser, served, workshop,
                                                                        write):
    camera, server = served
    file = write(GOOD, workshop.image("V1.01.00"))
    with Listener(server.port) as between:
        ask_for_form(browser, between.port)
        assert send(browser, file) == "OK"
    here = f"http://127.0.0.1:{between.port}"
    (fields,) = [fields for method, target, fields in between.heads()
                 if (method, target) == ("POST", UPLOAD)]
    assert fields["referer"] == here + FORM
    assert fields["origin"] == here
    assert "authorization" not in fields
    assert camera.is_asked_to_restart()


def test_without_the_referer_the_same_upload_is_refused(browser, cameras, workshop, write):
    camera = cameras(replace=[REFERER_OFF])
    note = camera.note()
    with Ispupd(camera) as server:
        ask_for_form(browser, server.port)
        said = send(browser, write(GOOD, workshop.image("V1.01.00")))
    assert said == "ERROR: not authorized"
    assert note.changes() == set() and not camera.was_asked_to_restart()


MEGABYTES = bytes(3 * 1024 * 1024)
WRONG = {
    "another platform": ("ISP-U-0400-V1.00.00.bin", None,
                         "ERROR: ISP platform: image is for 0400, camera is 0300"),
    "a renamed image": ("ISP-U-0300-V1.02.00.bin", None,
                        "ERROR: version: ISP-Image.desc says V1.00.00, file name says V1.02.00"),
    "a holiday picture": ("beach.jpg", MEGABYTES,
                          'ERROR: file name: does not begin with ISP-U-: "beach.jpg"'),
    "a name outside ASCII": ("Zürich ‘1’.bin", b"x",
                             'ERROR: file name: does not begin with ISP-U-: "Z?rich ?1?.bin"'),
    "an empty file": (GOOD, b"", "ERROR: gzip: the file is empty"),
    "not an image": (GOOD, MEGABYTES, "ERROR: gzip: this is not a gzip file"),
    "more than the camera takes": (GOOD, 2 * MEGABYTES, "ERROR: upload: has "),
    "no file": (None, None, "ERROR: form: no file was chosen"),
}


@pytest.mark.parametrize("name, content, said", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_file_is_refused_on_the_page_and_changes_nothing(browser, served, workshop, write,
                                                                 name, content, said):
    camera, server = served
    note = camera.note()
    if name and content is None:
        content = workshop.image("V1.00.00", platform=name[6:10])
    ask_for_form(browser, server.port)
    shown = send(browser, write(name, content) if name else None)
    assert shown.startswith(said) and "\n" not in shown
    camera.settle()
    assert note.changes() == set() and not camera.was_asked_to_restart()


def test_more_than_the_server_takes_is_refused_on_the_page(browser, cameras, write):
    camera = cameras(replace=[("[server]", "[server]\nbody-limit = 2M")])
    note = camera.note()
    with Ispupd(camera) as server:
        ask_for_form(browser, server.port)
        assert send(browser, write(GOOD, MEGABYTES)).startswith("ERROR: ")
    assert note.changes() == set()


def test_a_user_who_may_not_update_gets_no_form(browser, served):
    _, server = served
    form = FORM.replace("USER=admin&PWD=123456", "USER=viewer&PWD=seen-only")
    browser.open(f"http://127.0.0.1:{server.port}{form}")
    assert browser.read() == "ERROR: not authorized"


def test_the_page_to_try_again_is_one_step_back(browser, served, workshop, write):
    _, server = served
    ask_for_form(browser, server.port)
    assert send(browser, write("beach.jpg", b"x")).startswith("ERROR: ")
    browser.call("POST", "/back", {})
    assert send(browser, write(GOOD, workshop.image("V1.01.00"))) == "OK"
