# SPDX-License-Identifier: Apache-2.0
"""`ispup gateway` between the DDI server and simulated cameras."""

import contextlib
import csv
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

from rolling import preloaded
from simulation import until

sys.path.insert(0, str(Path(__file__).resolve().parent))

SECONDS = 120  # what takes this long hangs


class Gateway:
    """Its folder, configuration and cameras. The cameras are named isp-0, isp-1, ..."""

    def __init__(self, build, folder, simulation, server, **limits):
        self.ispup = build / "src" / "ispup" / "ispup"
        self.kill_after = preloaded("kill_after", build, folder)
        self.folder, self.simulation, self.server = folder, simulation, server
        self.cameras = simulation.cameras
        self.image = simulation.image
        self.labels = [camera.url.removeprefix("http://") for camera in self.cameras]
        self.names = [f"isp-{i}" for i in range(len(self.cameras))]
        self.store = folder / "store"
        self.store.mkdir(mode=0o700)
        self.log = folder / "gateway.log"
        self.process = None
        self.made = 0
        self.write_list()
        self.write(folder / "gateway.token", f"{server.token}\n", 0o600)
        self.write(folder / "netrc", "default login admin password 123456\n", 0o600)
        self.configure(**limits)

    def write(self, path, text, mode=0o644):
        path.write_text(text)
        path.chmod(mode)

    def write_list(self, header="camera,controller,site", site="roof"):
        rows = [f"{label},{name},{site}" for label, name in zip(self.labels, self.names)]
        (self.folder / "cameras.csv").write_text("\n".join([header, *rows, ""]))

    def configure(self, hawkbit="", cameras="", store="", **limits):
        given = {"ask": "1s", "wait": "60s", **limits}
        lines = "".join(f"{key.replace('_', '-')} = {value}\n" for key, value in given.items())
        self.configuration = folder = self.folder / "gateway.conf"
        folder.write_text(
            f"[hawkbit]\nserver = {self.server.url}\ngateway-token-file = gateway.token\n"
            f"poll = 1s\n{hawkbit}"
            f"[cameras]\nlist = cameras.csv\ncredentials = netrc\n{cameras}"
            f"[limits]\n{lines}[store]\nfolder = store\n{store}")

    def newer_image(self, size=4000, platform="0300"):
        """Each is newer than the one before, and has other bytes in two components."""
        self.made += 1
        parts = [self.folder / f"{name}-{self.made}" for name in ("firmware", "device-resource")]
        for part in parts:
            part.write_bytes(os.urandom(size))
        done = subprocess.run([self.ispup, "pack", "--platform", platform, "--version",
                               f"V2.{self.made:02}.00", "--firmware", parts[0],
                               "--device-resource", parts[1], "-o", self.folder],
                              stderr=subprocess.PIPE, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return self.folder / f"ISP-U-{platform}-V2.{self.made:02}.00.bin"

    def module(self, *images):
        images = images or (self.newer_image(),)
        return self.server.module("isp", images[0].stem,
                                  {image.name: image.read_bytes() for image in images})

    def assign(self, *modules, camera=0, **how):
        return self.server.assign(self.names[camera], *(modules or (self.module(),)), **how)

    def run(self, *words, **environment):
        return subprocess.run([self.ispup, "gateway", "-c", self.configuration, *words],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              stdin=subprocess.DEVNULL, timeout=SECONDS,
                              env={**os.environ, **environment})

    def start(self, through=(), **environment):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*through, self.ispup, "gateway", "-c", self.configuration],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **environment})
        return self

    def sending(self):
        """Starts, and waits until the image of a new action is being sent."""
        action = self.assign()
        self.start()
        until(lambda: "is being sent" in self.said(), "an upload")
        return action

    def kill(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def stop(self):
        """Its exit status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(SECONDS)
        self.process = None
        return status

    def said(self):
        return self.log.read_text()

    def has_told_all(self):
        """It has read hawkBit's answer to all that it had to tell, and hawkBit, which wants the
        attributes once more after a success, has got them."""
        if any(target.wants_attributes for target in list(self.server.state.targets.values())):
            return False
        with contextlib.closing(sqlite3.connect(self.store / "gateway.db")) as database:
            return database.execute("SELECT count(*) FROM outbox").fetchone() == (0,)

    def ended(self, action):
        """Waits for the end of the action; its last feedback."""
        try:
            self.server.wait_for(lambda: not action.is_active)
        except AssertionError:
            raise AssertionError(self.said()) from None
        return action.feedback[-1]

    def export(self):
        done = self.run("--export")
        assert done.returncode == 0, done.stderr
        return list(csv.DictReader(done.stdout.splitlines()))

    def updates(self, camera=0):
        return int(self.cameras[camera].status()["ISP_UPDATE"])
