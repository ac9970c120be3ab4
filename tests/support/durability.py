# SPDX-License-Identifier: Apache-2.0
"""strace as a witness: what a program wrote that a power cut may still take back, and which reads
of a bank may come from the page cache instead of the medium.

A file is dirty from a write until a sync that began after it; a folder from a change of its names.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field

import pytest

CHANGES = ("write", "writev", "pwrite64", "pwritev", "pwritev2", "ftruncate", "fallocate",
           "copy_file_range", "sendfile", "splice")
MODES = ("chmod", "fchmod", "fchmodat", "chown", "lchown", "fchown", "fchownat")
CREATED = ("mkdir", "mkdirat", "symlink", "symlinkat", "link", "linkat", "mknod", "mknodat")
REMOVED = ("unlink", "unlinkat", "rmdir")
RENAMED = ("rename", "renameat", "renameat2")
SYNCED = ("fsync", "fdatasync")
READS = ("read", "readv", "pread64", "preadv")
CALLS = ",".join((*CHANGES, *MODES, *CREATED, *REMOVED, *RENAMED, *SYNCED, *READS, "open", "openat",
                  "creat", "truncate", "fcntl", "fadvise64"))
CALL = re.compile(r"(?P<process>\d+) +(?P<name>\w+)\((?P<arguments>.*)\) += (?P<result>-?\d+)")
BEGUN = re.compile(r"(?P<process>\d+) +(?P<name>\w+)\((?P<arguments>.*) <unfinished \.\.\.>")
RESUMED = re.compile(r"(?P<process>\d+) +<\.\.\. (?P<name>\w+) resumed>(?P<rest>.*)")
# A quoted name. If the call has a folder that it is relative to, that precedes it.
NAME = re.compile(r'(?:(?:AT_FDCWD|\d+)<(?P<folder>[^>]*)>, )?"(?P<name>(?:[^"\\]|\\.)*)"')
HELD = re.compile(r"(\d+)<([^>]*)>")


# As in the programs: no process without CAP_SYS_PTRACE reads the memory of this one (PR_SET_DUMPABLE).
CLOSED = "import ctypes; ctypes.CDLL(None).prctl(4, 0, 0, 0, 0); open('/dev/null')"


def can_trace():
    """Whether strace shows the names that the programs open."""
    return shutil.which("strace") is not None and '"/dev/null"' in subprocess.run(
        ["strace", "-e", "trace=openat", sys.executable, "-c", CLOSED], text=True,
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE).stderr


needs_strace = pytest.mark.skipif(
    not can_trace(), reason="strace cannot look into the programs here (no CAP_SYS_PTRACE)")


def traced(trace):
    """The words before a traced command."""
    return ["strace", "-f", "-y", "-s", "512", "-e", f"trace={CALLS}", "-e", "signal=none",
            "-o", trace]


@dataclass
class Call:
    name: str
    arguments: str
    begin: int  # lines of the trace
    end: int
    is_good: bool

    def held(self):
        """The path of the first argument, a descriptor."""
        found = HELD.match(self.arguments)
        return found and found[2]

    def names(self):
        return [os.path.join(found["folder"] or "", found["name"])
                for found in NAME.finditer(self.arguments)]


def calls(text):
    """Each call once, with the line in which it began, in the order in which the calls ended."""
    begun = {}
    for number, line in enumerate(text.splitlines()):
        start = number
        if found := BEGUN.match(line):
            begun[found["process"]] = number, line.removesuffix("<unfinished ...>")
            continue
        if (found := RESUMED.match(line)) and found["process"] in begun:
            start, first = begun.pop(found["process"])
            line = first + found["rest"]
        if found := CALL.match(line):
            yield Call(found["name"], found["arguments"], start, number,
                       int(found["result"]) >= 0)


@dataclass
class Witness:
    """`lasting`: files and folders that survive a power cut. `banks`: the folder of banks, which
    must be read from the medium. `journal`: the common start of its files' paths. The journal
    refers to the other files, so none of them may be dirty when it is written."""
    lasting: tuple
    banks: str
    journal: str
    bytes: dict = field(default_factory=dict)  # path: the line of the last change
    modes: dict = field(default_factory=dict)
    names: dict = field(default_factory=dict)
    known: set = field(default_factory=set)
    direct: set = field(default_factory=set)
    advised: set = field(default_factory=set)
    written: set = field(default_factory=set)
    read: set = field(default_factory=set)
    faults: list = field(default_factory=list)

    def lasts(self, path):
        return path is not None and any(path == place or path.startswith(f"{place}/")
                                        for place in self.lasting)

    def dirty(self):
        return set(self.bytes) | set(self.modes) | set(self.names)

    def watch(self, text, until=None):
        """Reads up to the call for which `until` is true; returns whether it came."""
        for call in calls(text):
            if until is not None and until(call):
                return True
            if call.is_good:
                self.take(call)
        return until is None

    def take(self, call):
        if call.name in ("open", "openat", "creat"):
            self.take_open(call, call.names()[-1])
        elif call.name in SYNCED:
            self.take_sync(call, call.held())
        elif call.name in RENAMED:
            self.take_rename(call, *call.names())
        elif call.name in CREATED:
            self.take_name(call, call.names()[-1])
        elif call.name in REMOVED:
            self.forget(call.names()[-1])
            self.take_name(call, call.names()[-1])
        elif call.name in MODES:
            self.change(self.modes, call, call.held() or call.names()[-1])
        elif call.name == "truncate":
            self.change(self.bytes, call, call.names()[-1])
        elif call.name in CHANGES:
            # Reserving room changes no byte.
            if "FALLOC_FL_KEEP_SIZE" not in call.arguments:
                self.take_write(call, call.held())
        else:
            self.take_read(call, call.held())

    def change(self, of, call, path):
        if self.lasts(path):
            of[path] = call.end

    def take_name(self, call, path):
        if self.lasts(path):
            self.known.add(path)
            self.names[os.path.dirname(path)] = call.end

    def take_open(self, call, path):
        self.direct.discard(path)
        if "O_DIRECT" in call.arguments.replace("O_DIRECTORY", ""):
            self.direct.add(path)
        if "O_TRUNC" in call.arguments or call.name == "creat":
            self.change(self.bytes, call, path)
        if "O_CREAT" in call.arguments and path not in self.known:
            self.take_name(call, path)

    def take_write(self, call, path):
        if path is not None and path.startswith(self.journal):
            self.faults += [f"{path} is written while {one} is dirty"
                            for one in self.dirty() - {path, os.path.dirname(path)}]
        self.change(self.bytes, call, path)
        self.advised.discard(path)
        if self.lasts(path):
            self.written.add(path)

    def take_sync(self, call, path):
        of = [self.bytes] if call.name == "fdatasync" else [self.bytes, self.modes, self.names]
        for changed in of:
            if changed.get(path, call.begin) < call.begin:
                del changed[path]

    def take_rename(self, call, old, new):
        for path in self.dirty():
            if path == old or path.startswith(f"{old}/"):
                self.faults.append(f"{old} is renamed while {path} is dirty")
        self.forget(new)
        self.forget(old)
        self.take_name(call, old)
        self.take_name(call, new)

    def forget(self, path):
        for of in (self.bytes, self.modes, self.names):
            for gone in [one for one in of if one == path or one.startswith(f"{path}/")]:
                del of[gone]
        self.known.discard(path)

    def take_read(self, call, path):
        if path is None or not path.startswith(f"{self.banks}/"):
            return
        if call.name == "fcntl" and "F_SETFL" in call.arguments:
            (self.direct.add if "O_DIRECT" in call.arguments else self.direct.discard)(path)
        elif call.name == "fadvise64":
            # Dirty pages cannot leave the cache.
            if "POSIX_FADV_DONTNEED" in call.arguments and path not in self.bytes:
                self.advised.add(path)
        elif call.name != "fcntl":
            self.read.add(path)
            if path not in self.direct | self.advised:
                self.faults.append(f"{path} is read from the page cache")
            self.advised.discard(path)
