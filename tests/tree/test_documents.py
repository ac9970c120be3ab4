# SPDX-License-Identifier: Apache-2.0
"""The documents name only things that exist."""

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


# Not a path in build/, and not the end of a longer path.
PATH = re.compile(r"(?<![\w./-])(?:src|tests|tools|examples|completion)/[\w./-]*\w")


def test_every_path_that_a_page_names_is_there(root):
    missing = [f"{page.relative_to(root)}: {path}"
               for page in tracked(root) if page.suffix in (".md", ".scd")
               for path in PATH.findall(page.read_text()) if not (root / path).exists()]
    assert missing == []


def test_this_test_sees_a_path():
    text = "`src/a/b.c`, `src/a/`. build/src/ispup/ispup, ../examples/boot and tests/tree."
    assert PATH.findall(text) == ["src/a/b.c", "src/a", "tests/tree"]


def cases_of_the_page(root):
    """The tests in the last column of the table, for each case number."""
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


def asked(root):
    """What the first column of each row of docs/compliance.md begins with, by the heading."""
    rows, heading = {}, ""
    for line in (root / "docs" / "compliance.md").read_text().splitlines():
        heading = line if line.startswith(("#", "Part", "5.")) else heading
        cells = [cell.strip() for cell in line.split(" | ")]
        if line.startswith("| ") and cells[0] != "| asks":
            assert len(cells) == 4 and "" not in cells, line
            rows.setdefault(heading, []).append(cells[0].split()[1].rstrip(":"))
    return list(rows.values())


def test_product_makers_find_a_row_for_each_demand(root):
    part_1, part_2, passwords, updates, architecture = asked(root)
    assert part_1 == [f"({letter})" for letter in "abcdefghijklm"]
    assert part_2 == [f"({number})" for number in range(1, 9)]
    assert passwords == [f"5.1-{number}" for number in range(1, 6)]
    assert updates == [f"5.3-{number}" for number in range(1, 17)]
    assert set(architecture) >= {"1", "3", "4", "4.1", "6,", "7"}
