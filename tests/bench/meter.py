# SPDX-License-Identifier: Apache-2.0
"""Processor time and memory of all processes of a rival, measured in the same way for both."""

import ctypes
import os
import re
import resource
import signal
import threading
import time
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
TICK = os.sysconf("SC_CLK_TCK")


def adopt_orphans():
    """The children that a rival leaves become children of this process, and are still counted."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def group_folder():
    """A folder for our own control groups (version 2); None if this user may not make any."""
    mounts = Path("/proc/mounts").read_text()
    mount = re.search(r"(?m)^\S+ (\S+) cgroup2 ", mounts)
    own = re.search(r"(?m)^0::(.*)$", Path("/proc/self/cgroup").read_text())
    if not mount or not own:
        return None
    folder = Path(mount[1]) / own[1].strip("/")
    return folder if os.access(folder, os.W_OK) else None


class Processes:
    """A server and all processes that it starts."""

    def __init__(self, name):
        above = group_folder()
        self.group = above / f"ispup-bench-{os.getpid()}-{name}" if above else None
        self.server = None
        if self.group:
            self.group.mkdir()

    def enter(self):
        """Runs in the child, before it becomes the server."""
        if self.group:
            (self.group / "cgroup.procs").write_text("0")

    def numbers(self):
        if self.group:
            return [int(number) for number in (self.group / "cgroup.procs").read_text().split()]
        return descendants(os.getpid())

    def processor_seconds(self):
        if self.group:
            said = (self.group / "cpu.stat").read_text()
            return int(re.search(r"usage_usec (\d+)", said)[1]) / 1e6
        reap_orphans(self.server)
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        return ended.ru_utime + ended.ru_stime + sum(ticks_of(one) for one in self.numbers()) / TICK

    def close(self):
        """Kills all processes of this group: no other process is in it."""
        for tries in range(2000 if self.group else 0):
            try:
                self.group.rmdir()
                return
            except OSError:
                time.sleep(0.01)
            if tries == 1000:
                for number in self.numbers():
                    os.kill(number, signal.SIGKILL)


def parents():
    found = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                said = Path(entry.path, "stat").read_text()
            except OSError:
                continue
            found[int(entry.name)] = int(said.rpartition(")")[2].split()[1])
    return found


def descendants(root):
    parent_of = parents()
    found = []
    for number in parent_of:
        above = number
        while above in parent_of and above != root:
            above = parent_of[above]
        if above == root and number != root:
            found.append(number)
    return found


def reap_orphans(server):
    """Counts processes that ended. subprocess waits for the server itself."""
    for number, parent in parents().items():
        if parent == os.getpid() and number != server:
            os.waitpid(number, os.WNOHANG)


def fields_of(number):
    """The fields of /proc/NUMBER/stat after the name; empty if there is no such process."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def program_of(number):
    try:
        return os.path.basename(os.readlink(f"/proc/{number}/exe"))
    except OSError:
        return ""


def ticks_of(number):
    """Its own time and that of its children that have ended."""
    return sum(int(field) for field in fields_of(number)[11:15])


def kilobytes(number, file, key):
    try:
        found = re.search(rf"(?m)^{key}:\s+(\d+) kB", Path(f"/proc/{number}/{file}").read_text())
    except OSError:
        return 0
    return int(found[1]) if found else 0


class Sampler:
    """The greatest sum of proportional set sizes at one time, the sum of the peaks of all
    processes, and how the processor time is divided."""

    def __init__(self, processes, seconds=0.005):
        self.processes, self.seconds = processes, seconds
        self.most = 0
        self.peaks, self.times, self.first = {}, {}, {}
        self.ends = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        for number in self.processes.numbers():
            self.note_time(number)
        self.first = dict(self.times)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        self.thread.join()

    def run(self):
        while not self.ends.is_set():
            numbers = self.processes.numbers()
            self.most = max(self.most, sum(kilobytes(one, "smaps_rollup", "Pss")
                                           for one in numbers))
            for one in numbers:
                self.peaks[one] = max(self.peaks.get(one, 0), kilobytes(one, "status", "VmHWM"))
                self.note_time(one)
            time.sleep(self.seconds)

    def note_time(self, number):
        fields = fields_of(number)
        if fields and program_of(number):
            user, system = (int(field) / TICK for field in fields[11:13])
            self.times[number] = (self.role(number, fields), user, system)

    @staticmethod
    def role(number, fields):
        """The server's processes, the front that they start, and the two children of the front."""
        if program_of(number) == "ispupd":
            return "server"
        if int(fields[3]) == number:
            return "installer"
        return "front" if program_of(int(fields[1])) == "ispupd" else "worker"

    @property
    def shares(self):
        """For each role: processor seconds of the program's code and of the kernel, since the
        first sample."""
        found = {}
        for number, (role, user, system) in self.times.items():
            first = self.first.get(number, (role, 0, 0))
            one = found.setdefault(role, [0, 0])
            one[0] += user - first[1]
            one[1] += system - first[2]
        return found

    @property
    def peak_sum(self):
        return sum(self.peaks.values())
