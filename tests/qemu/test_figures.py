# SPDX-License-Identifier: Apache-2.0
"""The figures of docs/porting.md: how large the programs are, and how much memory an update takes."""

import re

import pytest
from bed import CROSS
from sending import Sending

IMAGE = {"firmware": 6000000}


def of_the_page(root, name):
    """A row of the page's tables: what it says of the dynamic and the static programs, in KiB."""
    found = re.search(rf"(?m)^\| {name} \| ([\d,]+) KiB \| ([\d,]+) KiB \|$",
                      (root / "docs" / "porting.md").read_text())
    return dict(zip(("dynamic", "static"), (int(text.replace(",", "")) for text in found.groups())))


@pytest.mark.parametrize("kind", ["dynamic", "static"])
@pytest.mark.parametrize("program", ["update", "system", "ispup-camera"])
def test_no_program_is_larger_than_the_page_says(bed, root, program, kind):
    size = (CROSS / kind / program).stat().st_size / 1024
    print(f"{kind} {program}: {size:.0f} KiB")
    assert size <= of_the_page(root, f"`{program}`")[kind]


def peaks(board):
    """The largest figure of each process, in KiB."""
    lines = [line.split() for line in board.do("cat /run/peaks").splitlines()]
    found = {}
    worker = {parent for parent, user, _ in lines if user != "0"}
    for parent, user, size in lines:
        role = "worker" if user != "0" else "installer" if parent in worker else "front"
        found[role] = max(int(size), found.get(role, 0))
    return found


@pytest.mark.parametrize("kind", ["dynamic", "static"])
def test_an_update_needs_no_more_memory_than_the_page_says(boards, products, root, kind):
    board = boards("two-banks")
    if kind == "static":
        board.do("mv /usr/lib/cgi-bin/update-static /usr/lib/cgi-bin/update")
    # When it is activated the flash is written and read back; the worker may have ended then.
    board.do("sed -i 's#^probe = #activate = /usr/libexec/peaks\\nprobe = #; s#^command = .*#command"
             " = none#' /etc/ispup.conf")
    with Sending(board, products.image("V1.03.00", sizes=IMAGE)) as sending:
        sending.send_most()
        board.do("/usr/libexec/peaks")
        sending.send()
        assert sending.reply() == "OK\n"
    found = peaks(board)
    print(kind, found)
    assert set(found) == {"front", "worker", "installer"}
    for role, size in found.items():
        assert size <= of_the_page(root, role)[kind], role
