# SPDX-License-Identifier: Apache-2.0
"""A camera that restarts when it is asked to."""

import threading

SECONDS = 60  # what takes this long hangs


class Restarts:
    """The power button: the camera restarts when it asks for it, and its web server goes on. The
    tests' user boots it, usually root."""

    def __init__(self, camera):
        self.camera = camera
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.keep)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join(SECONDS)

    def keep(self):
        while not self.stopping.wait(0.02):
            if self.camera.was_asked_to_restart():
                self.camera.settle()
                self.camera.restart()
