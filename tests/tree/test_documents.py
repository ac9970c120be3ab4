# SPDX-License-Identifier: Apache-2.0
"""The documents speak of what is there."""

import re

from session import session_read
from source_text import tracked


def test_every_link_leads_to_a_file(root):
    dead = []
    for page in tracked(root):
        if page.suffix != ".md":
            continue
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            if not (page.parent / target).exists():
                dead.append(f"{page.relative_to(root)}: {target}")
    assert dead == []


def cases_of_the_page(root):
    """Case by number: the names of tests in the last column of the table."""
    rows = re.findall(r"(?m)^\| (\d+) \|.*\| ([^|]*) \|$",
                      (root / "docs" / "hostile-input.md").read_text())
    return {int(number): set(re.findall(r"`([^`]+)`", tests)) for number, tests in rows}


def test_every_session_of_a_case_is_in_the_table_of_hostile_input(root):
    listed = cases_of_the_page(root)
    missing = [f"{case}: {path.stem}"
               for path in sorted((root / "tests" / "wire").rglob("*.session"))
               for case in session_read(path).cases
               if path.stem not in listed.get(case, set())]
    assert missing == []


def test_the_table_of_hostile_input_names_tests_that_are_there(root):
    there = {path.stem for path in tracked(root, "tests")}
    unknown = [f"{case}: {name}" for case, names in cases_of_the_page(root).items()
               for name in names if name not in there]
    assert unknown == []


def test_every_door_is_told_by_make_help(root):
    makefile = (root / "Makefile").read_text()
    doors = set(re.search(r"(?m)^\.PHONY: (.*)$", makefile)[1].split()) - {"help"}
    assert doors == set(re.findall(r"echo 'make ([a-z-]+) ", makefile))
