# SPDX-License-Identifier: Apache-2.0
"""`ispup simulate` with cameras of its own, and a host that talks to them."""

import os
import signal
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from process_table import processes

SECONDS = 60  # what takes this long hangs
BOUNDARY = "simulated"


# Ignores the machine's proxy settings.
HOST = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def until(is_so, what="it", pause=0.01, seconds=SECONDS):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"{what} did not come"
        time.sleep(pause)


@dataclass
class Simulated:
    """One camera, parsed from its line."""
    url: str
    account: str
    password: str
    folder: Path

    def target(self, program, command):
        return f"/cgi-bin/{program}?USER={self.account}&PWD={self.password}&{command}"

    def get(self, program, command):
        with HOST.open(self.url + self.target(program, command), timeout=SECONDS) as reply:
            return reply.read().decode()

    def status(self):
        pairs = (line.split("=", 1) for line in self.get("update", "ISP_STATUS").splitlines())
        return {key: value.strip("'") for key, value in pairs}

    def upload_request(self, image, name):
        body = (f"--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"URL_FIRMWARE_IMAGE\"; "
                f"filename=\"{name}\"\r\n\r\n").encode() + image + f"\r\n--{BOUNDARY}--\r\n".encode()
        return urllib.request.Request(
            self.url + self.target("update", "ISP_IMAGE_SAVE"), body,
            {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})

    def upload(self, path):
        """The text of the reply."""
        request = self.upload_request(path.read_bytes(), path.name)
        with HOST.open(request, timeout=SECONDS) as reply:
            return reply.read().decode()

    def wait_for(self, **wanted):
        """Asks until the camera says so; returns its whole status."""
        said = {}

        def is_so():
            said.clear()
            try:
                said.update(self.status())
            except OSError:
                return False  # switched off at this moment
            return all(said.get(key) == value for key, value in wanted.items())
        until(is_so, f"{wanted} from {self.url}: {said}")
        return said

    def wait_for_another_boot(self, than, **wanted):
        until(lambda: self.boot() not in (None, than), f"another boot than {than}")
        return self.wait_for(**wanted)

    def press_power_button(self):
        """It restarts, as after its own `[restart] command`. A FIFO that is opened for both never
        blocks."""
        fd = os.open(self.folder / "power-button", os.O_RDWR)
        os.write(fd, b"restart\n")
        os.close(fd)

    def boot(self):
        try:
            return self.status()["BOOT_ID"]
        except OSError:
            return None


class Simulation:
    """The program and its cameras; all of them end with the `with`."""

    def __init__(self, build, *words, count=1, through=(), **environment):
        """`through`: a command that runs the command after it."""
        self.folder = None
        self.count = count
        self.child = subprocess.Popen(
            [*through, build / "src" / "ispup" / "ispup", "simulate", "--count", str(count), *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, **environment}, preexec_fn=heed_interrupts)
        self.cameras = []

    def __enter__(self):
        for _ in range(self.count):
            line = self.child.stdout.readline()
            if not line:
                self.end()
                raise AssertionError(self.said)
            url, account, password, folder = line.split()
            self.cameras.append(Simulated(url, account, password, Path(folder)))
        self.folder = self.cameras[0].folder.parent
        self.image = self.folder / "images" / "ISP-U-0300-V1.01.00.bin"
        return self

    def __exit__(self, *_):
        self.end()

    def end(self, number=signal.SIGTERM):
        """Returns the exit status; `said` keeps the output."""
        if self.child.returncode is None:
            self.child.send_signal(number)
            _, self.said = self.child.communicate(timeout=SECONDS)
        return self.child.returncode


def heed_interrupts():
    """A program that was started in the background ignores SIGINT, and so do its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def alive_in(folder):
    """Processes whose command has a path below this folder."""
    return [one for one in processes() if f"{folder}" in one.command and one.number != os.getpid()]
