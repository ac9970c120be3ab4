# SPDX-License-Identifier: Apache-2.0
"""The figures of docs/porting.md: how large the programs are, and how much memory an update takes.
The page may say no less than is found, and not much more.
"""

import re

import pytest
from bed import CROSS
from sending import Sending

IMAGE = {"firmware": 6000000}
SPREAD = 100  # the kernel counts the pages of a process by dozens


def of_the_page(root, name):
    """A row of the page's tables: what it says of the dynamic and the static programs, in KiB."""
    page = (root / "docs" / "porting.md").read_text()
    row = re.search(rf"(?m)^\| {name} \|(.*KiB.*)\|$", page)[1]
    sizes = re.findall(r" ([\d,]+) KiB ", row)
    return dict(zip(("dynamic", "static"), (int(size.replace(",", "")) for size in sizes)))


def check(found, said, spread=0):
    """All in KiB; `spread`: what differs between two times on the same board."""
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


def noted(board, program):
    """What guest/peaks has noted of a program's processes: parent, user, KiB."""
    lines = [line.split() for line in board.do("cat /run/peaks").splitlines()]
    return [(parent, user, int(size)) for name, parent, user, size in lines if name == program]


def peaks(board):
    """The largest figure of each process of an update, in KiB."""
    lines = noted(board, "update")
    found = {}
    worker = {parent for parent, user, _ in lines if user != "0"}
    for parent, user, size in lines:
        role = "worker" if user != "0" else "installer" if parent in worker else "front"
        found[role] = max(size, found.get(role, 0))
    return found


@pytest.mark.parametrize("kind", ["dynamic", "static"])
def test_an_update_needs_as_much_memory_as_the_page_says(boards, products, root, kind):
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
        check(size, of_the_page(root, role)[kind], SPREAD)


def test_ispupd_needs_as_much_memory_as_the_page_says(boards, products, root):
    board = boards("ispupd")
    board.do("sed -i 's#^command = .*#command = none#' /etc/ispup.conf")
    image = products.image("V1.03.00", sizes=IMAGE)
    assert board.curl("-k", "-F", f"URL_FIRMWARE_IMAGE=@{image.path}",
                      board.url("ISP_IMAGE_SAVE", scheme="https")) == "OK\n"
    board.do("/usr/libexec/peaks")
    lines = noted(board, "ispupd")
    found = {role: max(size for _, user, size in lines if (user == "0") == (role == "broker"))
             for role in ("broker", "server")}
    print(found)
    for role, size in found.items():
        check(size, of_the_page(root, role)["dynamic"], SPREAD)
