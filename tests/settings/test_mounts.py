# SPDX-License-Identifier: Apache-2.0
"""Mounts among the settings, and settings that cannot be renamed. `doctor` names them, an update
is refused before anything changes, and no mount is crossed."""

import os
import subprocess
import uuid

import pytest
from namespace import may_mount

pytestmark = pytest.mark.skipif(os.geteuid() != 0 or not may_mount(),
                                reason="file systems cannot be mounted here")

BIND = 'mount --bind "$1" "$2" && shift 2 && exec "$@"'
# The lower layer holds the old files.
OVERLAY = """
mount -t tmpfs none "$1" && mkdir "$1/upper" "$1/work" &&
mount -t overlay none -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" "$2" &&
shift 2 && exec "$@"
"""
SAVE = {"REQUEST_METHOD": "GET", "QUERY_STRING": "USER=admin&PWD=123456&SAVE",
        "REMOTE_ADDR": "127.0.0.1"}


class Mounted:
    """A camera whose programs run in a mount namespace that a script prepares."""

    def __init__(self, camera, script, *arguments):
        self.camera = camera
        self.before = ["unshare", "--mount", "sh", "-c", script, "sh", *map(str, arguments)]

    def run(self, *words, **environment):
        return subprocess.run([*self.before, *map(str, words)], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60,
                              env={"PATH": os.environ["PATH"], **environment})

    def command(self, *words):
        return self.run(self.camera.build / "src" / "ispup-camera" / "ispup-camera", "-c",
                        self.camera.configuration, *words)

    def save(self):
        done = self.run(self.camera.build / "src" / "cgi-bin" / "system", **SAVE,
                        ISPUP_CONFIG=str(self.camera.configuration))
        return done.stdout.splitlines()[-1]

    def doctor(self):
        """The lines about the settings."""
        return [line for line in self.command("doctor").stdout.splitlines()
                if ": settings: " in line]


@pytest.fixture
def card(tmp_path):
    folder = tmp_path / "card"
    folder.mkdir()
    (folder / "key.pem").write_text("x\n")
    return folder


@pytest.fixture
def image(workshop, tmp_path):
    path = tmp_path / "ISP-U-0300-V1.02.00.bin"
    path.write_bytes(workshop.image("V1.02.00"))
    return path


@pytest.mark.parametrize("place", ["saved/settings", "ram/settings"])
@pytest.mark.parametrize("what", ["folder", "file"])
def test_a_mount_inside_refuses_save_and_update(cameras, card, image, place, what):
    camera = cameras()
    source, target = card, camera.folder / place / "card"
    for folder in ("saved/settings", "ram/settings"):
        (camera.folder / folder / "card").mkdir()
    if what == "file":
        source, target = card / "key.pem", camera.folder / place / "picture.conf"
    note = camera.note()
    mounted = Mounted(camera, BIND, source, target)
    named = f"{target}: is a mount point: unmount it, or move it out of the settings"
    assert mounted.save() == f"ERROR: settings: {named}"
    assert named in mounted.command("install", image).stderr
    assert note.changes() == set()
    assert mounted.doctor() == [f"error: settings: {named}"]
    assert (card / "key.pem").read_text() == "x\n"


def test_what_is_mounted_in_older_settings_stays(cameras, card):
    """Neither a confirmation nor a SAVE removes it."""
    camera = cameras("on-trial")
    target = camera.folder / "saved" / "settings.old" / "card"
    camera.restart()
    target.mkdir()
    done = Mounted(camera, BIND, card, target).command("confirm")
    assert (card / "key.pem").read_text() == "x\n", done
    assert Mounted(camera, BIND, card, target).save().startswith("ERROR: settings: ")
    assert (card / "key.pem").read_text() == "x\n"


def test_a_rollback_stops_at_a_mount_and_a_boot_without_it_goes_on(cameras, card):
    """What is mounted during a trial lies in the settings that the rollback removes."""
    camera = cameras("on-trial")
    (camera.folder / "ram" / "boot-id").write_text(f"{uuid.uuid4()}\n")
    camera.command("recover")
    target = camera.folder / "saved" / "settings" / "card"
    target.mkdir()
    done = Mounted(camera, BIND, card, target).command("rollback")
    moved = camera.folder / "saved" / "settings.new" / "card"
    assert f"ERROR: settings: {moved}: is a mount point, unmount it" in done.stderr
    assert (card / "key.pem").read_text() == "x\n"
    assert camera.status()["ISP_STATE"] == "rolling-back"
    camera.command("recover")
    assert camera.status()["ISP_STATE"] == "rolled-back"
    assert not moved.parent.exists()
    assert (card / "key.pem").read_text() == "x\n"


def test_live_settings_may_be_a_mount(cameras, card):
    camera = cameras()
    mounted = Mounted(camera, BIND, card, camera.folder / "ram" / "settings")
    assert mounted.save() == "OK"
    assert (camera.folder / "saved" / "settings" / "key.pem").read_text() == "x\n"
    assert mounted.doctor()[0].startswith(("ok: ", "warning: "))


def test_saved_settings_that_are_a_mount_are_refused(cameras, card, image):
    camera = cameras()
    saved = camera.folder / "saved" / "settings"
    note = camera.note()
    mounted = Mounted(camera, BIND, card, saved)
    named = f"{saved} is a mount point, which cannot be renamed: name a folder in it"
    assert mounted.save() == f"ERROR: settings: {named}"
    assert named in mounted.command("install", image).stderr
    assert note.changes() == set()
    assert mounted.doctor() == [f"error: settings: {named}"]


@pytest.fixture
def overlaid(cameras, tmp_path):
    """A camera whose saved settings lie in the lower layer of overlayfs."""
    camera = cameras()
    scratch = tmp_path / "layers"
    scratch.mkdir()
    mounted = Mounted(camera, OVERLAY, scratch, camera.folder / "saved")
    if mounted.run("true").returncode != 0:
        pytest.skip("no overlayfs here")
    return mounted


def test_settings_that_overlayfs_does_not_rename_refuse_before_the_commit(overlaid, image):
    camera = overlaid.camera
    saved = camera.folder / "saved" / "settings"
    named = f"cannot rename {saved} to "
    note = camera.note()
    assert named in overlaid.command("install", image).stderr
    assert note.changes() == set()
    [line] = overlaid.doctor()
    assert line.startswith(f"error: settings: {named}")


def test_settings_that_overlayfs_renames_are_saved(overlaid):
    """A folder that was made in the upper layer can be renamed."""
    for path in (overlaid.camera.folder / "saved" / "settings").iterdir():
        path.unlink()
    (overlaid.camera.folder / "saved" / "settings").rmdir()
    words = [overlaid.camera.build / "src" / "cgi-bin" / "system"]
    done = overlaid.run("sh", "-c", '"$1" | tail -1; "$1" | tail -1; shift; "$@"', "sh", *words,
                        overlaid.camera.build / "src" / "ispup-camera" / "ispup-camera", "-c",
                        overlaid.camera.configuration, "doctor", **SAVE,
                        ISPUP_CONFIG=str(overlaid.camera.configuration))
    lines = done.stdout.splitlines()
    assert lines[:2] == ["OK", "OK"]
    assert not [line for line in lines if line.startswith("error: settings")]
