# SPDX-License-Identifier: Apache-2.0
"""The texts of the tree, for tests about the tree: its files, C without its comments."""

import os
import re
import subprocess
from pathlib import Path

TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.DOTALL)


# What .gitignore names. A release archive has no .git that could tell.
MADE_AT_THE_TOP = re.compile(r"build(-.*)?|demo")
MADE_ANYWHERE = ("__pycache__", ".pytest_cache")


def tracked(root, *folders):
    """Files that git knows or would add; in an unpacked release archive all that were not made
    there."""
    return listed_by_git(root, *folders) if (root / ".git").exists() else found(root, *folders)


def listed_by_git(root, *folders):
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z",
                             *folders], cwd=root, stdout=subprocess.PIPE, check=True)
    names = listed.stdout.decode().split("\0")
    return sorted({root / name for name in names if name and (root / name).is_file()})


def found(root, *paths):
    wanted = {root / path for path in paths} or {root}
    files = set()
    for place, inside, names in os.walk(root):
        inside[:] = [name for name in inside if name not in MADE_ANYWHERE and
                     not (Path(place) == root and MADE_AT_THE_TOP.fullmatch(name))]
        files |= {Path(place) / name for name in names}
    return sorted(path for path in files
                  if path.is_file() and wanted & {path, *path.parents})


def c_files(root, folder="src"):
    return [path for path in tracked(root, folder) if path.suffix in (".c", ".h")]


def blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    """Comments become blanks, so that line and column numbers do not change."""
    return TOKEN.sub(lambda m: blank(m[0]) if m[0].startswith("/") else m[0], text)


def code_only(text):
    """The code without comments and without quoted text."""
    return TOKEN.sub(lambda m: blank(m[0]) if m[0].startswith("/") else
                     m[0][0] + blank(m[0][1:-1]) + m[0][-1], text)


def places(pattern, text):
    """The line number of each match, and the match."""
    return [(text.count("\n", 0, match.start()) + 1, match[0])
            for match in re.finditer(pattern, text)]
