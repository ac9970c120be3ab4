# SPDX-License-Identifier: Apache-2.0
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from webdriver import SECONDS, Browser


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    for program in ("chromium", "chromedriver"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed: no browser is tested")
    with Browser(tmp_path_factory.mktemp("browser"), ("--accept-lang=en-US", "--lang=en-US")) as started:
        yield started


@pytest.fixture(scope="session")
def axe(build):
    """axe-core's script, from npm: a fixed version, no script of a package is run."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed: axe-core is not run")
    folder = build / "axe"
    shutil.copytree(Path(__file__).parent / "axe", folder, dirs_exist_ok=True)
    if not (folder / "node_modules").exists():
        done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            pytest.skip(f"npm gets no axe-core: {done.stderr.strip().splitlines()[-1:]}")
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text()


class DemoCamera:
    """`make demo-camera`, with a power button of its own. `said` is its standard output: a line
    with URL, account, password and folder when the camera is on."""

    def __init__(self, process, said):
        self.process = process
        self.until(lambda: said.read_text().endswith("\n"))
        url, account, password, folder = said.read_text().split()
        self.folder = Path(folder)
        self.images = self.folder.parent / "images"
        self.page = f"{url}/cgi-bin/update?USER={account}&PWD={password}&"

    def boot(self):
        """Its boot id; empty while the camera is off."""
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
    said = tmp_path / "said"
    with open(said, "wb") as out:
        process = subprocess.Popen([root / "tools" / "demo-camera", tmp_path / "demo"],
                                   stdin=subprocess.DEVNULL, stdout=out,
                                   stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        yield DemoCamera(process, said)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(SECONDS)
