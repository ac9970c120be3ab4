# SPDX-License-Identifier: Apache-2.0
"""`ispup-camera doctor`: one thing wrong, one line that says so and what to mend; nothing written."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from camera_fixture import ONE_BANK, Camera, hook_that_takes_away

HEALTHY = [
    ("work = work", "work = work\njournal = required"),
    ("[settings]", "[isp]\nprobe = /bin/true\n\n[settings]"),
    ("signature = off", "keys = keys"),
]
NOBODY = 65534


def doctor(camera, **options):
    done = subprocess.run(
        [camera.build / "src/ispup-camera/ispup-camera", "-c", camera.configuration, "doctor"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, **options)
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert all(line.split(": ")[0] in ("ok", "warning", "error") for line in lines), lines
    assert done.returncode == any(line.startswith("error: ") for line in lines), lines
    return lines


def ill(lines):
    return [line for line in lines if not line.startswith("ok: ")]


@pytest.fixture
def healthy(cameras, build, tmp_path):
    """A camera of a kind as a product has it, that has just been started."""
    subprocess.run([build / "src/ispup/ispup", "keygen", "-o", tmp_path / "vendor"], check=True,
                   stdin=subprocess.DEVNULL, capture_output=True)

    def make(kind="furnished", replace=()):
        camera = cameras(kind, replace=[*HEALTHY, *replace])
        keys = camera.folder / "keys"
        keys.mkdir(mode=0o755)
        shutil.copy(tmp_path / "vendor.public.pem", keys / "vendor.pem")
        shutil.rmtree(camera.folder / "ram" / "run", ignore_errors=True)
        camera.command("recover")
        return camera

    return make


def everything(folder):
    """What a write would change: names, kinds, modes, times, bytes."""
    found = {}
    for path in sorted(folder.rglob("*")):
        facts = path.lstat()
        found[str(path.relative_to(folder))] = (facts.st_mode, facts.st_mtime_ns, facts.st_ctime_ns,
                                                path.read_bytes() if path.is_file() else None)
    return found


@pytest.mark.parametrize("kind", ["furnished", "one-bank"])
def test_a_healthy_camera_has_no_error_and_is_left_as_it_is(healthy, kind):
    camera = healthy(kind)
    before = everything(camera.folder)
    lines = doctor(camera)
    # The tests' folder is wholly in RAM, or not at all.
    assert [line for line in ill(lines) if "lie in RAM" not in line and "lies in RAM" not in line
            ] == []
    assert "ok: boot order: recover ran first" in lines
    assert "ok: journal: idle" in lines
    assert everything(camera.folder) == before


def test_a_camera_without_run_folder_and_banks_is_left_as_it_is(cameras):
    camera = cameras("new")
    shutil.rmtree(camera.folder / "ram" / "run", ignore_errors=True)
    (camera.folder / "flash" / "hardware").unlink()
    before = everything(camera.folder)
    lines = doctor(camera)
    assert any("hardware 0:" in line and line.endswith("the first update makes it")
               for line in lines)
    assert any(line.startswith("warning: journal: none, as on a new camera") for line in lines)
    assert any(line.startswith("warning: boot order: no trace of recover") for line in lines)
    assert everything(camera.folder) == before

RUNNING = os.path.realpath(sys.executable)


def replaced(old, new):
    def break_it(camera):
        text = camera.configuration.read_text()
        assert old in text
        camera.configuration.write_text(text.replace(old, new))
    return break_it


def written(name, data):
    return lambda camera: (camera.folder / name).write_bytes(data)


def torn_journal(camera):
    for path in (camera.folder / "work").glob("journal.*"):
        path.write_bytes(b"torn")


def link_live(camera):
    live = camera.folder / "ram" / "settings"
    live.rename(camera.folder / "ram" / "moved")
    live.symlink_to("moved")


def socket_among_settings(camera):
    live = os.open(camera.folder / "ram" / "settings", os.O_PATH)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"/proc/self/fd/{live}/socket")
    os.close(live)


def update_not_counted(camera):
    install(camera)
    camera.command("recover")
    (camera.folder / "ram" / "boot-id").write_text("another boot\n")


def given_up(camera):
    """The flash goes when the update is committed, and comes back when it is too late."""
    bank = camera.folder / "flash" / "hardware"
    before = bank.read_bytes()
    hold = hook_that_takes_away(bank)
    replaced("probe = /bin/true", f"hold = {hold}\nprobe = /bin/true")(camera)
    install(camera, 70)
    # The third boot turns back: it and two more try the way back.
    for _ in range(5):
        assert camera.command("recover", check=False).returncode == 4
    bank.rmdir()
    bank.write_bytes(before)


def install(camera, status=0):
    replaced("keys = keys", "signature = off")(camera)
    image = camera.folder / "ISP-U-0300-V1.01.00.bin"
    image.write_bytes(camera.workshop.image("V1.01.00", hardware=700))
    assert camera.command("install", image, check=False).returncode == status
    camera.settle()
    assert camera.is_asked_to_restart()


@pytest.mark.parametrize("break_it, said", [
    (replaced("platform = 0300", "platform-file = /nowhere"), "platform: cannot open /nowhere"),
    (written("accounts", b"viewer:user:*\n"), "accounts: nobody may update: none of level root"),
    (written("accounts", b"admin:root:plain\n"), "accounts: {folder}/accounts: line 1: not a hash"),
    (lambda c: (c.folder / "accounts").unlink(), "run ispup-camera account add NAME --level root"),
    (lambda c: shutil.rmtree(c.folder / "keys"), "keys: cannot open key folder {folder}/keys"),
    (lambda c: (c.folder / "keys/vendor.pem").unlink(), "keys: no image can be taken: no public"),
    (lambda c: shutil.rmtree(c.folder / "work"), "work folder: folder {folder}/work is not there"),
    (torn_journal, "journal: lost: check that the work folder is mounted, then run ispup-camera"),
    (lambda c: (c.folder / "ram/boot-id").unlink(), "boot order: {folder}/ram/boot-id has no boot"),
    (update_not_counted, "boot order: recover did not run at this boot"),
    (given_up, "journal: update 1 is rolling-back and was given up (ERROR: internal error: given "),
    (written("flash/firmware.0", b"x" * 3000),
     "flash: firmware 0: file:{folder}/flash/firmware.0,block=4K,size=64K does not hold what the "
     "journal says: install an image again"),
    (replaced("file:flash/hardware", "nor:flash/hardware"),
     "flash: hardware 0: bank nor:flash/hardware"),
    (replaced("file:flash/hardware", "file:nowhere/hardware"),
     "flash: hardware 0: cannot open {folder}/nowhere: No such file or directory: correct [flash], "
     "mount or install what it names, or give its user the right to read it"),
    (replaced("file:flash/hardware,block=4K,size=64K", "command:/nowhere/loader"),
     "flash: hardware 0: /nowhere/loader: cannot be run: No such file or directory: correct [flash], "
     "mount or install what it names"),
    (replaced("file:flash/hardware,block=4K,size=64K", "mtd:isp-none"),
     "flash: hardware 0: mtd:isp-none: "),
    # A file that can be read, and that nobody may write: it is being run.
    (replaced("file:flash/firmware.1,block=4K,size=64K", f"file:{RUNNING},block=4K,size=64M"),
     f"flash: firmware 1: cannot open {RUNNING}: Text file busy: mount it for writing, or give its user"),
    (replaced("probe = /bin/true", "probe = /nowhere/probe"), "hooks: /nowhere/probe: No such file"),
    (replaced("probe = /bin/true", "hold = /etc/passwd"), "hooks: /etc/passwd cannot be run: chmod"),
    (replaced("command = /", "command = /nowhere/"), "restart: /nowhere/"),
    (lambda c: shutil.rmtree(c.folder / "ram/settings"), "settings: {folder}/ram/settings: No such"),
    (link_live, "settings: {folder}/ram/settings is a link"),
    (socket_among_settings, "settings: {folder}/ram/settings/socket"),
    (lambda c: shutil.rmtree(c.folder / "saved"), "settings: folder {folder}/saved is not there"),
    (replaced("saved = saved/settings", "saved = /proc"), "settings: /proc is a mount point"),
])
def test_an_error_is_told_once_and_nothing_is_written(healthy, workshop, break_it, said):
    camera = healthy()
    camera.workshop = workshop
    break_it(camera)
    before = everything(camera.folder)
    errors = [line for line in doctor(camera) if line.startswith("error: ")]
    assert len(errors) == 1, errors
    assert said.format(folder=camera.folder) in errors[0]
    assert everything(camera.folder) == before


def saved_before_recover(camera):
    log = camera.folder / "ram" / "run" / "log"
    log.write_text("system: SAVE by admin\n" + log.read_text())


def saved_before_recover_long_ago(camera):
    saved_before_recover(camera)
    run_folder = camera.folder / "ram" / "run"
    (run_folder / "log").rename(run_folder / "log.old")


@pytest.mark.parametrize("break_it, said", [
    (replaced("keys = keys", "signature = off"), "keys: signature = off takes every image"),
    (written("keys/other.pem", b"-----BEGIN CERTIFICATE-----\n"), "keys: key skipped: {folder}/keys/other.pem: "),
    (lambda c: (c.folder / "accounts").chmod(0o604), "accounts: {folder}/accounts can be read by"),
    (lambda c: (c.folder / "keys/vendor.pem").chmod(0o666),
     "rights: {folder}/keys/vendor.pem: others than root can write it (chmod go-w): programs"),
    (replaced("journal = required\n", ""), "journal: a work folder that is not mounted would"),
    (install, "journal: update 1 is installed and not started yet: restart the camera"),
    (saved_before_recover, "boot order: recover ran, but not first"),
    (saved_before_recover_long_ago, "boot order: recover ran, but not first"),
    (lambda c: (c.folder / "ram/run/log").unlink(), "boot order: no trace of recover"),
    (replaced("probe = /bin/true", "trial = 5"), "hooks: no probe"),
    (replaced("live = ram/settings\nsaved = saved/settings\n", ""), "settings: nothing is saved"),
    (replaced("live = ram/settings\nsaved = saved/settings\n", "save-command = /bin/true\n"),
     "settings: /bin/true saves them: a rollback does not bring the old ones back"),
    (replaced("work = work\njournal = required", "work = /dev/shm"),
     "work folder: /dev/shm lies in RAM"),
])
def test_a_warning_is_told_and_nothing_is_written(healthy, workshop, break_it, said):
    camera = healthy()
    camera.workshop = workshop
    break_it(camera)
    before = everything(camera.folder)
    lines = doctor(camera)
    assert [line for line in lines if line.startswith("error: ")] == []
    assert any(line.startswith("warning: " + said.format(folder=camera.folder)) for line in lines), \
        lines
    assert everything(camera.folder) == before


def test_a_restart_that_nobody_does_is_a_warning(healthy):
    camera = healthy()
    text = camera.configuration.read_text().splitlines()
    text = ["command = none" if line.startswith("command = ") else line for line in text]
    camera.configuration.write_text("\n".join(text) + "\n")
    assert any(line.startswith("warning: restart: none") for line in doctor(camera))


def test_a_mistake_in_the_configuration_is_told_with_its_line(healthy):
    camera = healthy()
    replaced("[flash]", "[flash]\ncolour = red")(camera)
    assert doctor(camera) == [f"error: configuration: {camera.configuration}: line 11: "
                              "unknown key colour in [flash]: correct or remove it"]


def test_room_is_asked_for_the_next_image_and_a_copy(healthy, tmp_path):
    camera = healthy("one-bank")
    # A sparse file: the banks seem larger than the disk has room.
    room = shutil.disk_usage(tmp_path).free
    shutil.rmtree(camera.folder / "work")
    (camera.folder / "work").mkdir()
    bank = camera.folder / "flash" / "firmware.0"
    for size, keep, found in ((room * 3 // 4, "auto", "warning: room: work folder: needs"),
                              (room * 3 // 4, "required", "error: room: work folder: needs"),
                              (room * 2, "auto", "error: room: work folder: needs")):
        camera.write_configuration(ONE_BANK.replace("4K,size=64K", "16M"), 0, [
            *HEALTHY, ("required", "optional"), ("[flash]", f"[flash]\nkeep-old = {keep}")])
        with bank.open("wb") as file:
            file.truncate(size)
        assert any(line.startswith(found) for line in doctor(camera))


def test_room_is_asked_for_what_a_loader_takes_though_it_has_two_banks(healthy, tmp_path):
    """A loader's image waits in the work folder until it is whole."""
    camera = healthy()
    shutil.rmtree(camera.folder / "work")
    (camera.folder / "work").mkdir()
    banks = "file:flash/firmware.0,block=16M command:/bin/true"
    camera.write_configuration(banks, 0, [*HEALTHY, ("required", "optional")])
    with (camera.folder / "flash" / "firmware.0").open("wb") as file:
        file.truncate(shutil.disk_usage(tmp_path).free * 2)
    assert any(line.startswith("error: room: work folder: needs") for line in doctor(camera))


def test_no_room_is_asked_for_a_copy_of_what_cannot_be_read(healthy):
    camera = healthy()
    others = [(f"{name} = file:flash/{name},block=4K,size=64K\n", "")
              for name in ("device-resource", "hardware")]
    camera.write_configuration("command:/bin/true", 0, [*HEALTHY, *others])
    assert "ok: room: for an image as the present one" in doctor(camera)


def test_an_image_on_trial_is_fine(healthy, workshop):
    camera = healthy()
    camera.workshop = workshop
    install(camera)
    camera.command("recover")
    assert "ok: journal: update 1 is on trial, boot 1 of 2" in doctor(camera)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
def test_nobody_is_told_what_he_may_not(healthy, tmp_path):
    folder = Path(tempfile.mkdtemp())
    try:
        camera = healthy("one-bank")
        shutil.copytree(camera.folder, folder / "camera")
        camera = Camera(folder / "camera", camera.build, ONE_BANK, replace=HEALTHY)
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
        (camera.folder / "accounts").chmod(0o600)
        lines = doctor(camera, user=NOBODY, group=NOBODY, extra_groups=[])
    finally:
        shutil.rmtree(folder)
    errors = "\n".join(line for line in lines if line.startswith("error: "))
    for said in ("accounts: cannot open", "run folder: folder", "work folder: folder",
                 "flash: firmware 0: cannot open", "settings: folder"):
        assert f"error: {said}" in errors
    assert "warning: user: not root" in "\n".join(lines)
