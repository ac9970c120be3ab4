# SPDX-License-Identifier: Apache-2.0
"""The least versions in docs/porting.md are those that Meson demands."""

import re

from source_text import tracked

NAMES = {"libmicrohttpd": "libmicrohttpd", "gnutls": "GnuTLS", "libseccomp": "libseccomp",
         "libcurl": "libcurl (`ispup`)", "sqlite3": "SQLite (`ispup`)",
         "jansson": "jansson (`ispup gateway`)"}


def demanded(root):
    """Each name with its least versions in all meson.build."""
    found = {}
    for path in tracked(root):
        if path.name == "meson.build":
            text = path.read_text()
            for name, version in re.findall(
                    r"dependency\('([\w.-]+)'[^)]*?version : '>=([\d.]+)'", text):
                found.setdefault(NAMES.get(name, name), set()).add(version)
            for version in re.findall(r"meson_version : '>=([\d.]+)'", text):
                found.setdefault("Meson", set()).add(version)
    return found


def test_the_page_names_what_is_demanded(root):
    page = (root / "docs" / "porting.md").read_text()
    table = page.split("| needs | at least | tested with |")[1].split("\n\n")[0]
    rows = dict(re.findall(r"(?m)^\| ([^|]+) \| ([^|]+) \|", table))
    assert set(NAMES.values()) <= set(demanded(root))
    for name, versions in demanded(root).items():
        assert versions == {rows.get(name)}, f"{name}: a row of docs/porting.md"
