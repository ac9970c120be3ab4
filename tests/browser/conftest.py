# SPDX-License-Identifier: Apache-2.0
import os
import shutil
import signal
import subprocess
import time

import pytest
from webdriver import SECONDS, Browser


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    for program in ("chromium", "chromedriver"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed: no browser is tested")
    with Browser(tmp_path_factory.mktemp("browser")) as started:
        yield started


class DemoCamera:
    """`make demo-camera`, with a power button of its own."""

    def __init__(self, process, folder):
        self.process, self.folder = process, folder
        self.page = self.wait_for_page()
        self.images = folder / "images"

    def wait_for_page(self):
        place = self.folder / "url"
        self.until(lambda: place.exists() and place.read_text().endswith("\n"))
        return place.read_text().strip() + "/cgi-bin/update?USER=admin&PWD=123456&"

    def boot(self):
        """Its boot id; empty while it is off."""
        try:
            return (self.folder / "ram" / "boot-id").read_text().strip()
        except FileNotFoundError:
            return ""

    def until(self, condition):
        deadline = time.monotonic() + SECONDS
        while not condition():
            assert self.process.poll() is None and time.monotonic() < deadline
            time.sleep(0.02)


@pytest.fixture
def demo_camera(root, build, tmp_path):
    if build != root / "build":
        pytest.skip("the demo runs what is in build/")
    process = subprocess.Popen([root / "tools" / "demo-camera", tmp_path / "demo"],
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        yield DemoCamera(process, tmp_path / "demo")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(SECONDS)
