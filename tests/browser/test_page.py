# SPDX-License-Identifier: Apache-2.0
"""The operator's page (web/): login, update, verdict, and what it never does."""

import base64
import re
import urllib.request

import pytest
from exchange import Ispupd
from listener import Listener
from page import FILES, Page
from simulation import Simulation

SIZE_LIMIT = 40 * 1024
PASSWORD = "123456"
ENCODED = "YWRtaW46MTIzNDU2"  # admin:123456


@pytest.fixture
def served(cameras, root, build):
    """A camera under `ispupd` with the page, and a proxy that keeps all requests."""
    camera = cameras(replace=[("[server]", f"[server]\npages = {root / 'web'}"),
                              ("limit = 1M", "limit = 4M")])
    with Ispupd(camera) as server, Listener(server.port) as between:
        camera.between = between
        camera.url = f"http://127.0.0.1:{between.port}/"
        yield camera


@pytest.fixture
def page(browser, served):
    browser.forget()
    return Page(browser, served.url).open()


@pytest.fixture
def image(workshop, tmp_path):
    def make(name="ISP-U-0300-V1.01.00.bin", content=None):
        path = tmp_path / name
        path.write_bytes(workshop.image("V1.01.00") if content is None else content)
        return path

    return make


def targets(served):
    return [f"{method} {target}" for method, target, _ in served.between.heads()]


def test_a_click_before_the_rules_are_loaded_is_not_lost(served, browser, page, image):
    """verdict.js is loaded after the first view, and a slow camera takes its time."""
    page.log_in()
    page.choose(image())
    browser.run("self.VERDICT = undefined")
    browser.click("#go")
    assert page.until(lambda seen: seen["stage"] or seen["verdict"])


def test_the_files_are_small_and_need_nothing_else(root):
    files = sorted(path for path in (root / "web").iterdir() if path.name != "meson.build")
    assert [path.name for path in files] == list(FILES)
    assert sum(path.stat().st_size for path in files) <= SIZE_LIMIT
    for path in files:
        assert re.findall(r"https?://\S+|innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(",
                          path.read_text()) == [], path


def test_the_first_view_takes_at_most_5_requests(page, served):
    assert page.look()["login"]
    assert sorted(targets(served)) == [
        "GET /", "GET /cgi-bin/update?ISP_STATUS", "GET /ispup.css", "GET /ispup.js",
        "GET /texts.js"]


def test_every_page_comes_with_its_policy(page, served):
    for name in ("", *FILES):
        with urllib.request.urlopen(served.url + name) as reply:
            assert "default-src 'none'; script-src 'self'" in reply.headers["Content-Security-Policy"]
            assert "frame-ancestors 'none'" in reply.headers["Content-Security-Policy"]
            assert reply.headers["X-Content-Type-Options"] == "nosniff"
            assert reply.headers["Referrer-Policy"] == "same-origin"


def test_an_update_is_stored_and_the_password_is_in_the_field_alone(page, served, image):
    assert page.log_in()["version"] == "V1.00.00"
    page.start(image())
    seen = page.until(lambda seen: "Stored safely" in seen["stage"])
    assert seen["stage"].endswith("do not switch it off.")
    assert served.is_asked_to_restart()
    for method, target, fields in served.between.heads():
        others = [value for name, value in fields.items() if name != "x-isp-account"]
        for secret in (PASSWORD, ENCODED):
            assert secret not in target and not any(secret in value for value in others)
    log = (served.folder / "ispupd.log").read_text()
    assert "POST /cgi-bin/update 200" in log and PASSWORD not in log and ENCODED not in log
    assert page.browser.url() == served.url
    kept = page.browser.run("return JSON.stringify([sessionStorage, localStorage, document.cookie,"
                            "performance.getEntries().map(one => one.name), history.state])")
    assert PASSWORD not in kept and ENCODED not in kept


def test_a_wrong_password_is_tried_once(page, served):
    seen = page.log_in(password="guess")
    assert seen["refused"] == "Wrong user name or password, or not an account of level root."
    assert seen["focus"] == "password"
    page.browser.run("return new Promise(done => setTimeout(done, 7000))")
    assert tries(served, "guess") == 1
    assert page.log_in()["version"] == "V1.00.00"


def tries(served, password, account="admin"):
    """How many requests came with this password."""
    field = base64.b64encode(f"{account}:{password}".encode()).decode()
    return sum(fields.get("x-isp-account") == field for _, _, fields in served.between.heads())


def test_its_password_is_hashed_once_a_minute(page, served):
    """Guesses from the same address stop the hashing, so they would stop a page that needs it."""
    page.log_in()
    guess = {"X-ISP-Account": base64.b64encode(b"admin:guess").decode()}
    for _ in range(6):
        said = page.browser.run("return fetch('/cgi-bin/update?ISP_STATUS', {headers: arguments[0]})"
                                ".then(reply => reply.text())", guess)
    assert said.startswith("ERROR: too many wrong logins")
    before = tries(served, PASSWORD)
    page.until(lambda _: tries(served, PASSWORD) > before + 1)
    assert not page.look()["login"]


WRONG = {
    "another platform": ("ISP-U-0400-V1.00.00.bin", b"\x1f\x8b",
                         "ERROR: ISP platform: image is for 0400, camera is 0300"),
    "a holiday picture": ("beach.jpg", b"x", 'ERROR: file name: does not begin with ISP-U-: "beach.jpg"'),
    "a renamed file": ("ISP-U-0300.bin", b"x", "ERROR: file name: is not of the form "
                       'ISP-U-AANP-Vx.xx.xx.bin: "ISP-U-0300.bin"'),
    "an empty file": ("ISP-U-0300-V1.01.00.bin", b"", "ERROR: gzip: the file is empty"),
    "not an image": ("ISP-U-0300-V1.01.00.bin", b"<html>", "ERROR: gzip: this is not a gzip file"),
}


def test_a_wrong_file_is_refused_at_once_in_the_words_of_the_camera(page, served, image):
    page.log_in()
    for name, content, said in WRONG.values():
        page.browser.run("document.getElementById('file').value = ''")
        seen = page.choose(image(name, content))
        page.until(lambda seen, said=said: seen["mistake"] == said)
        assert not seen["go"]
    assert not any(target.startswith("POST") for target in targets(served))


def test_a_refused_image_is_not_done_and_says_why(page, served, image):
    note = served.note()
    page.log_in()
    page.start(image(content=b"\x1f\x8b" + bytes(1000)))
    seen = page.verdict()
    assert (seen["verdict"], seen["title"]) == ("not-done", "Not done")
    assert seen["own"].startswith("ERROR: gzip: ") and seen["focus"] == "verdict-title"
    assert seen["advice"] == "Take the image for this camera, unchanged, with its own name."
    assert note.changes() == set()
    assert page.close()["update"]


# -- a whole update of a simulated camera

def test_an_update_is_done_when_the_camera_confirmed_it(browser, build):
    with Simulation(build) as simulation:
        browser.forget()
        page = Page(browser, simulation.cameras[0].url).open()
        page.log_in()
        page.start(simulation.image)
        seen = page.verdict()
    assert (seen["verdict"], seen["title"]) == ("done", "Done")
    assert seen["text"] == "The camera restarted and confirmed version V1.01.00."
    assert seen["version"] == "V1.01.00" and seen["focus"] == "verdict-title"
