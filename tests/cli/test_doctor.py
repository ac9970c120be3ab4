# SPDX-License-Identifier: Apache-2.0
"""`ispup-camera doctor`: for one fault one line that names it and its remedy; nothing is
written."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from camera_fixture import ONE_BANK, Camera, hook_that_takes_away
from doctor_lines import (HEALTHY, doctor, doctor_that_only_reads, ill, one_error, replaced, script,
                          written)

NOBODY = 65534
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="doctor tells another user than root other lines")


@needs_root
@pytest.mark.parametrize("kind", ["furnished", "one-bank"])
def test_a_healthy_camera_has_no_error_and_is_left_as_it_is(healthy, kind):
    camera = healthy(kind)
    lines = doctor_that_only_reads(camera)
    # The tests' folder is either wholly in RAM or not at all.
    assert [line for line in ill(lines) if "not in RAM" not in line and "is in RAM" not in line
            ] == []
    assert "ok: boot order: recover ran first" in lines
    assert "ok: journal: idle" in lines


def test_a_camera_without_run_folder_and_banks_is_left_as_it_is(cameras):
    camera = cameras("new")
    shutil.rmtree(camera.folder / "ram" / "run", ignore_errors=True)
    (camera.folder / "flash" / "hardware").unlink()
    lines = doctor_that_only_reads(camera)
    assert any("hardware 0:" in line and line.endswith("the first update makes it")
               for line in lines)
    assert any(line.startswith("warning: journal: none, as on a new camera") for line in lines)
    assert any(line.startswith("warning: boot order: no line of recover") for line in lines)

RUNNING = os.path.realpath(sys.executable)


def both(first, second):
    def break_it(camera):
        first(camera)
        second(camera)
    return break_it


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


def begin_boot(camera):
    (camera.folder / "ram" / "boot-id").write_text("another boot\n")
    camera.command("recover")


def update_not_counted(camera):
    install(camera)
    begin_boot(camera)
    (camera.folder / "ram" / "boot-id").write_text("a third boot\n")


def given_up(camera):
    """The flash disappears when the update is committed, and comes back too late."""
    bank = camera.folder / "flash" / "hardware"
    before = bank.read_bytes()
    hold = hook_that_takes_away(bank)
    replaced("probe = /bin/true", f"hold = {hold}\nprobe = /bin/true")(camera)
    install(camera, 70)
    # The third boot turns back: it and two more boots try the old image.
    for _ in range(5):
        assert camera.command("recover", check=False).returncode == 4
    bank.rmdir()
    bank.write_bytes(before)


def install(camera, status=0, component="hardware"):
    replaced("keys = keys", "signature = off")(camera)
    image = camera.folder / "ISP-U-0300-V1.01.00.bin"
    image.write_bytes(camera.workshop.image("V1.01.00", **{component: 700}))
    assert camera.command("install", image, check=False).returncode == status
    camera.settle()
    assert camera.is_asked_to_restart()


@needs_root
@pytest.mark.parametrize("break_it, said", [
    (replaced("platform = 0300", "platform-file = /nowhere"), "platform: cannot open /nowhere"),
    (written("accounts", b"viewer:user:*\n"), "accounts: no account may update: none has level root"),
    (written("accounts", b"admin:root:plain\n"), "accounts: {folder}/accounts: line 1: not a hash"),
    (lambda c: (c.folder / "accounts").unlink(), "run ispup-camera account add NAME --level root"),
    (lambda c: shutil.rmtree(c.folder / "keys"), "keys: cannot open key folder {folder}/keys"),
    (lambda c: (c.folder / "keys/vendor.pem").unlink(), "keys: no image can be accepted: no public"),
    (lambda c: shutil.rmtree(c.folder / "work"), "work folder: folder {folder}/work is not there"),
    (torn_journal, "journal: lost: check that the work folder is mounted, then run ispup-camera"),
    (both(lambda c: install(c, 0, "firmware"), replaced(" file:flash/firmware.1,block=4K,size=64K", "")),
     "journal: journal: firmware is in bank 1, but [flash] names 1 of its banks, put the others back"),
    (lambda c: (c.folder / "ram/boot-id").unlink(), "boot order: {folder}/ram/boot-id has no boot"),
    (update_not_counted, "boot order: recover did not run at this boot"),
    (given_up, "journal: update 1 is rolling-back and was given up (ERROR: image rolled back: not "),
    (written("flash/firmware.0", b"x" * 3000),
     "flash: firmware 0: file:{folder}/flash/firmware.0,block=4K,size=64K does not hold what the "
     "journal says: install an image again"),
    (replaced("file:flash/firmware.1", "file:flash/./firmware.0"),
     "flash: firmware 0 and firmware 1 are the same place: file:{folder}/flash/firmware.0,block=4K"),
    (replaced("file:flash/hardware", "nor:flash/hardware"),
     "flash: hardware 0: bank nor:flash/hardware"),
    (replaced("file:flash/hardware", "file:nowhere/hardware"),
     "flash: hardware 0: cannot open {folder}/nowhere: No such file or directory: correct [flash], "
     "mount or install what it names, or give this user the right to read it"),
    (replaced("file:flash/hardware,block=4K,size=64K", "command:/nowhere/loader"),
     "flash: hardware 0: /nowhere/loader: cannot be run: No such file or directory: correct [flash], "
     "mount or install what it names"),
    (replaced("file:flash/hardware,block=4K,size=64K", "mtd:isp-none"),
     "flash: hardware 0: mtd:isp-none: "),
    (replaced("file:flash/firmware.1,block=4K,size=64K", "file:flash/firmware.1,block=4K,size=1K"),
     "flash: firmware 1: file:{folder}/flash/firmware.1,block=4K,size=1K has room for 1024 bytes, the "
     "present image needs 3000: make this bank larger"),
    (replaced("file:flash/hardware,block=4K,size=64K", "ubi:ubi31:isp-none"),
     "flash: hardware 0: bank ubi:ubi31:isp-none: no UBI device ubi31: attach its mtd partition"),
    # A file that can be read but not be opened for writing, because it is being run.
    (replaced("file:flash/firmware.1,block=4K,size=64K", f"file:{RUNNING},block=4K,size=64M"),
     f"flash: firmware 1: cannot open {RUNNING}: Text file busy: mount it for writing, or give this user"),
    (replaced("probe = /bin/true", "probe = /nowhere/probe"), "hooks: /nowhere/probe: cannot be run: No such file"),
    (replaced("probe = /bin/true", "hold = /etc/passwd"), "hooks: /etc/passwd: cannot be run: Permission"),
    (both(replaced("probe = /bin/true", "probe = hook"), script("hook", b"#!/bin/sh\r\nexit 0\r\n")),
     "hooks: {folder}/hook: cannot be run: its lines end with CR LF"),
    (replaced("command = /", "command = /nowhere/"), "restart: /nowhere/"),
    (replaced("[settings]", "[update]\nother = /nowhere/update\n\n[settings]"),
     "other: /nowhere/update: cannot be run: No such file or directory: install or mend it"),
    (both(replaced("[settings]", "[system]\nother = other\n\n[settings]"),
          written("other", b"#!/bin/sh\n")),
     "other: {folder}/other: cannot be run: Permission denied"),
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
    assert said.format(folder=camera.folder) in one_error(camera)


def saved_before_recover(camera):
    log = camera.folder / "ram" / "run" / "log"
    log.write_text("system: SAVE by admin\n" + log.read_text())


def saved_before_recover_long_ago(camera):
    saved_before_recover(camera)
    run_folder = camera.folder / "ram" / "run"
    (run_folder / "log").rename(run_folder / "log.old")


def given_away(name):
    """This folder belongs to another user."""
    def give(camera):
        if os.geteuid() != 0:
            pytest.skip("only root gives a folder away")
        os.chown(camera.folder / name, NOBODY, NOBODY)
    return give


def others_may_write(name):
    def write(camera):
        script(name, b"#!/bin/sh\n")(camera)
        (camera.folder / name).chmod(0o777)
    return write


def test_settings_may_lie_in_their_owners_folder(healthy):
    camera = healthy()
    given_away("saved")(camera)
    assert not [line for line in doctor(camera) if line.startswith("warning: rights")]


@needs_root
@pytest.mark.parametrize("break_it, said", [
    (replaced("keys = keys", "signature = off"), "keys: signature = off accepts every image"),
    (written("keys/other.pem", b"-----BEGIN CERTIFICATE-----\n"), "keys: key skipped: {folder}/keys/other.pem: "),
    (written("keys/other.pem", b"-----BEGIN ISPUP REPORT PUBLIC KEY-----\n"),
     "keys: key skipped: {folder}/keys/other.pem: is a key for reports, one for images belongs here"),
    (lambda c: (c.folder / "accounts").chmod(0o604), "accounts: every user can read {folder}/accounts"),
    (lambda c: (c.folder / "keys/vendor.pem").chmod(0o666),
     "rights: {folder}/keys/vendor.pem: users other than root can write it (chmod go-w): set-user-ID"),
    (lambda c: (c.folder / "work").chmod(0o777), "rights: every user can write {folder}/work: chmod o-w {folder}/work"),
    (lambda c: (c.folder / "ram/run").chmod(0o777), "rights: every user can write {folder}/ram/run: chmod o-w"),
    (lambda c: (c.folder / "flash/firmware.0").chmod(0o666), "rights: every user can write {folder}/flash/firmware.0: "
     "chmod o-w"),
    (given_away("ram"), "rights: {folder}/ram: users other than root can rename what is in it (chown "
     "root, chmod go-w): it lies above {folder}/ram/run"),
    (given_away("."), "rights: {folder}: users other than root can rename what is in it (chown root, "
     "chmod go-w): it lies above {folder}/work"),
    (given_away("flash"), "rights: {folder}/flash: users other than root can rename what is in it (chown "
     "root, chmod go-w): it lies above {folder}/flash/firmware.0"),
    (both(replaced("[settings]", "[update]\nother = other\n\n[settings]"),
          both(script("other", b"#!/bin/sh\n"), lambda c: (c.folder / "other").chmod(0o775))),
     "rights: {folder}/other: users other than root can write it (chmod go-w): set-user-ID"),
    (both(replaced("probe = /bin/true", "probe = hook"), others_may_write("hook")),
     "rights: {folder}/hook: users other than root can write it (chmod go-w): root runs {folder}/hook"),
    (both(replaced("probe = /bin/true", "hold = /bin/sh {folder}/hook"), others_may_write("hook")),
     "rights: {folder}/hook: users other than root can write it (chmod go-w): root runs {folder}/hook"),
    (both(replaced("file:flash/hardware,block=4K,size=64K", "command:hook"), others_may_write("hook")),
     "rights: {folder}/hook: users other than root can write it (chmod go-w): root runs {folder}/hook"),
    (both(replaced("programs = ", "programs = {folder}\n; "), others_may_write("system")),
     "rights: {folder}/system: users other than root can write it (chmod go-w): root runs {folder}/system"),
    (both(replaced("programs = ", "pages = www\nprograms = "), given_away(".")),
     "rights: {folder}: users other than root can rename what is in it (chown root, chmod go-w): it lies "
     "above {folder}/www"),
    (replaced("journal = required\n", ""), "journal: a work folder that is not mounted would"),
    (install, "journal: update 1 is installed and not started yet: restart the camera"),
    (saved_before_recover, "boot order: recover ran, but not first"),
    (saved_before_recover_long_ago, "boot order: recover ran, but not first"),
    (lambda c: (c.folder / "ram/run/log").unlink(), "boot order: no line of recover"),
    (replaced("probe = /bin/true", "trial = 5"), "hooks: no probe"),
    (replaced("live = ram/settings\nsaved = saved/settings\n", ""), "settings: nothing is saved"),
    (replaced("live = ram/settings\nsaved = saved/settings\n", "save-command = /bin/true\n"),
     "settings: /bin/true saves the settings, so a rollback cannot restore the old ones"),
    pytest.param(replaced("work = work\njournal = required", "work = /dev/shm"),
                 "work folder: /dev/shm is in RAM", marks=pytest.mark.skipif(
                     not os.path.isdir("/dev/shm"), reason="no /dev/shm here")),
])
def test_a_warning_is_told_and_nothing_is_written(healthy, workshop, break_it, said):
    camera = healthy()
    camera.workshop = workshop
    break_it(camera)
    lines = doctor_that_only_reads(camera)
    assert [line for line in lines if line.startswith("error: ")] == []
    assert any(line.startswith("warning: " + said.format(folder=camera.folder)) for line in lines), \
        lines


def test_no_restart_is_a_warning(healthy):
    camera = healthy()
    text = camera.configuration.read_text().splitlines()
    text = ["command = none" if line.startswith("command = ") else line for line in text]
    camera.configuration.write_text("\n".join(text) + "\n")
    assert any(line.startswith("warning: restart: none") for line in doctor(camera))


def test_a_mistake_in_the_configuration_is_told_with_its_line(healthy):
    camera = healthy()
    replaced("[flash]", "[flash]\ncolour = red")(camera)
    assert doctor(camera) == [f"error: configuration: {camera.configuration}: line 12: "
                              "unknown key colour in [flash]: correct or remove it"]


def test_an_id_is_told_or_what_is_wrong_with_it(healthy):
    camera = healthy()
    assert "ok: id: test-camera" in doctor(camera)
    replaced("id = test-camera", f"id-file = {camera.folder}/nowhere")(camera)
    assert any(line.startswith("error: id: id-file: cannot open") for line in doctor(camera))


def test_room_is_asked_for_the_next_image_and_a_copy(healthy, tmp_path):
    camera = healthy("one-bank")
    # A sparse file: the banks seem larger than the free room of the disk.
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
    """A loader's image is kept in the work folder until it is complete."""
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
    assert "ok: room: for an image as large as the present one" in doctor(camera)


def test_an_image_on_trial_is_fine(healthy, workshop):
    camera = healthy()
    camera.workshop = workshop
    install(camera)
    begin_boot(camera)
    assert "ok: journal: update 1 is on trial, boot 1 of 2" in doctor(camera)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
def test_a_user_without_rights_is_told_what_he_cannot_open(healthy, open_build):
    folder = Path(tempfile.mkdtemp())
    try:
        camera = healthy("one-bank")
        shutil.copytree(camera.folder, folder / "camera")
        camera = Camera(folder / "camera", open_build, ONE_BANK, replace=HEALTHY)
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
        (camera.folder / "accounts").chmod(0o600)
        (camera.folder / "ram").chmod(0o700)
        (camera.folder / "work" / "journal.0").chmod(0o600)
        (camera.folder / "work" / "journal.1").chmod(0o600)
        lines = doctor(camera, user=NOBODY, group=NOBODY, extra_groups=[])
    finally:
        shutil.rmtree(folder)
    errors = "\n".join(line for line in lines if line.startswith("error: "))
    for said in ("accounts: cannot open", "run folder: folder", "work folder: folder",
                 "flash: firmware 0: cannot open", "settings: folder"):
        assert f"error: {said}" in errors
    assert "warning: user: not root" in "\n".join(lines)
    denied = [line for line in lines if "Permission denied" in line]
    assert denied and all(line.endswith("run doctor as root, or as the user that update runs as")
                          for line in denied), denied
    assert "adopt" not in errors and "is not there" not in errors


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
@pytest.mark.parametrize("words", [["active", "firmware"], ["confirm"], ["rollback"], ["recover"]])
def test_a_verb_tells_a_user_without_rights_who_may_run_it(open_build, words):
    with tempfile.TemporaryDirectory() as folder:
        camera = Camera(Path(folder) / "camera", open_build, ONE_BANK, replace=HEALTHY)
        for path in (Path(folder), camera.folder):
            path.chmod(0o755)
        (camera.folder / "work").mkdir(exist_ok=True)
        (camera.folder / "work").chmod(0o700)
        done = subprocess.run([open_build / "src/ispup-camera/ispup-camera", "-c", camera.configuration, *words],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                              user=NOBODY, group=NOBODY, extra_groups=[])
    assert done.stderr.endswith("Permission denied: run it as root, or as the user that update runs as\n")
    assert done.stderr.count("\n") == 1


@needs_root
def test_a_journal_that_is_immutable_is_named(healthy):
    camera = healthy()
    path = camera.folder / "work" / "journal.1"
    if shutil.which("chattr") is None or subprocess.run(["chattr", "+i", path], stderr=subprocess.DEVNULL).returncode:
        pytest.skip("no immutable files here")
    try:
        lines = doctor(camera)
    finally:
        subprocess.run(["chattr", "-i", path], check=True)
    assert [line for line in lines if line.startswith("error: ")] == [
        f"error: journal: cannot write {path}: Operation not permitted: mount it for writing, or chattr -i -a"]
