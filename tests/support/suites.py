# SPDX-License-Identifier: Apache-2.0
"""Suites of tests: each is a run of programs whose events are read while it runs.

What did not run has not passed: a suite whose program fails without a failed test, or that ran
nothing, counts one failed test.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter

import cmocka
from tally import Tally


class Suite:
    """Commands that run in turn and count as one test, which passes if each exits with 0."""

    def __init__(self, name, folder, commands, environment=None):
        folder.mkdir(parents=True, exist_ok=True)
        self.name, self.commands = name, list(commands)
        self.environment = {**os.environ, **(environment or {})}
        self.log = folder / f"{re.sub('[/ ]', '-', name)}.log"
        self.is_busy = False  # runs at a low priority
        self.tally = Tally()
        self.count = None  # number of its tests, once known
        self.running = ""  # the test that runs now
        self.reasons = Counter()  # of skipped tests
        self.failures = []  # names
        self.news = []  # (name, text) of failures that were not shown yet
        self.child = None

    def start(self):
        self.begun = time.monotonic()
        self.log.write_bytes(b"")
        self.prepare()
        self.start_next()

    def start_next(self):
        self.command = self.commands.pop(0)
        with open(self.log, "ab") as log:
            self.child = subprocess.Popen(
                [*(("nice", "-n", "5") if self.is_busy else ()), *self.command],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                env=self.environment)

    def seconds(self):
        return time.monotonic() - self.begun

    def is_over(self):
        """Reads the events since the last call."""
        status = self.child.poll()
        self.follow()
        if status == 0 and self.commands:
            self.start_next()
            return False
        if status is None:
            return False
        self.finish(status)
        self.judge(status)
        return True

    def judge(self, status):
        """A count together with the exit status."""
        if self.tally.failed == 0 and not self.is_whole(status):
            ran = f"exit status {status}, {self.done()} of {self.count or '?'} tests" + (
                f", while {self.running} ran" if self.running else "")
            self.fail(self.name, "\n".join([*worth_reading(self.log), ran,
                                            " ".join(map(str, self.command))]))
            self.tally.failed = 1

    def is_whole(self, status):
        """Whether every part of it ran."""
        return status == 0 and self.done() > 0

    def done(self):
        """How many of its tests have ended."""
        return self.tally.passed + self.tally.failed + self.tally.skipped

    def fail(self, name, text):
        self.failures.append(name)
        self.news.append((name, text))

    def skip(self, reason):
        self.tally.skipped += 1
        self.reasons[reason or "no reason given"] += 1

    def end(self):
        if self.child is not None and self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            self.child.wait()

    def prepare(self):
        """Before the first command."""

    def follow(self):
        """Called again and again while it runs."""

    def finish(self, status):
        """After the last command."""
        if status == 0:
            self.tally.passed = 1


class Pytest(Suite):
    """Tests in Python; tell.py writes their events."""

    def __init__(self, name, folder, arguments):
        super().__init__(name, folder, [pytest_command("-q", *arguments)])
        self.events = self.log.with_suffix(".events")
        self.environment["ISPUP_EVENTS"] = str(self.events)

    def prepare(self):
        self.events.write_bytes(b"")
        self.lines = open(self.events, "rb")

    def run_alone(self):
        """On a terminal of its own, with pytest's own output."""
        self.prepare()
        self.command = self.commands[0]
        status = subprocess.run(self.command, stdin=subprocess.DEVNULL,
                                env=self.environment).returncode
        self.follow()
        self.judge(status)
        return self.tally

    def follow(self):
        for line in whole_lines(self.lines):
            self.take(json.loads(line))

    def take(self, event):
        if event["event"] == "count":
            self.count = event["count"]
        elif event["event"] == "begin":
            self.running = event["name"]
        elif event["event"] == "failure":
            self.fail(event["name"], event["text"])
        else:
            self.running = ""
            self.count_one(event)

    def count_one(self, event):
        if event["outcome"] == "skipped":
            self.skip(event["reason"])
        elif event["outcome"] == "failed":
            self.tally.failed += 1
        else:
            self.tally.passed += 1

    def is_whole(self, status):
        """pytest exits with 5 if it ran no test, for example because all files are skipped."""
        return status in (0, 5) and 0 < self.done() == self.count

    def finish(self, status):
        self.lines.close()


class Unit(Suite):
    """The unit tests of a build folder, run by Meson; each cmocka test counts."""

    LINE = re.compile(r"^ *(\d+)/(\d+) (?:.* / )?(.*?) +(OK|SKIP|[A-Z]{4,}) +[\d.]+s")

    def __init__(self, folder, build, *without):
        """`without`: suites of Meson that are left out."""
        super().__init__("unit", folder, [
            ["meson", "test", "-C", build, "--suite", "unit", "--no-rebuild", "--print-errorlogs",
             "--timeout-multiplier", "5", *(f"--no-suite={name}" for name in without)]], {"CMOCKA_MESSAGE_OUTPUT": "STDOUT"})
        self.environment.pop("ISPUP_TEST", None)
        self.report = build / "meson-logs" / "testlog.json"
        self.programs = 0  # tests that have ended
        self.broken = None  # name and lines of the last failed test

    def prepare(self):
        self.report.unlink(missing_ok=True)
        self.lines = open(self.log, "rb")

    def done(self):
        return super().done() or self.programs

    def follow(self):
        lines = list(whole_lines(self.lines))
        for line in lines:
            self.take(line)
        if not lines:
            self.tell_broken()

    def take(self, line):
        told = self.LINE.match(line)
        if told is None and self.broken is not None:
            self.broken[1].append(line)
        elif told is not None and int(told[1]) > self.programs:  # Meson repeats them at its end
            self.tell_broken()
            self.programs, self.count = int(told[1]), int(told[2])
            self.broken = None if told[4] in ("OK", "SKIP") else (told[3], [line])

    def tell_broken(self):
        """Meson prints the details of a failed program after its line."""
        if self.broken is not None:
            self.news.append((self.broken[0], "\n".join(self.broken[1])))
        self.broken = None

    def finish(self, status):
        self.tell_broken()
        self.lines.close()
        if not self.report.exists():
            return
        for line in self.report.read_text().splitlines():
            ran = cmocka.read(json.loads(line))
            self.tally.passed += ran.passed
            self.tally.failed += len(ran.failed)
            self.failures += ran.failed
            for reason in ran.skipped:
                self.skip(reason)


class Bare(Suite):
    """A door in a bare system, run by tools/bare-suite. Its tests count, if it counts them."""

    def __init__(self, name, folder, program, place):
        super().__init__(name, folder, [[program, *name.split(), place]])
        self.noted = place / "tally"

    def finish(self, status):
        if status == 77:
            self.skip(self.log.read_text(errors="replace").splitlines()[-1])
        elif self.noted.exists():
            self.tally = Tally(*map(int, self.noted.read_text().split()))
        else:
            super().finish(status)

    def is_whole(self, status):
        return status == 77 or super().is_whole(status)

    def judge(self, status):
        """The failures are in the log of the door."""
        if self.tally.failed:
            self.fail(self.name, self.log.read_text(errors="replace"))
        super().judge(status)


def pytest_command(*arguments):
    return [sys.executable, "-m", "pytest", "-p", "tests.support.tell", *map(str, arguments)]


def whole_lines(file):
    """The complete lines; an incomplete one is read later."""
    while (line := file.readline()).endswith(b"\n"):
        yield line.decode(errors="replace").rstrip("\n")
    file.seek(-len(line), os.SEEK_CUR)


def worth_reading(log):
    """The part of a failed command's log that a person needs: the findings, and how it ended."""
    lines = re.sub(r"\x1b\[[0-9;]*m", "", log.read_text(errors="replace")).splitlines()
    found = [line for line in lines if " error: " in line or " warning: " in line]
    return [*dict.fromkeys(found[:100]), *lines[-20:]]
