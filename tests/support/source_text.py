# SPDX-License-Identifier: Apache-2.0
"""The text of the tree, for tests about the tree: files that git knows, C without its comments."""

import re
import subprocess

TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.DOTALL)


def tracked(root, *folders):
    """Files that git knows (or would take), relative to the root."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z",
                             *folders], cwd=root, stdout=subprocess.PIPE, check=True)
    names = listed.stdout.decode().split("\0")
    return sorted({root / name for name in names if name and (root / name).is_file()})


def c_files(root, folder="src"):
    return [path for path in tracked(root, folder) if path.suffix in (".c", ".h")]


def blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    """Comments become blanks, so that lines and columns stay where they are."""
    return TOKEN.sub(lambda m: blank(m[0]) if m[0].startswith("/") else m[0], text)


def code_only(text):
    """Neither comments nor what stands in quotes."""
    return TOKEN.sub(lambda m: blank(m[0]) if m[0].startswith("/") else
                     m[0][0] + blank(m[0][1:-1]) + m[0][-1], text)


def places(pattern, text):
    """The line of each match, and the match."""
    return [(text.count("\n", 0, match.start()) + 1, match[0])
            for match in re.finditer(pattern, text)]
