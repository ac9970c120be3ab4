# SPDX-License-Identifier: Apache-2.0
"""Reads the output of a unit test program. Meson knows only its exit status, and a cmocka program
that skips all of its tests exits with 0. (The TAP of cmocka 1.1.5 calls a skipped test failed.)"""

import re
from dataclasses import dataclass, field

BEGIN = re.compile(r"^\[=+\] (?:.*: )?Running (\d+) test\(s\)\.$", re.M)
FAILED = re.compile(r"^\[  FAILED  \] (?:.*: )?(\w+)$", re.M)


@dataclass
class Ran:
    passed: int = 0
    skipped: list = field(default_factory=list)  # the reasons
    failed: list = field(default_factory=list)  # the names


def read(told):
    """A line of Meson's testlog.json."""
    program = told["name"].rpartition(" / ")[2]
    said = told["stdout"] or ""
    has_passed = told["result"] in ("OK", "EXPECTEDFAIL")
    counts = [int(count) for count in BEGIN.findall(said)]
    if told["result"] == "SKIP":
        return Ran(skipped=[f"{program}: {last_line(said + (told.get('stderr') or ''))}"])
    if not counts:
        return Ran(passed=1) if has_passed else Ran(failed=[program])
    ran = Ran(len(re.findall(r"^\[       OK \] ", said, re.M)), reasons(program, said))
    ran.failed = [f"{program}: {name}" for name in
                  dict.fromkeys(FAILED.findall(said + "\n" + (told.get("stderr") or "")))]
    # A test that did not end has not passed. A test that ends its program also ends the later
    # ones.
    if not ran.failed and (not has_passed or ran.passed + len(ran.skipped) != sum(counts)
                           or sum(counts) == 0):
        ran.failed = [program]
    return ran


def reasons(program, said):
    """The reason of each skipped test; it stands in a line before cmocka's
    (tests/support/skip.h). cmocka 2 lists the names once more at its end."""
    found = {}
    for reason, name in re.findall(r"(?:^skipped: (.*)\n)?^\[  SKIPPED \] (\w+)$", said, re.M):
        found.setdefault(name, reason)
    return [f"{program}: {reason or 'no reason given'}" for reason in found.values()]


def last_line(said):
    return (said.strip().splitlines() or ["no reason given"])[-1]
