# SPDX-License-Identifier: Apache-2.0
"""The figures of docs/porting.md: the sizes of the programs, and the memory of an update. The
page's figures may not be lower than the measured ones, and not much higher."""

import re

import pytest
from bed import CROSS
from sending import Sending

IMAGE = {"firmware": 6000000}
SPREAD = 100  # the kernel counts a process's pages in steps of some dozens


def of_the_page(root, name):
    """A row of the page's tables: its figures for the dynamic and the static programs, in KiB."""
    page = (root / "docs" / "porting.md").read_text()
    row = re.search(rf"(?m)^\| {name} \|(.*KiB.*)\|$", page)[1]
    sizes = re.findall(r" ([\d,]+) KiB ", row)
    return dict(zip(("dynamic", "static"), (int(size.replace(",", "")) for size in sizes)))


def check(found, said, spread=0):
    """All in KiB; `spread`: the difference between two runs on the same board."""
    assert found <= said <= found * 1.15 + spread


@pytest.mark.parametrize("program, kind", [
    ("ispupd", "dynamic"),
    *((program, kind) for program in ("update", "system", "ispup-camera")
      for kind in ("dynamic", "static")),
])
def test_the_programs_are_as_large_as_the_page_says(bed, root, program, kind):
    size = (CROSS / kind / program).stat().st_size / 1024
    print(f"{kind} {program}: {size:.0f} KiB")
    check(size, of_the_page(root, f"`{program}`")[kind])


def noted(text, program):
    """The records of guest/peaks for a program's processes: process, parent, user, KiB and ticks of
    processor time."""
    lines = [line.split() for line in text.splitlines()]
    return [(process, parent, user, (int(size), int(ticks)))
            for name, process, parent, user, size, ticks in lines if name == program]


def peaks(text, program, confined, top, others=None):
    """The largest figures of each process, in KiB and ticks, by its role. `confined` is the one
    without root's rights, `top` its parent, `others` what else that parent has forked. A process
    may be recorded at any moment: before it gives up root's rights, before it becomes another
    program, after its parent has ended. So what it is does not depend on one record."""
    lines = noted(text, program)
    roles = {process: confined for process, _, user, _ in lines if user != "0"}
    roles |= {parent: top for process, parent, *_ in lines if roles.get(process) == confined}
    for process, parent, *_ in lines:
        if others and process not in roles and roles.get(parent) == top:
            roles[process] = others
    found = {}
    for process, _, _, figures in lines:
        if process in roles:
            found[roles[process]] = tuple(map(max, figures, found.get(roles[process], (0, 0))))
    return found


def peaks_of_an_update(text):
    return peaks(text, "update", "worker", "front", "installer")


def test_a_process_is_known_at_each_of_its_moments():
    assert peaks_of_an_update("""\
update 145 140 0 650 3
update 146 145 0 1800 10
update 147 145 0 1060 0
update 147 145 65534 1200 40
update 145 140 0 660 3
update 146 1 0 1820 90
update 148 146 0 1060 0
""") == {"front": (660, 3), "worker": (1200, 40), "installer": (1820, 90)}


@pytest.mark.parametrize("kind", ["dynamic", "static"])
def test_an_update_needs_as_much_memory_as_the_page_says(boards, products, root, kind):
    board = boards("two-banks")
    if kind == "static":
        board.do("mv /usr/lib/cgi-bin/update-static /usr/lib/cgi-bin/update")
    # At activation the flash is written and read back; the worker may have ended by then.
    board.do("sed -i 's#^probe = #activate = /usr/libexec/peaks\\nprobe = #; s#^command = .*#command"
             " = none#' /etc/ispup.conf")
    with Sending(board, products.image("V1.03.00", sizes=IMAGE)) as sending:
        sending.send_most()
        board.do("/usr/libexec/peaks")
        sending.send()
        assert sending.reply() == "OK\n"
    found = peaks_of_an_update(board.do("cat /run/peaks"))
    print(kind, found)
    assert set(found) == {"front", "worker", "installer"}
    for role, (size, _) in found.items():
        check(size, of_the_page(root, role)[kind], SPREAD)


def test_ispupd_needs_as_much_memory_as_the_page_says(boards, products, root):
    board = boards("ispupd")
    board.do("sed -i 's#^command = .*#command = none#' /etc/ispup.conf")
    image = products.image("V1.03.00", sizes=IMAGE)
    assert board.curl("-k", "-F", f"URL_FIRMWARE_IMAGE=@{image.path}",
                      board.url("ISP_IMAGE_SAVE", scheme="https")) == "OK\n"
    board.do("/usr/libexec/peaks")
    found = peaks(board.do("cat /run/peaks"), "ispupd", "server", "broker")
    print(found)
    assert set(found) == {"broker", "server"}
    for role, (size, _) in found.items():
        check(size, of_the_page(root, role)["dynamic"], SPREAD)
