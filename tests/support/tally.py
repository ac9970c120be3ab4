# SPDX-License-Identifier: Apache-2.0
"""What the runners of a door counted: each runs, its report is read, and the sum is one line.

A runner that fails without a failed test, that leaves no report, or that ran nothing counts as one
failed test: what did not run has not passed.
"""

import json
import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as xml
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


def judged(tally, status):
    """A report together with its runner's exit status."""
    ran_nothing = tally.passed + tally.failed + tally.skipped == 0
    if tally.failed == 0 and (status != 0 or ran_nothing):
        tally.failed = 1
    return tally


def meson_tally(report):
    """Meson's testlog.json: a JSON object in each line."""
    tally = Tally()
    if not report.exists():
        return tally
    for line in report.read_text().splitlines():
        result = json.loads(line)["result"]
        if result in ("OK", "EXPECTEDFAIL"):
            tally.passed += 1
        elif result == "SKIP":
            tally.skipped += 1
        else:
            tally.failed += 1
    return tally


def junit_tally(report):
    """The JUnit file that pytest writes."""
    tally = Tally()
    if not report.exists():
        return tally
    for suite in xml.parse(report).getroot().iter("testsuite"):
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        # A test that passed and whose teardown failed counts twice in `tests`, once as failed.
        tally.add(Tally(max(0, int(suite.get("tests", 0)) - failed - skipped), failed, skipped))
    return tally


def run_meson(build, *arguments):
    """Runs the unit tests of a build folder."""
    report = build / "meson-logs" / "testlog.json"
    report.unlink(missing_ok=True)
    command = ["meson", "test", "-C", str(build), "--suite", "unit", "--no-rebuild", "--quiet",
               "--print-errorlogs", "--timeout-multiplier", "5", *arguments]
    status = subprocess.run(command, stdin=subprocess.DEVNULL).returncode
    logged = list((build / "meson-logs").glob("testlog*.json"))
    newest = max(logged, key=lambda path: path.stat().st_mtime) if logged else report
    return judged(meson_tally(newest), status)


def run_pytest(report, *arguments, is_alone=False):
    """What it prints is shown when it ends, so that several can run side by side; at once where it
    is alone."""
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *arguments]
    done = subprocess.run(command, stdin=subprocess.DEVNULL,
                          stdout=None if is_alone else subprocess.PIPE, stderr=subprocess.STDOUT)
    if not is_alone:
        print(done.stdout.decode(errors="replace"), end="", flush=True)
    return judged(junit_tally(report), done.returncode)


def run_check(name, log, commands):
    """One check of the tools, one test: passed where every command exits 0."""
    begin = time.monotonic()
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "wb") as out:
        for command in commands:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out,
                                  stderr=subprocess.STDOUT)
            if done.returncode != 0:
                break
    seconds = time.monotonic() - begin
    if done.returncode == 0:
        print(f"ok      {name} ({seconds:.0f} s)", flush=True)
        return Tally(passed=1)
    print(f"FAILED  {name} ({seconds:.0f} s): {' '.join(map(str, command))}")
    print("\n".join("        " + line for line in worth_reading(log)), flush=True)
    return Tally(failed=1)


def worth_reading(log):
    """What a person needs of a failed check's log: the findings, and how it ended."""
    lines = re.sub(r"\x1b\[[0-9;]*m", "", log.read_text(errors="replace")).splitlines()
    found = [line for line in lines if " error: " in line or " warning: " in line]
    return [*dict.fromkeys(found[:100]), *lines[-20:], f"all of it is in {log}"]


def close(tally):
    """Prints the sum, hands it on to .ci/run where that asked, and says how to exit."""
    notes = os.environ.get("ISPUP_TALLY")
    if notes:
        with Path(notes).open("a") as file:
            file.write(f"{tally.passed} {tally.failed} {tally.skipped}\n")
    print(tally.line(), flush=True)
    return 1 if tally.failed else 0
