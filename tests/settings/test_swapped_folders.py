# SPDX-License-Identifier: Apache-2.0
"""The owner of the settings swaps their folders for links while root saves them. Root makes,
overwrites, reads and deletes nothing outside of them."""

import os
import shutil
import subprocess
import time

import pytest
from camera_fixture import contents
from swapper import can_swap, swapping

ROUNDS = 20
MINUTE = "SWAPPING_SECONDS"  # `make check-tools` sets it: the test then repeats for this long
OWNER = 1000
FILES = 300

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root, who saves another user's settings"),
    pytest.mark.skipif(not can_swap(),
                       reason="this C library has no renameat2"),
]


def names(count=FILES):
    return [f"f{i:04}" for i in range(count)]


def fill(folder, what, owner):
    folder.mkdir()
    for name in names():
        (folder / name).write_text(f"{what} {name}\n")
        os.chown(folder / name, owner, owner)
    os.chown(folder, owner, owner)


class Attacked:
    """A camera whose settings belong to OWNER, and a folder beside them that only root may
    enter."""

    def __init__(self, camera):
        self.camera = camera
        self.live = camera.folder / "ram" / "settings"
        self.saved = camera.folder / "saved" / "settings"
        self.victim = camera.folder / "victim"
        for folder in (camera.folder, *camera.folder.parents):
            if os.stat(folder).st_uid == 0 and os.stat(folder).st_mode & 0o777 == 0o700:
                folder.chmod(0o711)
        self.put(self.live)
        self.put(self.saved)

    def put(self, place):
        shutil.rmtree(place)
        place.mkdir()
        os.chown(place, OWNER, OWNER)
        fill(place / "d", "setting", OWNER)

    def save(self):
        environment = {"REQUEST_METHOD": "GET", "QUERY_STRING": "SAVE", "REMOTE_ADDR": "127.0.0.1",
                       "REMOTE_USER": "admin", "AUTH_TYPE": "Basic",
                       "HTTP_SEC_FETCH_SITE": "same-origin",
                       "ISPUP_CONFIG": str(self.camera.configuration)}
        return subprocess.run([self.camera.build / "src" / "cgi-bin" / "system"], env=environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=60).stdout

    def swapped(self, places):
        """Saves once while the owner swaps these folders; returns the reply."""
        with swapping(OWNER, self.victim, places):
            return self.save()

    def beside(self, ending):
        return self.saved.with_name(self.saved.name + ending)


@pytest.fixture
def attacked(cameras):
    return Attacked(cameras())


def rounds():
    """The number of rounds, or rounds for as long as the environment says."""
    seconds = float(os.environ.get(MINUTE, 0)) / 4
    end = time.monotonic() + seconds
    done = 0
    while done < ROUNDS or time.monotonic() < end:
        yield done
        done += 1


def owners_and_contents(folder):
    facts = {path.name: (path.lstat().st_uid, path.lstat().st_mode) for path in folder.iterdir()}
    return facts, contents(folder)


def assert_victim_stays(attacked, places):
    before = owners_and_contents(attacked.victim)
    for _ in rounds():
        reply = attacked.swapped(places)
        assert owners_and_contents(attacked.victim) == before, reply
        attacked.put(attacked.saved)


def test_nothing_is_made_elsewhere(attacked):
    attacked.victim.mkdir(mode=0o755)
    assert_victim_stays(attacked, [attacked.beside(".save")])


def test_nothing_is_overwritten_elsewhere(attacked):
    fill(attacked.victim, "root's", 0)
    for name in names()[:FILES // 2]:
        (attacked.victim / name).unlink()
    assert_victim_stays(attacked, [attacked.beside(".save")])


def test_nothing_is_deleted_elsewhere(attacked):
    fill(attacked.victim, "root's", 0)
    assert_victim_stays(attacked, [attacked.saved, attacked.beside(".was")])


def test_nothing_is_read_from_elsewhere(attacked):
    fill(attacked.victim, "secret", 0)
    for path in attacked.victim.iterdir():
        path.chmod(0o600)
    for _ in rounds():
        attacked.swapped([attacked.live])
        read = {name: what for name, what in contents(attacked.saved).items()
                if what[0] == "file" and what[1].startswith(b"secret")}
        assert read == {}
        attacked.put(attacked.live)
