# SPDX-License-Identifier: Apache-2.0
"""Processes and their descriptors, from /proc."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

CLOSED = "no look into a process of another user here (no CAP_SYS_PTRACE)"


@contextlib.contextmanager
def looking_inside():
    """Skips a test if the kernel does not let it look into another process."""
    try:
        yield
    except PermissionError:
        pytest.skip(CLOSED)


@dataclass(frozen=True)
class Process:
    number: int
    parent: int
    command: str  # empty: it has ended, and its exit status is not yet collected


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
    """Processes whose command has a path below this folder."""
    return [process for process in processes()
            if f"{folder}/" in process.command and process.number != os.getpid()]


def at_work_below(folder):
    """Processes with a path below this folder in their command, in their environment, or as
    working folder."""
    return [process for process in processes()
            if process.number != os.getpid() and f"{folder}/" in where(process)]


def where(process):
    folder = Path(f"/proc/{process.number}")
    try:
        environment = (folder / "environ").read_bytes().decode(errors="replace")
        return f"{process.command}\0{environment}\0{os.readlink(folder / 'cwd')}/"
    except OSError:
        return process.command  # it has ended, or is another user's


def children(number):
    return [process for process in processes() if process.parent == number]


def descriptors(number):
    """The open descriptors of a process with their targets."""
    found = {}
    with looking_inside():
        for path in Path(f"/proc/{number}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):  # closed meanwhile
                found[int(path.name)] = os.readlink(path)
    return found


def environment(number):
    """The bytes of a process's environment now. Other users than root may not see them."""
    with looking_inside():
        return Path(f"/proc/{number}/environ").read_bytes()


def threads(number):
    return len(list(Path(f"/proc/{number}/task").iterdir()))
