# SPDX-License-Identifier: Apache-2.0
"""The two that are compared, and the client that uploads to both."""

import collections
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import uuid
import zlib
from dataclasses import dataclass
from pathlib import Path

from meter import Processes, program_of
from payload import PLATFORM, digest_of, scramble

SECONDS = 300  # what takes this long hangs
BOUNDARY = "---------------------------7d834b76e0708"
PART = ('--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n")
ACCOUNT = ("admin:root:$6$ispuptests$WoUMAaxoacYFabzGy7y9wHGXpZ39xKzeOcP3G.6kOBIySdsuaiptySRANXJDL"
           "ivfYp9if3cqyOmcIzJwtrqA8/\n")
CREDENTIALS = "USER=admin&PWD=123456"


@dataclass
class Done:
    wall: float
    processor: float


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port, child):
    end = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if child.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{child.args[0]} does not serve") from None
            time.sleep(0.02)


def ask(port, target):
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: camera\r\n\r\n".encode())
        return read_reply(connection)


def read_reply(connection):
    said = b""
    while piece := connection.recv(65536):
        said += piece
    return said.decode("latin-1")


def upload(port, target, field, name, path, expects=False):
    """One POST, the file out of the page cache without a copy; the reply."""
    front = PART.format(boundary=BOUNDARY, field=field, name=name).encode()
    back = f"\r\n--{BOUNDARY}--\r\n".encode()
    size = path.stat().st_size
    head = (f"POST {target} HTTP/1.1\r\nHost: camera\r\n"
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
            f"Content-Length: {len(front) + size + len(back)}\r\n"
            + ("Expect: 100-continue\r\n" if expects else "") + "\r\n").encode()
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection, \
            path.open("rb") as file:
        if expects:
            connection.sendall(head)
            await_continue(connection)
            connection.sendall(front)
        else:
            connection.sendall(head + front)
        connection.sendfile(file)
        connection.sendall(back)
        return read_reply(connection)


def await_continue(connection):
    """As curl does: a second, then the body all the same."""
    connection.settimeout(1)
    try:
        assert connection.recv(25).startswith(b"HTTP/1.1 100")
    except TimeoutError:
        pass
    connection.settimeout(SECONDS)


class Ours:
    """A camera with two `file:` banks behind `ispupd`."""

    CONFIGURATION = """\
[camera]
platform = {platform}
accounts = accounts
work = work
run = {ram}/run
boot-id-file = {ram}/boot-id

[flash]
firmware = file:{folder}/bank.0 file:{folder}/bank.1

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

    def programs(self):
        """`ispupd` hands no variable of its own on: what the programs are to have, a shell adds."""
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
            platform=PLATFORM, ram=self.ram, folder=self.folder, port=self.port,
            programs=self.programs()))
        self.boot()
        with (self.folder / "log").open("wb") as log:
            self.child = subprocess.Popen(
                [self.build / "src/ispupd/ispupd", "-c", self.configuration], stderr=log,
                stdin=subprocess.DEVNULL, preexec_fn=self.processes.enter)
        self.processes.server = self.child.pid
        wait_for_port(self.port, self.child)
        return self

    def __exit__(self, *_):
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
        """Until the installer has let go of the lock and has ended."""
        lock = self.ram / "run" / "lock"
        if lock.exists():
            subprocess.run(["flock", lock, "true"], check=True)
        end = time.monotonic() + 10
        while "update" in map(program_of, self.processes.numbers()) and time.monotonic() < end:
            time.sleep(0.001)

    def confirm(self):
        """A restart, and the image on trial does well."""
        self.boot()
        self.command("recover")
        self.command("trial")

    def spare(self):
        number = self.command("active", "firmware").split()[0]
        return self.folder / f"bank.{1 - int(number)}"

    def make_ready(self, between):
        """A small image runs; the other bank holds what was installed before."""
        self.install(between)

    def spoil(self, payload):
        """The other bank holds another version of the payload, and the journal knows of one."""
        scramble(payload.plain, self.spare())

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


def archive_member(name, data_size, checksum):
    """The head of a member of cpio's "crc" format, filled to four bytes."""
    fields = [1, 0o100644, 0, 0, 1, 0, data_size, 0, 0, 0, 0, len(name) + 1, checksum]
    head = b"070702" + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0"
    return head + b"\0" * (-len(head) % 4)


def byte_sum(data):
    """The sum of all bytes: Adler-32 of few enough bytes has it plus one in its low half."""
    return sum((zlib.adler32(data[at:at + 256]) & 0xffff) - 1
               for at in range(0, len(data), 256)) & 0xffffffff


class Swupdate:
    """SWUpdate's own web server, installing directly into one file; Debian's build takes signed
    images only, so the description of a few hundred bytes carries a signature. Now and then it
    breaks an update off by itself ("Writing to IPC fails"): that one is made again, and told."""

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
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout",
                        "key.pem", "-out", "cert.pem", "-subj", "/CN=bench", "-days", "3650",
                        "-addext", "extendedKeyUsage=emailProtection"], cwd=self.folder,
                       stderr=subprocess.DEVNULL, check=True)
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
        (self.folder / "sw-description").write_text(self.DESCRIPTION.format(
            target=self.target, digest=digest_of(payload.gzip)))
        subprocess.run(["openssl", "cms", "-sign", "-in", "sw-description", "-out",
                        "sw-description.sig", "-signer", "cert.pem", "-inkey", "key.pem",
                        "-outform", "DER", "-nosmimecap", "-binary"], cwd=self.folder, check=True)
        with made.open("wb") as file:
            for name, path in (("sw-description", self.folder / "sw-description"),
                               ("sw-description.sig", self.folder / "sw-description.sig"),
                               ("payload.gz", payload.gzip)):
                data = path.read_bytes()
                file.write(archive_member(name, len(data), byte_sum(data)))
                file.write(data + b"\0" * (-len(data) % 4))
            file.write(archive_member("TRAILER!!!", 0, 0))
            file.write(b"\0" * (-file.tell() % 512))
        return made

    def make_ready(self, between):
        pass

    def spoil(self, payload):
        scramble(payload.plain, self.target)

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
                self.spoil(payload)
        return self.install_once(payload, expects)

    def install_once(self, payload, expects):
        path = self.image(payload)
        busy, begin = self.processes.processor_seconds(), time.monotonic()
        upload(self.port, "/upload", "file", "image.swu", path, expects)
        self.await_success()
        own = time.thread_time()
        # It leaves the bytes in the page cache: durable is what is compared.
        with self.target.open("rb") as file:
            os.fsync(file.fileno())
        own = time.thread_time() - own
        wall = time.monotonic() - begin
        time.sleep(0.05)
        return Done(wall, self.processes.processor_seconds() - busy + own)

    def check(self, payload):
        assert digest_of(self.target) == digest_of(payload.plain), "the file holds other bytes"
