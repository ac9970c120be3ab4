# SPDX-License-Identifier: Apache-2.0
"""The page at each stage: reloads, windows, bad answers, small screens, the keyboard, languages."""

import contextlib
import re
import threading
import time

import pytest
from camera_fixture import run
from page import FAST, Page
from paged_camera import Good
from webdriver import ELEMENT

ENTER, TAB = "\ue007", "\ue004"
CHINESE = re.compile("[\u4e00-\u9fff]")


class Stepwise(Good):
    """Stops in the upload until `reply` is set. The test sets its record at each further stage."""

    def __init__(self):
        self.reply, self.receives, self.replied = (threading.Event() for _ in range(3))
        super().__init__()

    def receive(self, request):
        self.begin("receiving")
        self.receives.set()
        assert self.reply.wait(60)
        self.begin("restarting")
        self.replied.set()
        with contextlib.suppress(OSError):  # its window is gone
            self.say(request, "OK\n")
            self.hang_up(request)

    def stop(self):
        self.reply.set()
        super().stop()


@pytest.fixture
def image(workshop, tmp_path):
    path = tmp_path / "ISP-U-0300-V1.01.00.bin"
    path.write_bytes(workshop.image("V1.01.00", firmware=200_000))
    return path


@pytest.fixture
def start(browser, build, image):
    """Starts a camera, and opens its page."""
    started = []

    def make(kind, log_in=True):
        camera = kind()
        started.append(camera)
        said = run(build / "src" / "ispup" / "ispup", "inspect", image, "--format=kv").stdout
        camera.sha256 = re.search("ISP_IMAGE_SHA256='(.*)'", said.decode())[1]
        browser.forget()
        page = Page(browser, camera.url).open()
        if log_in:
            page.log_in()
        return camera, page

    yield make
    browser.close_others(browser.tabs()[0])
    for camera in started:
        camera.stop()


def reload(page):
    """As an impatient person does it, also against the browser's question."""
    page.browser.run("onbeforeunload = null; location.reload()")
    page.until(lambda seen: seen["login"])
    return page.log_in()


def test_a_reload_at_each_stage_goes_on_to_the_verdict(start, image):
    camera, page = start(Stepwise)
    page.start(image)
    assert camera.receives.wait(60)
    page.browser.command("Page.reload")  # asks no question
    page.until(lambda seen: seen["login"])
    assert page.log_in()["stage"] == "The camera stores the image"
    camera.reply.set()
    assert camera.replied.wait(60)
    for state, stage in (("writing", "The camera writes its flash."),
                         ("restarting", "The camera is about to restart."),
                         ("trial", "The new image is on trial.")):
        camera.record["ISP_STATE"] = state
        reload(page)
        page.until(lambda seen, stage=stage: seen["stage"] == stage)
    camera.install()
    camera.boot()
    assert page.verdict()["verdict"] == "done"
    assert len(camera.uploads) == 1
    seen = reload(page)
    assert not seen["verdict"] and seen["state"] == "The last update is confirmed."


def test_a_second_window_attaches_and_sends_nothing(start, browser, image):
    camera, page = start(Stepwise)
    page.start(image)
    assert camera.receives.wait(60)
    first, second = browser.tabs()[0], browser.tab()
    other = Page(browser, camera.url).open()
    seen = other.log_in()
    assert seen["stage"] == "The camera stores the image" and not seen["update"]
    camera.reply.set()
    time.sleep(2)
    camera.install()
    camera.boot()
    seen = other.verdict()
    assert (seen["verdict"], seen["title"]) == ("already", "Done")
    browser.switch(first)
    assert page.verdict()["verdict"] == "done" and len(camera.uploads) == 1
    assert second != first


def test_an_upload_of_another_window_that_is_refused_claims_nothing(start, browser, image):
    camera, page = start(Stepwise)
    camera.record["ISP_STATE"] = "receiving"
    page.until(lambda seen: seen["stage"])
    camera.record["ISP_STATE"] = "confirmed"
    seen = page.until(lambda seen: seen["update"])
    assert not seen["verdict"] and not seen["stage"]


def test_a_double_click_sends_once(start, image):
    camera, page = start(Good)
    page.choose(image)
    page.browser.run("const go = document.getElementById('go'); go.click(); go.click(); go.click()")
    assert page.verdict()["verdict"] == "done" and len(camera.uploads) == 1


class AwayForMinutes(Good):
    def receive(self, request):
        self.begin()
        self.say(request, "OK\n")
        self.go_away()
        self.hang_up(request)
        self.stopping.wait(1.5)  # 5 minutes of the page's time
        self.install()
        self.boot()
        self.come_back()


def test_a_camera_that_comes_back_after_minutes_is_done(start, browser, image):
    camera, page = start(AwayForMinutes, log_in=False)
    browser.tab()
    browser.preload(FAST)
    page.open()
    page.log_in()
    page.start(image)
    assert page.verdict()["verdict"] == "done"


class Away(Good):
    def receive(self, request):
        self.begin()
        self.say(request, "OK\n")
        self.go_away()
        self.hang_up(request)


def test_after_a_gap_it_asks_once_more_before_a_verdict(start, browser, image):
    """A computer that slept for 20 minutes: its first question fails, its next one does not."""
    camera, page = start(Away)
    browser.run("const real = performance.now.bind(performance); window.gap = 0;"
                "performance.now = () => real() + window.gap")
    page.start(image)
    page.until(lambda seen: "for" in seen["stage"] or "Stored safely" in seen["stage"])
    assert camera.is_away.wait(60)
    time.sleep(2)
    browser.run("window.gap = 20 * 60 * 1000")
    time.sleep(3)
    assert not page.look()["verdict"]
    camera.install()
    camera.boot()
    camera.come_back()
    assert page.verdict()["verdict"] == "done"


def test_an_upload_that_stands_still_is_told(start, browser, image):
    browser.tab()
    browser.preload(FAST)
    camera, page = start(Stepwise)
    page.start(image)
    seen = page.until(lambda seen: seen["stalled"])
    assert seen["stalled"].startswith("Nothing has moved for 60 seconds.") and not seen["verdict"]


def test_one_wrong_login_stops_all_windows(start, browser):
    camera, page = start(Good)
    browser.tab()
    other = Page(browser, camera.url).open()
    other.log_in(password="guess")
    assert other.look()["refused"]
    browser.switch(browser.tabs()[0])
    page.until(lambda seen: seen["login"] and seen["refused"])
    count = len(camera.requests)
    time.sleep(7)
    assert len(camera.requests) == count


# -- answers that are none

LOGIN_PAGE = "<!DOCTYPE html><title>Login</title><script>document.title = 'ran'</script><form>"
BAD = {
    "bytes": b"\xff\xfe\x00garbage\x1b[2J",
    "a login page": LOGIN_PAGE.encode(),
    "a line twice": b"ISP_STATE='idle'\nBOOT_ID='1'\nISP_STATE='confirmed'\n",
    "half a record": b"ISP_STATE='confirmed'\nBOOT_ID='1",
    "nothing": b"",
    "far too much": b"ISP_STATE='confirmed'\nBOOT_ID='1'\n" + 40_000 * b"X='y'\n",
}


class Odd(Good):
    answer_bytes = b""

    def status(self, request):
        if not self.answer_bytes:
            super().status(request)
        else:
            self.say(request, self.answer_bytes)


@pytest.mark.parametrize("what", BAD)
def test_an_answer_that_is_none_is_told_as_text(start, what):
    camera, page = start(type("Bad", (Odd,), {"answer_bytes": BAD[what] or b"\n"}))
    seen = page.look()
    assert seen["trouble"].startswith("The camera answers, but not as it should.")
    assert not seen["verdict"] and not seen["update"] and page.browser.run("return document.title") == "ISP update"


class Failing(Good):
    def status(self, request):
        self.fail(request, 500, "ERROR: internal error")


def test_a_status_of_500_is_told(start):
    _, page = start(Failing)
    assert "HTTP 500 ERROR: internal error" in page.look()["trouble"]


class Markup(Good):
    def __init__(self):
        super().__init__()
        self.record.update(CAMERA_ID="<img src=x onerror=alert(1)>", ISP_STATE="constructor",
                           ISP_RESULT="ERROR: <b>bold</b>", ISP_VERSION="<script>1</script>")


def test_what_a_camera_says_is_never_markup(start):
    _, page = start(Markup)
    seen = page.look()
    assert seen["name"] == "<img src=x onerror=alert(1)>" and seen["version"] == "<script>1</script>"
    assert seen["state"] == "This page does not know this state."
    assert page.browser.run("return document.querySelectorAll('img, b, main script').length") == 0


class Framing(Good):
    def answer(self, request):
        if request.path == "/frame":
            self.say(request, '<!DOCTYPE html><iframe src="/">', "text/html")
        else:
            super().answer(request)


def test_it_does_not_run_in_a_frame(start, browser):
    camera, page = start(Framing, log_in=False)
    browser.open(f"{camera.url}frame")
    count = len(camera.requests)
    browser.call("POST", "/frame", {"id": {ELEMENT: browser.find("iframe")}})
    try:
        page.until(lambda seen: seen["trouble"])
        assert "this page does not work inside another one" in page.look()["trouble"]
        assert not page.look()["login"] and len(camera.requests) == count
    finally:
        browser.call("POST", "/frame", {"id": None})


# -- hands, eyes, languages

def test_all_of_it_works_with_the_keyboard_alone(start, browser, image):
    camera, page = start(Good, log_in=False)
    browser.press(["a", *"dmin", TAB, *"123456", ENTER])
    page.until(lambda seen: seen["update"] and seen["focus"] == "name")
    browser.press([TAB])
    assert page.look()["focus"] == "file"
    page.choose(image)
    browser.press([TAB])
    assert page.look()["focus"] == "go"
    browser.press([ENTER])
    assert page.verdict()["focus"] == "verdict-title"
    browser.press([TAB, ENTER])
    page.until(lambda seen: seen["update"])
    browser.press([TAB, TAB, TAB])
    assert page.look()["focus"] == "save"
    browser.press([ENTER])
    assert browser.run("return document.getElementById('dialog').open")
    browser.press([TAB])
    browser.press([ENTER])
    assert not page.look()["verdict"]


LANGUAGES = {"en-US": ("en", "Done"), "de-AT,en": ("de", "Fertig"), "zh-TW,zh,en": ("zh-Hant", "完成"),
             "fr,de": ("de", "Fertig"), "fr": ("en", "Done")}


@pytest.mark.parametrize("wanted", LANGUAGES)
def test_it_speaks_the_language_of_the_browser(start, browser, image, wanted):
    browser.command("Network.setUserAgentOverride", acceptLanguage=wanted,
                    userAgent=browser.run("return navigator.userAgent"))
    try:
        camera, page = start(Good)
        page.start(image)
        seen = page.verdict()
        said = browser.run("return document.documentElement.lang"), seen["title"]
        assert said == LANGUAGES[wanted]
        assert bool(CHINESE.search(seen["text"])) == wanted.startswith("zh")
        assert browser.run("return document.getElementById('verdict-own').lang") == "en"
    finally:
        browser.command("Network.setUserAgentOverride", acceptLanguage="en-US", userAgent="")


def test_every_text_is_in_every_language_and_each_is_used(browser, root):
    browser.open("about:blank")
    # `const` of a script that runs in a function is not seen outside it.
    texts = browser.run((root / "web" / "texts.js").read_text() + "; return {TEXTS, LANGUAGES}")
    script = (root / "web" / "ispup.js").read_text() + (root / "web" / "index.html").read_text()
    table = (root / "tests" / "data" / "verdicts.csv").read_text()
    for key, text in texts["TEXTS"].items():
        parts = text.split("|")
        assert len(parts) == 3 and all(parts), key
        fields = [sorted(re.findall(r"\{\d\}", part)) for part in parts]
        assert fields[0] == fields[1] == fields[2], key
        assert CHINESE.search(parts[2]) or not parts[2].strip("{}0 /12"), key
        if key[:2] in ("r-", "s-"):
            assert key[2:] in table + "rollback confirm restart save", key
        elif key[:2] not in ("a-", "q-"):
            assert re.search(rf'"{key}"|data-t={key}\b', script), key


def states(page, camera, image):
    """Each view of the page, by its name."""
    yield "login"
    page.log_in(password="guess")
    yield "refused"
    page.log_in()
    yield "camera"
    page.choose(image)
    yield "chosen"
    page.browser.click("#save")
    yield "question"
    page.browser.click("#dialog button:not(#yes)")
    page.browser.click("#go")
    assert camera.receives.wait(60)
    page.until(lambda seen: seen["stage"] == "The camera stores the image")
    yield "storing"
    camera.reply.set()
    page.until(lambda seen: "Stored safely" in seen["stage"])
    yield "stored"
    camera.install()
    camera.boot()
    page.verdict()
    yield "done"


def test_320_pixels_are_enough(start, browser, image):
    browser.command("Emulation.setDeviceMetricsOverride", width=320, height=640, mobile=False,
                    deviceScaleFactor=1)
    try:
        camera, page = start(Stepwise, log_in=False)
        for state in states(page, camera, image):
            width = browser.run("return document.documentElement.scrollWidth")
            assert width <= 320, state
    finally:
        browser.command("Emulation.clearDeviceMetricsOverride")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(start, browser, image, axe, theme):
    browser.command("Emulation.setEmulatedMedia",
                    features=[{"name": "prefers-color-scheme", "value": theme}])
    try:
        camera, page = start(Stepwise, log_in=False)
        for state in states(page, camera, image):
            # Through the debugger: the page's policy lets no other script in.
            browser.command("Runtime.evaluate", expression=axe)
            found = browser.run(
                "return axe.run().then(({violations}) => violations.map(one =>"
                "[one.id, one.nodes.map(node => node.target + ' ' + node.failureSummary)]))")
            assert found == [], state
    finally:
        browser.command("Emulation.setEmulatedMedia", features=[])
