# SPDX-License-Identifier: Apache-2.0
"""The page of a camera whose state a person has to end, or that is slow to show it."""

import threading

import pytest
from camera_fixture import hook_that_takes_away
from exchange import Ispupd
from gate import until
from page import Page
from paged_camera import Good
from restarts import Restarts


@pytest.fixture
def page(browser, root):
    """Opens the page of a camera under ispupd, and logs in."""
    servers = []

    def make(camera):
        text = camera.configuration.read_text()
        camera.configuration.write_text(text.replace("[server]", f"[server]\npages = {root}/web"))
        servers.append(Ispupd(camera).__enter__())
        browser.forget()
        opened = Page(browser, f"http://127.0.0.1:{servers[0].port}/").open()
        opened.log_in()
        return opened

    yield make
    browser.forget()
    for server in servers:
        server.__exit__()


def test_an_image_on_trial_is_confirmed_while_its_probe_waits(cameras, page):
    camera = cameras("on-trial")
    gate, began = camera.folder / "gate", camera.folder / "began"
    text = camera.configuration.read_text()
    probe = camera.folder / "probe"
    probe.write_text(f"#!/bin/sh\ntouch {began}\nuntil test -e {gate}; do sleep 0.1; done\nexit 1\n")
    probe.chmod(0o755)
    camera.configuration.write_text(text.replace("[settings]", f"[isp]\nprobe = {probe}\ntrial = 1\n\n[settings]"))
    boot = threading.Thread(target=camera.restart)
    boot.start()
    try:
        until(began.exists, "the probe does not run")
        opened = page(camera)
        seen = opened.look()
        assert seen["stage"] == "The new image is on trial.", seen  # at once, before a second answer
        assert "confirm" in seen["orders"]
        opened.order("confirm")
        seen = opened.verdict()
        assert (seen["title"], seen["text"]) == ("Done", "The camera runs this image."), seen
    finally:
        gate.touch()
        boot.join()
    # The probe failed afterwards: the image stays.
    status = camera.status()
    assert (status["ISP_STATE"], status["ISP_VERSION"]) == ("confirmed", "V1.01.00")


def test_a_camera_that_gave_up_is_repaired_by_an_update(cameras, page, workshop, tmp_path):
    camera = cameras("one-bank")
    bank = camera.folder / "flash" / "firmware.0"
    hold = hook_that_takes_away(bank)
    text = camera.configuration.read_text()
    camera.configuration.write_text(text.replace("[settings]", f"[isp]\nhold = {hold}\n\n[settings]"))
    image, newer = (tmp_path / f"ISP-U-0300-{version}.bin" for version in ("V1.01.00", "V1.02.00"))
    for path in (image, newer):
        path.write_bytes(workshop.image(path.stem[-8:], firmware=3000))
    camera.command("install", image, check=False)
    assert camera.is_asked_to_restart()
    for boot in range(6):
        (camera.folder / "ram" / "boot-id").write_text(f"boot {boot}\n")
        camera.command("recover", check=False)
    (camera.folder / "restarted").unlink()
    hold.write_text("#!/bin/sh\nexit 0\n")
    bank.rmdir()
    opened = page(camera)
    seen = opened.look()
    assert seen["state"] == "The camera needs an update." and seen["update"] and not seen["stage"], seen
    with Restarts(camera):
        opened.start(newer)
        seen = opened.verdict()
    assert seen["verdict"] == "done", seen
    assert camera.status()["ISP_VERSION"] == "V1.02.00"


class Unheard(Good):
    """Has all bytes of the upload, and shows nothing of it until the test lets it."""

    def __init__(self):
        self.has_all, self.goes_on = threading.Event(), threading.Event()
        self.is_silent = False
        super().__init__()

    def answer(self, request):
        if self.is_silent and request.method == "GET":
            self.hang_up(request)
        else:
            super().answer(request)

    def receive(self, request):
        self.has_all.set()
        assert self.goes_on.wait(60)
        super().receive(request)


def test_what_is_sent_is_stored_when_the_camera_says_so(browser, workshop, tmp_path):
    image = tmp_path / "ISP-U-0300-V1.01.00.bin"
    image.write_bytes(workshop.image("V1.01.00", firmware=200_000))
    camera = Unheard()
    try:
        browser.forget()
        opened = Page(browser, camera.url).open()
        opened.log_in()
        opened.start(image)
        assert camera.has_all.wait(60)
        seen = opened.until(lambda seen: seen["numbers"].startswith("For "))
        assert seen["stage"] == "Sending the image" and not seen["trouble"]
        camera.is_silent = True
        opened.until(lambda seen: seen["trouble"] == "The camera does not answer.")
        camera.is_silent = False
        opened.until(lambda seen: not seen["trouble"])
        camera.record["ISP_STATE"] = "receiving"
        opened.until(lambda seen: seen["stage"] == "The camera stores the image")
    finally:
        camera.goes_on.set()
        browser.forget()
        camera.stop()
