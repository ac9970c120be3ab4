# SPDX-License-Identifier: Apache-2.0
"""One emulated board. A test switches it on, speaks HTTP with it, and cuts its power."""

import contextlib
import os
import re
import select
import signal
import subprocess
import time

from product import CARD, FLASH_SIZE, NOR, VERSIONS, partition_of

HANGS = 1800  # seconds: on a busy machine a boot may take many minutes; what takes this long hangs
SERVING = r"board: serving (\S+)\n"
RECOVERING = r"board: recovering\n"
LOGIN = "USER=admin&PWD=123456"
SERVED = (80, 443)  # ports of the board that can be reached from this machine
FLASH_FILES = ("data.flash", "isp.flash", "card")  # the card only of a board that has one
FORWARDED = rb"HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)\s+10\.0\.2\.15\s+(\d+)\s"


class Board:
    """`folder` keeps what survives a power cut (data.flash and isp.flash), and the log of the
    console."""

    def __init__(self, bed, folder, system):
        self.bed, self.folder, self.system = bed, folder, system
        self.child = None
        self.ports = {}
        self.console = folder / "console"
        self.console.touch()
        self.card = folder / "card"

    def power_on(self):
        """Returns when the camera's web server listens."""
        self.power_on_until(SERVING)

    def power_on_until(self, pattern):
        """Returns when the board has printed such a line."""
        seen = len(self.printed(pattern))
        self.child = subprocess.Popen(self.command(), stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.ports = self.forwarded()
        self.wait_for(pattern, seen + 1)

    def command(self):
        flash = [word for name in ("data", "isp") for word in
                 ("-drive", f"if=mtd,format=raw,file={self.folder}/{name}.flash")]
        if self.card.exists():  # in the slot of the eMMC: the others need regulators
            flash += ["-drive", f"if=sd,index=2,format=raw,file={self.card}"]
        forwards = "".join(f",hostfwd=tcp:127.0.0.1:0-10.0.2.15:{port}" for port in SERVED)
        # QEMU ends with the tests, even if they are killed.
        return ["setpriv", "--pdeathsig", "KILL", "qemu-system-arm", "-M", "ast2600-evb", "-m", "1G",
                "-display", "none", "-monitor", "stdio",
                "-chardev", f"file,id=console,append=on,path={self.console}",
                "-serial", "chardev:console", *flash,
                "-kernel", str(self.bed.kernel), "-dtb", str(self.bed.tree),
                "-initrd", str(self.system),
                "-append", "console=ttyS4,115200n8 quiet rdinit=/init vmalloc=700M",
                "-nic", f"user,restrict=on{forwards}"]

    @property
    def port(self):
        return self.ports[80]

    def forwarded(self):
        """Asks QEMU for the ports of this machine, by those of the board."""
        with contextlib.suppress(BrokenPipeError):  # if it has died, the reason is reported below
            os.write(self.child.stdin.fileno(), b"info usernet\n")
        said = b""
        while len(found := re.findall(FORWARDED, said)) < len(SERVED):
            assert select.select([self.child.stdout], [], [], HANGS)[0], "QEMU hangs"
            piece = os.read(self.child.stdout.fileno(), 4096)
            assert piece, self.child.stderr.read().decode()
            said += piece
        return {int(there): int(here) for here, there in found}

    def printed(self, pattern):
        return re.findall(pattern, self.console.read_text(errors="replace"))

    def boots(self):
        """The boot ids of all boots that reached the web server."""
        return self.printed(SERVING)

    def wait_for_boot(self, number):
        """Waits for the boot of this number (from 1 on); returns its boot id."""
        return self.wait_for(SERVING, number)

    def wait_for(self, pattern, number):
        deadline = time.monotonic() + HANGS
        while len(found := self.printed(pattern)) < number:
            assert self.child.poll() is None, self.child.stderr.read().decode()
            assert time.monotonic() < deadline, self.console.read_text(errors="replace")
            time.sleep(0.05)
        return found[number - 1]

    def cut_power(self):
        os.kill(self.child.pid, signal.SIGKILL)
        self.child.wait()
        for pipe in (self.child.stdin, self.child.stdout, self.child.stderr):
            pipe.close()
        self.child = None

    def dispose(self):
        if self.child is not None:
            self.cut_power()
        for name in FLASH_FILES:
            (self.folder / name).unlink(missing_ok=True)

    def url(self, command, program="update", scheme="http"):
        port = self.ports[{"http": 80, "https": 443}[scheme]]
        return f"{scheme}://127.0.0.1:{port}/cgi-bin/{program}?{LOGIN}&{command}"

    def curl(self, *words):
        """The camera's answer; an empty text if there was none."""
        done = subprocess.run(["curl", "-s", "--max-time", str(HANGS), "--noproxy", "*",
                               *map(str, words)], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE)
        return done.stdout.decode()

    def run(self, lines):
        """Runs shell commands on the board as root; returns their output, followed by `exit N`."""
        return self.curl("--data-binary", lines, f"http://127.0.0.1:{self.port}/cgi-bin/run")

    def do(self, lines):
        """The output of the lines, which must succeed."""
        said, end, status = self.run(lines).rpartition("exit ")
        assert end and status == "0\n", said or self.console.read_text(errors="replace")[-2000:]
        return said

    def upload(self, image, command="ISP_IMAGE_SAVE"):
        return self.curl("-F", f"URL_FIRMWARE_IMAGE=@{image.path}", self.url(command))

    def status(self):
        said = self.curl(self.url("ISP_STATUS"))
        return dict(re.findall(r"(?m)^(\w+)='(.*)'$", said))

    def versions(self):
        """The version of each component. SYSTEM_LOG and ISP_STATUS must agree."""
        log, status = self.curl(self.url("SYSTEM_LOG", "system")), self.status()
        told = {name: re.search(rf"(?m)^{words} (\S+)$", log)[1]
                for name, (words, _, _) in VERSIONS.items()}
        assert told == {name: status[key] for name, (_, key, _) in VERSIONS.items()}
        return told

    def unpacked(self):
        """The progress of the upload, in percent."""
        return int(re.search(r"ISP_PROGRESS='(\d+)'", self.do("ispup-camera status"))[1])

    def settled(self):
        """Waits until no image is on trial; returns the status."""
        deadline = time.monotonic() + HANGS
        while (status := self.status()).get("ISP_STATE") in ("trial", "restarting", None):
            assert time.monotonic() < deadline, status
            time.sleep(0.3)
        return status

    def flash(self, partition, size=None):
        """The first bytes of a part of the ISP's flash, or of its card, read from its file on this
        machine."""
        at, room = (CARD if self.card.exists() else NOR).partitions[partition]
        with open(self.card if self.card.exists() else self.folder / "isp.flash", "rb") as file:
            file.seek(at)
            return file.read(room if size is None else size)

    def in_use(self, component):
        """The partition that a component starts from, as the camera says."""
        return partition_of(self.run(f"ispup-camera active {component}").split()[1])

    def holds(self, image, component, partition):
        return self.flash(partition, len(image.components[component])) == image.components[component]


def furnish(folder, isp):
    """Two flash files: an empty one, and the one of the ISP."""
    (folder / "data.flash").write_bytes(b"\xff" * FLASH_SIZE)
    (folder / "isp.flash").write_bytes(isp)
