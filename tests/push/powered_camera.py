# SPDX-License-Identifier: Apache-2.0
"""A camera with its server and a power button. When it requests a restart it goes away, and comes
back at the same address with an empty RAM."""

import re
import signal
import subprocess
import threading
import time

SECONDS = 60  # what takes this long hangs


class PoweredCamera:
    """`before_boot`, if a test sets it, is called while the camera is off."""

    def __init__(self, camera, obeys_restart=True):
        self.camera = camera
        self.port = 0
        self.child = None
        self.obeys_restart = obeys_restart
        self.before_boot = lambda: None
        self.boots = 0
        self.is_off = threading.Event()
        self.stopping = threading.Event()
        self.keeper = threading.Thread(target=self.keep)

    def __enter__(self):
        self.power_on()
        self.keeper.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.keeper.join(SECONDS)
        self.power_off()

    @property
    def host(self):
        return f"admin@127.0.0.1:{self.port}"

    def power_on(self):
        log = self.camera.folder / "ispupd.log"
        begin = log.stat().st_size if log.exists() else 0
        with open(log, "ab") as out:
            self.child = subprocess.Popen(
                [self.camera.build / "src" / "ispupd" / "ispupd", "-c", self.camera.configuration,
                 "--listen", f"127.0.0.1:{self.port}"],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        deadline = time.monotonic() + SECONDS
        told = None
        while told is None:
            assert self.child.poll() is None and time.monotonic() < deadline, log.read_text()
            told = re.search(rb"listening on https?://127\.0\.0\.1:(\d+)/\n",
                             log.read_bytes()[begin:])
            time.sleep(0.002)
        self.port = int(told[1])

    def power_off(self):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGKILL)
        self.child.wait(SECONDS)

    def keep(self):
        while not self.stopping.wait(0.02):
            if self.obeys_restart and self.camera.was_asked_to_restart():
                self.restart()

    def restart(self):
        self.camera.settle()
        self.power_off()
        self.before_boot()
        self.camera.restart()
        self.boots += 1
        self.power_on()
