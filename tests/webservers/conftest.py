# SPDX-License-Identifier: Apache-2.0
"""A camera that another web server serves. If the tests run as root, the servers run as www-data,
with the rights that they have in a real camera."""

import os
import pwd
import shutil
import tempfile
import time
from pathlib import Path

import pytest
from camera_fixture import ACCOUNTS, TWO_BANKS, Camera, Workshop
from session import session_read
from web_server import WEB_SERVERS

SIZES = {"firmware": 3000, "device_resource": 1500, "hardware": 700}
SERVER_USER = "www-data"


class Owner:
    """The owner of the camera's files, and the user of the server."""

    def __init__(self):
        self.name = SERVER_USER if os.geteuid() == 0 else None
        if self.name is not None:
            facts = pwd.getpwnam(self.name)
            self.uid, self.gid = facts.pw_uid, facts.pw_gid

    def options(self):
        """The keyword arguments of subprocess.Popen."""
        if self.name is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def take(self, folder):
        if self.name is None:
            return
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


@pytest.fixture(params=WEB_SERVERS, ids=lambda kind: kind.name)
def kind(request):
    """Each web server in turn."""
    return request.param


@pytest.fixture(scope="session")
def owner():
    return Owner()


@pytest.fixture
def place():
    """A folder that other users can reach: those of pytest are for the tests' user alone."""
    folder = Path(tempfile.mkdtemp(prefix="ispup-"))
    folder.chmod(0o755)
    yield folder
    remove(folder)


def remove(folder):
    """Tries again if a file was just made in it: a restart's command may end at any time."""
    for _ in range(1000):
        try:
            shutil.rmtree(folder)
            return
        except OSError:
            time.sleep(0.01)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def workshop(tmp_path_factory, build):
    return Workshop(tmp_path_factory.mktemp("workshop"), build)


@pytest.fixture(scope="session")
def requests(root, workshop):
    """The bytes of a session of tests/wire/, by its path there."""
    def read(name, **image):
        session = session_read(root / "tests" / "wire" / name)
        return session.request(session.variants[0],
                               lambda options: workshop.image(**(image or options_of(options))))
    return read


def options_of(options):
    return {name: int(value) if value.isdigit() and name != "platform" else value
            for name, value in options.items()}


@pytest.fixture
def make_camera(place, build, workshop):
    """Adopted in the factory, two banks for the firmware; for now only the tests' user can use
    it."""
    def make(replace=()):
        folder = place / "camera"
        folder.mkdir()
        camera = Camera(folder, build, TWO_BANKS, replace=replace).furnish(ACCOUNTS)
        image = folder / "ISP-U-0300-V1.00.00.bin"
        image.write_bytes(workshop.image(**SIZES))
        camera.command("adopt", image)
        return camera
    return make


@pytest.fixture
def programs(place, build):
    """`update` and `system` in a folder from which the server's user can run them."""
    folder = place / "cgi-bin"
    folder.mkdir()
    for name in ("update", "system"):
        shutil.copy(build / "src" / "cgi-bin" / name, folder)
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture
def serve(place, programs, owner, request):
    """Starts a web server for a camera; the camera's files are given to the server's user."""
    def start(kind, camera, changes=()):
        missing = kind.missing()
        if missing:
            pytest.skip(f"NOT TESTED under {kind.name}: no {' and no '.join(missing)} here")
        owner.take(camera.folder)
        server = kind(place / "site", programs, camera, owner)
        server.changes = list(changes)
        server.__enter__()
        request.addfinalizer(camera.settle)
        request.addfinalizer(server.stop)
        return server
    return start
