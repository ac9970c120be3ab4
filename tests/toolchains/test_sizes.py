# SPDX-License-Identifier: Apache-2.0
"""The sizes of docs/porting.md for musl and for each machine of make cross: as large as the page
says, and not much smaller."""

import re

import pytest


def of_the_page(root, toolchain):
    """The figures of a row in KiB: `update`, `system`, `ispup-camera`."""
    page = (root / "docs" / "porting.md").read_text()
    row = re.search(rf"(?m)^\| {re.escape(toolchain)} \|(.*)\|$", page)[1]
    return [int(size.replace(",", "")) for size in re.findall(r" ([\d,]+) ", row)]


def test_the_programs_are_as_large_as_the_page_says(toolchain, root):
    if toolchain.programs is None:
        pytest.skip("an ordinary build, not stripped")
    if toolchain.name.startswith("arm-linux-gnueabihf"):
        pytest.skip("tests/qemu measures these")
    said = of_the_page(root, toolchain.name)
    found = [(toolchain.programs / name).stat().st_size / 1024
             for name in ("update", "system", "ispup-camera")]
    print(toolchain.name, [f"{size:.0f}" for size in found])
    assert len(said) == 3
    for size, most in zip(found, said):
        assert size <= most <= size * 1.15
