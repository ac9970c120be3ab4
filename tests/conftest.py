# SPDX-License-Identifier: Apache-2.0
"""What all tests of the built programs share. ISPUP_BUILD names another build folder."""

import os
import shutil
import signal
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from camera_fixture import ACCOUNTS, ONE_BANK, TWO_BANKS, Camera, Workshop
from leftover import no_process_stays  # noqa: F401 a fixture

ROOT = Path(__file__).resolve().parent.parent

# The tests may run in the background or under nohup. Signals that are ignored there would stay
# ignored in the programs, which heed that.
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, signal.SIG_DFL)
FACTORY_SIZES = {"firmware": 3000, "device_resource": 1500, "hardware": 700}


@pytest.fixture(scope="session")
def root():
    """The folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def build():
    """The build folder: programs are in its src/."""
    return Path(os.environ.get("ISPUP_BUILD", ROOT / "build")).resolve()


@pytest.fixture(scope="session")
def open_build(build):
    """A copy of the build folder's programs that every user can reach, wherever the tree is, and
    whose path has no blank: boot scripts and units take words."""
    with tempfile.TemporaryDirectory(prefix="ispup-build-") as folder:
        os.chmod(folder, 0o755)
        for path in (build / "src").rglob("*"):
            if path.is_file() and path.stat().st_mode & 0o100:
                copy = Path(folder) / path.relative_to(build)
                copy.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
                shutil.copy(path, copy)
        yield Path(folder)


@pytest.fixture(scope="session")
def workshop(tmp_path_factory, build):
    return Workshop(tmp_path_factory.mktemp("workshop"), build)


@pytest.fixture(scope="session")
def factory(tmp_path_factory, build, workshop):
    """A camera of each kind: new (no journal yet), furnished (adopted, two banks), one-bank, on-trial."""
    folder = tmp_path_factory.mktemp("factory")
    image, newer = (folder / f"ISP-U-0300-{version}.bin" for version in ("V1.00.00", "V1.01.00"))
    image.write_bytes(workshop.image(**FACTORY_SIZES))
    newer.write_bytes(workshop.image("V1.01.00", **FACTORY_SIZES))
    made = SimpleNamespace()
    for kind, firmware in (("new", TWO_BANKS), ("furnished", TWO_BANKS), ("one-bank", ONE_BANK),
                           ("on-trial", TWO_BANKS)):
        camera = Camera(tmp_path_factory.mktemp(kind), build, firmware).furnish(ACCOUNTS)
        if kind != "new":
            camera.command("adopt", image)
        if kind == "on-trial":
            camera.command("install", newer)
            assert camera.is_asked_to_restart()
            (camera.folder / "restarted").unlink()
        setattr(made, kind.replace("-", "_"), camera)
    return made


@pytest.fixture
def cameras(factory, build, tmp_path):
    """Makes a fresh camera of a kind at each call. The cameras are removed after each test,
    because there are thousands of them."""
    count = 0

    def make(kind="furnished", replace=()):
        nonlocal count
        count += 1
        folder = tmp_path / f"camera-{count}"
        shutil.copytree(getattr(factory, kind.replace("-", "_")).folder, folder)
        return Camera(folder, build, ONE_BANK if kind == "one-bank" else TWO_BANKS,
                      replace=replace)

    yield make
    for folder in tmp_path.glob("camera-*"):
        shutil.rmtree(folder, ignore_errors=True)
