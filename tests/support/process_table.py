# SPDX-License-Identifier: Apache-2.0
"""Who runs, and what a process holds, as /proc tells."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    number: int
    parent: int
    command: str  # empty: it has ended, and nobody has asked for its exit status yet


def read_process(folder):
    try:
        command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        facts = (folder / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return Process(int(folder.name), int(facts[1]), command.strip())


def processes():
    found = [read_process(path) for path in Path("/proc").iterdir() if path.name.isdigit()]
    return [process for process in found if process is not None]


def named_after(folder):
    """Processes with a path below this folder in their command."""
    return [process for process in processes()
            if f"{folder}/" in process.command and process.number != os.getpid()]


def children(number):
    return [process for process in processes() if process.parent == number]


def descriptors(number):
    """What a process holds open: descriptor and target."""
    found = {}
    for path in Path(f"/proc/{number}/fd").iterdir():
        try:
            found[int(path.name)] = os.readlink(path)
        except FileNotFoundError:
            pass  # closed meanwhile
    return found


def threads(number):
    return len(list(Path(f"/proc/{number}/task").iterdir()))
