# SPDX-License-Identifier: Apache-2.0
"""A camera in a folder, for tests of the built programs: banks, settings, journal, and a restart
that leaves a file. A test can note the contents of the camera and compare them later."""

import copy
import fcntl
import os
import random
import shutil
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

from gate import until
from process_table import named_after

PLATFORM = "0300"
# The passwords of admin (level root) and viewer (level user); the account nobody exists only in
# the web server.
ADMIN = ("admin", "123456")
VIEWER = ("viewer", "seen-only")
ACCOUNTS = """\
admin:root:$6$ispuptests$WoUMAaxoacYFabzGy7y9wHGXpZ39xKzeOcP3G.6kOBIySdsuaiptySRANXJDLivfYp9if3cqyOmcIzJwtrqA8/
viewer:user:$6$ispuptests$gI2E8s9hOvJpKDB5kh1ElWOvVDkbkXmC5YmmDzHgQaxJzbZHRT0QzTwjEyJ4grndJUdpO/Vh7ZfGCqae/gTWW.
operator:root:*
"""
COMPONENTS = ("firmware", "device-resource", "hardware")
SECONDS = 60  # every step is short; what takes this long hangs

CONFIGURATION = """\
[camera]
platform = 0300
id = test-camera
firmware-version = A1D-311-V5.03.05
accounts = accounts
work = work
run = ram/run
boot-id-file = ram/boot-id

[flash]
firmware = {firmware}
device-resource = file:flash/device-resource,block=4K,size=64K
hardware = file:flash/hardware,block=4K,size=64K

[settings]
live = ram/settings
saved = saved/settings

[image]
signature = off
limit = 1M

[restart]
command = {touch} {folder}/restarted
delay = 0

[server]
listen = 127.0.0.1:{port}
programs = {programs}
"""
TWO_BANKS = "file:flash/firmware.0,block=4K,size=64K file:flash/firmware.1,block=4K,size=64K"
ONE_BANK = "file:flash/firmware.0,block=4K,size=64K"


def component_bytes(name, version, size):
    """Bytes that differ for each component and version."""
    return random.Random(f"{name} {version}").randbytes(size)


def run(*command, check=True, **options):
    options.setdefault("stdin", subprocess.DEVNULL)
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=SECONDS, **options)
    assert not check or done.returncode == 0, (command, done.returncode, done.stderr.decode())
    return done


class Workshop:
    """Makes images with `ispup pack`, each once."""

    def __init__(self, folder, build):
        self.folder = folder
        self.ispup = build / "src" / "ispup" / "ispup"
        self.made = {}

    def image(self, version="V1.00.00", platform=PLATFORM, **sizes):
        """The image's bytes; one component for each given name (firmware, device_resource,
        hardware), with that many bytes."""
        sizes = sizes or {"firmware": 3000}
        key = (version, platform, tuple(sorted(sizes.items())))
        if key not in self.made:
            self.made[key] = self.pack(version, platform, sizes)
        return self.made[key]

    def image_of(self, version, platform=PLATFORM, **contents):
        """The same with components of these bytes, made anew for each call."""
        return self.pack(version, platform, contents)

    def pack(self, version, platform, sizes):
        contents = {name: component_bytes(name, version, what) if isinstance(what, int) else what
                    for name, what in sizes.items()}
        out = Path(tempfile.mkdtemp(dir=self.folder))
        options = []
        for name, content in contents.items():
            component = out / f"{name}.raw"
            component.write_bytes(content)
            options += [f"--{name.replace('_', '-')}", component]
        run(self.ispup, "pack", "--platform", platform, "--version", version, *options, "-o", out)
        return (out / f"ISP-U-{platform}-{version}.bin").read_bytes()


class Camera:
    def __init__(self, folder, build, firmware=TWO_BANKS, port=0, replace=()):
        """`replace`: pairs of a line of the configuration and its replacement."""
        self.folder = Path(folder)
        self.build = build
        self.firmware, self.port = firmware, port
        self.configuration = self.folder / "ispup.conf"
        for name in ("flash", "work", "ram/settings", "saved/settings"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.write_configuration(firmware, port, replace)

    def write_configuration(self, firmware, port, replace):
        text = CONFIGURATION.format(firmware=firmware, folder=self.folder, port=port,
                                    touch=shutil.which("touch"),
                                    programs=self.build / "src" / "cgi-bin")
        for old, new in replace:
            assert old in text, old
            text = text.replace(old, new)
        self.configuration.write_text(text)

    def furnish(self, accounts):
        """A camera just out of the factory: first versions in flash, settings changed since they
        were saved."""
        (self.folder / "accounts").write_text(accounts)
        (self.folder / "accounts").chmod(0o600)
        (self.folder / "ram" / "boot-id").write_text(f"{uuid.UUID(int=1)}\n")
        (self.folder / "saved" / "settings" / "picture.conf").write_text("brightness = 50\n")
        (self.folder / "ram" / "settings" / "picture.conf").write_text("brightness = 73\n")
        for name, size in (("firmware.0", 3000), ("device-resource", 1500), ("hardware", 700)):
            component = name.split(".")[0].replace("-", "_")
            (self.folder / "flash" / name).write_bytes(
                component_bytes(component, "V1.00.00", size))
        return self

    def command(self, *arguments, check=True):
        return run(self.build / "src" / "ispup-camera" / "ispup-camera", "-c", self.configuration,
                   *arguments, check=check)

    def active(self, component):
        """`NUMBER WHERE` of the bank that starts next."""
        return self.command("active", component, check=False).stdout.decode().strip()

    def status(self):
        pairs = (line.split("=", 1) for line in self.command("status").stdout.decode().splitlines())
        return {key: value.strip("'") for key, value in pairs}

    def settle(self):
        """Returns when no update is in progress: the lock is free."""
        lock = self.folder / "ram" / "run" / "lock"
        if lock.exists():
            until(lambda: is_free(lock), "an update's lock is not given up")

    def restart(self):
        """The power button: RAM is empty, the settings are the saved ones."""
        boot = uuid.uuid4()
        self.end_restart_commands()
        (self.folder / "restarted").unlink(missing_ok=True)
        self.empty_ram()
        recovered = self.command("recover", check=False)
        shutil.copytree(self.folder / "saved" / "settings", self.folder / "ram" / "settings")
        (self.folder / "ram" / "boot-id").write_text(f"{boot}\n")
        self.command("trial", check=False)
        return recovered

    def empty_ram(self):
        """A program that still answers a request may make its files meanwhile. It finds the new
        folder, or none."""
        ram, old = self.folder / "ram", self.folder / "ram.old"
        ram.rename(old)
        ram.mkdir()
        until(lambda: shutil.rmtree(old, ignore_errors=True) or not old.exists(), f"{old} stays")

    def end_restart_commands(self):
        """Waits for the started restarts: one that still runs would leave its file later, in
        another boot."""
        mark = f"{self.folder}/restarted"
        until(lambda: not any(process.command.endswith(mark)
                              for process in named_after(self.folder)), "a restart command hangs")

    def was_asked_to_restart(self):
        return (self.folder / "restarted").exists()

    def is_asked_to_restart(self):
        """Waits for it: the lock is already free when the restart's command starts, before it
        ends."""
        deadline = time.monotonic() + SECONDS
        while not self.was_asked_to_restart() and time.monotonic() < deadline:
            time.sleep(0.005)
        return self.was_asked_to_restart()

    def note(self):
        """The contents of the camera, to be compared later."""
        return Note(self)


def is_free(lock):
    """No program holds it. A shared lock looks without being in the way of one."""
    with open(lock, "rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def hook_that_takes_away(bank):
    """A `hold` that succeeds, and replaces the bank with a folder, so that the write fails."""
    hook = bank.parent.parent / "hold"
    hook.write_text(f"#!/bin/sh\nrm -f {bank}\nmkdir -p {bank}\n")
    hook.chmod(0o755)
    return hook


def contents(folder):
    """Every name below a folder with its bytes; folders and links are marked."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = ("link", os.readlink(path))
        elif path.is_dir():
            found[name] = ("folder", None)
        else:
            found[name] = ("file", path.read_bytes())
    return found


class Note:
    """Flash, journal and settings at one moment."""

    def __init__(self, camera):
        self.camera = camera
        self.active = [camera.active(component) for component in COMPONENTS]
        self.held = held(camera)

    def of_copy(self, camera):
        """The same note for a camera whose folder is an unchanged copy."""
        note = copy.copy(self)
        note.camera = camera
        note.active = [where.replace(f"{self.camera.folder}/", f"{camera.folder}/")
                       for where in self.active]
        return note

    def in_use(self, flash):
        """The part of `flash` that the banks in use at this note were."""
        return {name: what for name, what in flash.items()
                if any(f"flash/{name}" in where for where in self.active)}

    def changes(self):
        """The differences from the note, by the names that a session uses."""
        now = held(self.camera)
        if now == self.held:
            return set()
        different = {
            "flash in use": self.in_use(now["flash"]) != self.in_use(self.held["flash"]),
            "all flash": now["flash"] != self.held["flash"],
            "journal": journal_of(now["work"]) != journal_of(self.held["work"]),
            "work folder": now["work"] != self.held["work"],
            "settings": now["saved"] != self.held["saved"],
            "what starts next": any(self.camera.active(component) != before
                                    for component, before in zip(COMPONENTS, self.active)),
        }
        return {name for name, differs in different.items() if differs}


def held(camera):
    return {name: contents(camera.folder / name) for name in ("flash", "work", "saved")}


def journal_of(work):
    return {name: what for name, what in work.items() if name.startswith("journal.")}
