# SPDX-License-Identifier: Apache-2.0
"""The two compared servers."""

import collections
import os
import re
import shutil
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from client import CREDENTIALS, free_port, upload, wait_for_port
from meter import Processes, program_of
from payload import COLD, PLATFORM, digest_of, spoil
from swu import make_key, write_swu

ACCOUNT = ("admin:root:$6$ispuptests$WoUMAaxoacYFabzGy7y9wHGXpZ39xKzeOcP3G.6kOBIySdsuaiptySRANXJDL"
           "ivfYp9if3cqyOmcIzJwtrqA8/\n")


@dataclass
class Done:
    wall: float
    processor: float


class Ours:
    """A camera with two `file:` banks, served by `ispupd`."""

    CONFIGURATION = """\
[camera]
platform = {platform}
accounts = accounts
work = work
run = {ram}/run
boot-id-file = {ram}/boot-id

[flash]
firmware = {banks}

[settings]
live = {ram}/settings
saved = saved/settings

[image]
signature = off
limit = 300M

[restart]
command = none
delay = 0

[server]
listen = 127.0.0.1:{port}
programs = {programs}
body-limit = 300M
"""

    def __init__(self, name, folder, ram, build, environment=()):
        self.name, self.folder, self.ram, self.build = name, folder / name, ram / name, build
        self.environment = dict(environment)
        self.port = free_port()
        self.processes = Processes(name)
        self.child = None

    def banks(self):
        return f"file:{self.folder}/bank.0 file:{self.folder}/bank.1"

    def programs(self):
        """`ispupd` passes on no variable of its own: a shell adds those that the programs need."""
        if not self.environment:
            return self.build / "src/cgi-bin"
        folder = self.folder / "programs"
        folder.mkdir()
        words = " ".join(f"{name}={value}" for name, value in self.environment.items())
        (folder / "update").write_text(f"#!/bin/sh\n{words} exec {self.build}/src/cgi-bin/update\n")
        (folder / "update").chmod(0o755)
        return folder

    def __enter__(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        for path in (self.folder / "work", self.folder / "saved", self.ram / "settings"):
            path.mkdir(parents=True)
        (self.folder / "accounts").write_text(ACCOUNT)
        (self.folder / "accounts").chmod(0o600)
        (self.ram / "settings" / "picture.conf").write_text("brightness = 73\n" * 100)
        self.configuration = self.folder / "ispup.conf"
        self.configuration.write_text(self.CONFIGURATION.format(
            platform=PLATFORM, ram=self.ram, banks=self.banks(), port=self.port,
            programs=self.programs()))
        self.boot()
        self.serve()
        return self

    def serve(self):
        with (self.folder / "log").open("wb") as log:
            self.child = subprocess.Popen(
                [self.build / "src/ispupd/ispupd", "-c", self.configuration], stderr=log,
                stdin=subprocess.DEVNULL, preexec_fn=self.processes.enter)
        self.processes.server = self.child.pid
        wait_for_port(self.port, self.child)

    def __exit__(self, *_):
        if self.child:
            self.child.terminate()
            self.child.wait()
        self.settle()
        self.processes.close()
        shutil.rmtree(self.folder)
        shutil.rmtree(self.ram)

    def boot(self):
        (self.ram / "boot-id").write_text(f"{uuid.uuid4()}\n")

    def command(self, *words):
        program = self.build / "src/ispup-camera/ispup-camera"
        done = subprocess.run([program, "-c", self.configuration, *words], text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True)
        return done.stdout

    def status(self):
        return dict(re.findall(r"(?m)^(\w+)='(.*)'$", self.command("status")))

    def settle(self):
        """Waits until the installer has released the lock and ended."""
        lock = self.ram / "run" / "lock"
        if lock.exists():
            subprocess.run(["flock", lock, "true"], check=True)
        end = time.monotonic() + 10
        while "update" in map(program_of, self.processes.numbers()) and time.monotonic() < end:
            time.sleep(0.001)

    def confirm(self):
        """A restart, after which the image on trial is confirmed."""
        self.boot()
        self.command("recover")
        self.command("trial")

    def spare(self):
        number = self.command("active", "firmware").split()[0]
        return self.folder / f"bank.{1 - int(number)}"

    def make_ready(self, between):
        """A small image runs; the other bank holds the image that was installed before."""
        self.install(between)

    def spoil(self, payload, found=COLD):
        """The other bank is empty or holds another version of the payload; the journal names a
        version there."""
        spoil(payload.plain, self.spare(), found)

    def install(self, payload, expects=False):
        target = f"/cgi-bin/update?{CREDENTIALS}&ISP_IMAGE_SAVE"
        busy, begin = self.processes.processor_seconds(), time.monotonic()
        reply = upload(self.port, target, "URL_FIRMWARE_IMAGE", payload.image.name, payload.image,
                       expects)
        wall = time.monotonic() - begin
        if not reply.endswith("\r\n\r\nOK\n"):
            raise RuntimeError(f"{self.name}: {reply}")
        self.settle()
        processor = self.processes.processor_seconds() - busy
        self.blocks = self.status()["ISP_BLOCKS"]
        self.confirm()
        return Done(wall, processor)

    def check(self, payload):
        bank = self.command("active", "firmware").split(None, 1)[1].strip()
        assert digest_of_path(bank) == digest_of(payload.plain), "the bank holds other bytes"


def digest_of_path(bank):
    return digest_of(Path(bank.removeprefix("file:").partition(",")[0]))


class Swupdate:
    """SWUpdate's own web server, which installs directly into one file. Debian's build accepts
    only signed images, so the description of a few hundred bytes carries a signature. Sometimes
    SWUpdate aborts an update by itself ("Writing to IPC fails"): that update is repeated and
    reported."""

    TRIES = 3
    failed = 0  # updates, of all servers

    DESCRIPTION = """\
software =
{{
    version = "1.0.0";
    hardware-compatibility: [ "1.0" ];
    images: (
        {{
            filename = "payload.gz";
            device = "{target}";
            type = "raw";
            compressed = "zlib";
            installed-directly = true;
            sha256 = "{digest}";
        }}
    );
}}
"""

    def __init__(self, folder, ram, name="swupdate", environment=()):
        self.name = name
        self.folder, self.ram = folder / self.name, ram / self.name
        self.environment = {**os.environ, "TMPDIR": str(self.ram),
                            "RUNTIME_DIRECTORY": str(self.ram), **dict(environment)}
        self.target = self.folder / "target"
        self.port = free_port()
        self.processes = Processes(self.name)

    def __enter__(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        for path in (self.folder / "www", self.ram):
            path.mkdir(parents=True)
        (self.folder / "www" / "index.html").write_text("SWUpdate\n")
        (self.folder / "swupdate.cfg").write_text("globals : {\n};\n")
        make_key(self.folder)
        self.child = subprocess.Popen(
            ["swupdate", "-k", "cert.pem", "-H", "bench:1.0", "-f", "swupdate.cfg", "-l", "3", "-w",
             f"-r {self.folder}/www -p 127.0.0.1:{self.port}"], cwd=self.folder,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=self.environment, preexec_fn=self.processes.enter)
        self.processes.server = self.child.pid
        wait_for_port(self.port, self.child)
        return self

    def __exit__(self, *_):
        self.child.terminate()
        self.child.stdout.close()
        self.child.wait()
        self.processes.close()
        shutil.rmtree(self.folder)
        shutil.rmtree(self.ram)

    def image(self, payload):
        """An .swu beside the payload, made for this folder and this key."""
        made = self.folder / f"{payload.folder.name}.swu"
        if made.exists():
            return made
        write_swu(self.folder, made, self.DESCRIPTION.format(
            target=self.target, digest=digest_of(payload.gzip)),
            {"payload.gz": payload.gzip.read_bytes()})
        return made

    def make_ready(self, between):
        pass

    def spoil(self, payload, found=COLD):
        self.found = found
        spoil(payload.plain, self.target, found)

    def await_success(self):
        said = collections.deque(maxlen=8)
        for line in self.child.stdout:
            said.append(line.decode().strip())
            if b"SWUPDATE successful" in line:
                return
            if b"SWUPDATE failed" in line:
                break
        raise RuntimeError("SWUpdate: " + " / ".join(said))

    def install(self, payload, expects=False):
        for _ in range(self.TRIES - 1):
            try:
                return self.install_once(payload, expects)
            except (RuntimeError, OSError) as error:
                if self.child.poll() is not None:
                    raise
                print(f"bench: made again: {error}", file=sys.stderr, flush=True)
                Swupdate.failed += 1
                self.spoil(payload, self.found)
        return self.install_once(payload, expects)

    def install_once(self, payload, expects):
        path = self.image(payload)
        busy, begin = self.processes.processor_seconds(), time.monotonic()
        upload(self.port, "/upload", "file", "image.swu", path, expects)
        self.await_success()
        own = time.thread_time()
        # It leaves the bytes in the page cache; this benchmark compares durable updates.
        with self.target.open("rb") as file:
            os.fsync(file.fileno())
        own = time.thread_time() - own
        wall = time.monotonic() - begin
        time.sleep(0.05)
        return Done(wall, self.processes.processor_seconds() - busy + own)

    def check(self, payload):
        assert digest_of(self.target) == digest_of(payload.plain), "the file holds other bytes"
