# SPDX-License-Identifier: Apache-2.0
"""Stops an update at a moment that a test chooses."""

import os
from contextlib import contextmanager


class Gate:
    """A program in the camera's configuration that stops an update until the test opens it."""

    def __init__(self, folder):
        self.fifo = folder / "gate.fifo"
        self.program = folder / "gate"
        os.mkfifo(self.fifo)
        self.program.write_text(f"#!/bin/sh\nread line <{self.fifo}\n")
        self.program.chmod(0o755)

    @contextmanager
    def reached(self):
        """While it lasts, the update is stopped at the gate."""
        with open(self.fifo, "w") as opened:  # opens when the other end is opened
            yield
            opened.write("go on\n")
