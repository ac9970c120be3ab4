# SPDX-License-Identifier: Apache-2.0
"""`ispup rollout` over simulated cameras."""

import csv
import json
import os
import shutil
import subprocess

SECONDS = 240  # what takes this long hangs
FAST = ("--canary", "0", "--waves", "100%", "--soak", "0s", "--wait", "60s")


def preloaded(name, build, folder):
    """A library for LD_PRELOAD, in which a blank ends a path: a copy, because the tree's may have
    one."""
    copy = folder / f"lib{name}.so"
    if not copy.exists():
        shutil.copy(build / "tests" / "support" / copy.name, copy)
    return copy


class Fleet:
    """Cameras, their list, and images for them."""

    def __init__(self, build, folder, simulation, sites=1):
        self.ispup = build / "src" / "ispup" / "ispup"
        self.kill_after = preloaded("kill_after", build, folder)
        self.set_clock = preloaded("set_clock", build, folder)
        self.folder, self.cameras = folder, simulation.cameras
        self.words = [f"admin@{camera.url.removeprefix('http://')}" for camera in self.cameras]
        self.list = folder / "cameras.csv"
        self.write_list({word: f"site-{i % sites}" for i, word in enumerate(self.words)})
        self.image = simulation.image
        self.made = 0

    def write_list(self, sites):
        with open(self.list, "w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["camera", "site", "note"])
            table.writerows([word, site, f"of {site}"] for word, site in sites.items())

    def newer_image(self):
        """Each is newer than the one before, and has other bytes."""
        self.made += 1
        firmware = self.folder / f"firmware-{self.made}"
        firmware.write_bytes(os.urandom(4000))
        done = self.run("pack", "--platform", "0300", "--version", f"V2.{self.made:02}.00",
                        "--firmware", firmware, "-o", self.folder)
        assert done.returncode == 0, done.stderr
        return self.folder / f"ISP-U-0300-V2.{self.made:02}.00.bin"

    def run(self, *words, **environment):
        return subprocess.run([self.ispup, *words], input="123456\n", stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=SECONDS,
                              env={**os.environ, **environment})

    def start(self, *words, stdout=subprocess.DEVNULL, **environment):
        password = self.folder / "password"
        password.write_text("123456\n")
        with open(password) as given:
            return subprocess.Popen([self.ispup, *words], stdin=given, stdout=stdout,
                                    stderr=subprocess.DEVNULL, env={**os.environ, **environment})

    def plan(self, name, *policy, image=None, **environment):
        """The rollout's folder."""
        folder = self.folder / name
        self.said = self.run("rollout", "plan", folder, "--cameras", self.list, "--image",
                             image or self.image, "--password-fd", "0", *policy, **environment)
        return folder

    def roll(self, folder, *words, **environment):
        """Runs it to its end."""
        return self.run("rollout", "run", folder, "--password-fd", "0", *words, **environment)

    def report(self, folder):
        """The row of each camera, by its address."""
        done = self.run("rollout", "report", folder, "--format", "csv")
        assert done.returncode == 0, done.stderr
        return {row["camera"]: row for row in csv.DictReader(done.stdout.splitlines())}

    def events(self, folder):
        done = self.run("rollout", "report", folder, "--format", "jsonl")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def status(self, folder):
        done = self.run("rollout", "status", folder, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def outcomes(self, folder):
        return {camera: row["outcome"] for camera, row in self.report(folder).items()}
