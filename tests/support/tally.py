# SPDX-License-Identifier: Apache-2.0
"""Counts the tests of a door; prints the sum in one line."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Tally:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def line(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def close(tally):
    """Prints the sum, passes it to .ci/run if that requested it, and returns the exit status."""
    notes = os.environ.get("ISPUP_TALLY")
    if notes:
        with Path(notes).open("a") as file:
            file.write(f"{tally.passed} {tally.failed} {tally.skipped}\n")
    print(tally.line(), flush=True)
    return 1 if tally.failed else 0
