# SPDX-License-Identifier: Apache-2.0
"""Holds up an update at a moment that a test chooses."""

import os
from contextlib import contextmanager


class Gate:
    """A program of the camera's configuration that holds up an update until it is let go on."""

    def __init__(self, folder):
        self.fifo = folder / "gate.fifo"
        self.program = folder / "gate"
        os.mkfifo(self.fifo)
        self.program.write_text(f"#!/bin/sh\nread line <{self.fifo}\n")
        self.program.chmod(0o755)

    @contextmanager
    def reached(self):
        """While the update stands at the gate."""
        with open(self.fifo, "w") as opened:  # opens when the other end is
            yield
            opened.write("go on\n")
