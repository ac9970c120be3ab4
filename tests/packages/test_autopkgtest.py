# SPDX-License-Identifier: Apache-2.0
"""The tests of the installed packages, debian/tests."""

import re

from packaged import run


def test_every_test_of_the_installed_packages_passes(root, built, debs):
    [source] = built.folder.glob("*.dsc")
    said = run("autopkgtest", *debs.values(), source, "--", "null")
    listed = re.findall(r"(?m)^Tests: (.*)$", (root / "debian/tests/control").read_text())
    summary = said[said.rindex(" summary\n"):]
    assert re.findall(r"(?m)^(\S+) +PASS$", summary) == listed
