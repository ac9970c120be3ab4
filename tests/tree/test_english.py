# SPDX-License-Identifier: Apache-2.0
"""Five words that make a sentence hard to read are rare in comments and pages.

By hand: python3 tests/tree/test_english.py PATH...
prints a line for each file: counted words per 1,000, how many of how many, and their lines.
A PATH is a file or a folder. Without a PATH, every covered file is counted.
"""

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))

from source_text import TOKEN, blank, tracked  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent.parent

# "behind" often means "after", "where" often means "if" or "when", and the other three often
# replace a noun that would say who or what is meant.
COUNTED = {"behind", "where", "whoever", "nobody", "whatever"}

# Files and folders that must keep the limits.
COVERED = ("src", "tests", "docs", "README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGES.md")

LIMIT = 3  # in 1,000 words, over all
FILE_LIMIT = 6  # in 1,000 words, in one file
SMALL = 500  # words; in a smaller file a few counted words already exceed the limit

WORD = re.compile(r"[A-Za-z]\w*")
LICENCE = re.compile(r"SPDX-License-Identifier: \S+")


def comments(text):
    """Comments stay, code becomes blanks. A comment in a string is code."""
    kept, end = "", 0
    for token in TOKEN.finditer(text):
        is_comment = token[0].startswith("/")
        kept += blank(text[end:token.start()]) + (token[0] if is_comment else blank(token[0]))
        end = token.end()
    return kept + blank(text[end:])


def without(pattern, text):
    return re.sub(pattern, lambda match: blank(match[0]), text, flags=re.MULTILINE | re.DOTALL)


def without_literals(text):
    """Leaves out blocks between lines of three backquotes, and text in backquotes.

    Such a text may go on in the next line. It never crosses an empty line, so that a backquote
    without its pair hides no more than its own paragraph.
    """
    text = without(r"^[ \t]*```.*?^[ \t]*```[^\n]*", text)
    return without(r"`(?:[^`\n]|\n(?!\s*\n))*`", text)


def without_tables_of_texts(text):
    """Leaves out tables whose first column is `text` or `texts`: they list error texts."""
    return without(r"^\| *texts? *\|[^\n]*\n(?:\|[^\n]*(?:\n|\Z))*", text)


# What people read in a file, by its suffix. In a manual page (scdoc) a literal text is bold.
PROSE = {
    ".c": lambda text: without_literals(comments(text)),
    ".h": lambda text: without_literals(comments(text)),
    ".md": lambda text: without_literals(without_tables_of_texts(text)),
    ".scd": lambda text: without(r"\*[^*\n]+\*", without_literals(text)),
}


def words(text, suffix):
    """The words that are read, each with its line."""
    prose = PROSE[suffix](LICENCE.sub("", text))
    return [(number, word.lower())
            for number, line in enumerate(prose.splitlines(), 1) for word in WORD.findall(line)]


def files(root, paths):
    """C sources and headers in src and tests, pages and manual pages everywhere else."""
    for path in tracked(root, *paths):
        in_code = path.relative_to(root).parts[0] in ("src", "tests")
        if path.suffix in ((".c", ".h") if in_code else (".md", ".scd")):
            yield path


def per_thousand(count, total):
    return 1000 * count / total if total else 0.0


def counted(path):
    """How many words a file has, and those that are counted, with their lines."""
    found = words(path.read_text(), path.suffix)
    return len(found), [(line, word) for line, word in found if word in COUNTED]


def too_many(tallies):
    """What is past a limit, in `{name: (words, counted words)}`."""
    total, count = (sum(column) for column in zip(*tallies.values()))
    past = [name for name, (size, found) in tallies.items()
            if size > SMALL and per_thousand(found, size) > FILE_LIMIT]
    return past + (["over all"] if per_thousand(count, total) > LIMIT else [])


def test_counted_words_are_rare(root):
    tallies = {}
    for path in files(root, COVERED):
        size, found = counted(path)
        tallies[str(path.relative_to(root))] = (size, len(found))
    assert too_many(tallies) == []


def test_every_covered_path_has_words(root):
    empty = [path for path in COVERED
             if not sum(counted(file)[0] for file in files(root, [path]))]
    assert empty == []


@pytest.mark.parametrize("suffix, text, total, expected", [
    (".c", "/* Behind the reply: WHERE Nobody waits. */", 6, 3),
    (".c", "// whatever it is\nf(whoever); /* anywhere, behindhand, wherever */", 6, 1),
    (".c", "/* nobody's, somewhere-where */", 4, 2),
    (".h", "/*\n * Where `nobody`\n * stands `where\n * it is`.\n */", 2, 1),
    (".c", "puts(\"where /* nobody */\"); char c = '\"'; /* two words */", 2, 0),
    (".c", "/* SPDX-License-Identifier: Apache-2.0 */\n/* where */", 1, 1),
    (".c", "/* Mind the ` here. */\n\n/* whoever, whatever */ /* ` */", 5, 2),
    (".md", "Where `nobody` is.\n\n```\nwhere behind\n```\nbehind\n", 3, 2),
    (".md", "| text | when |\n|---|---|\n| `a` | nobody behind |\n\nwhatever\n", 1, 1),
    (".md", "| fault | said |\n|---|---|\n| nobody | where |\n", 4, 2),
    (".scd", "*nobody*\n\tRuns where _it_ can.\n", 4, 1),
    (".scd", "```\nwhere\n```\n*a* behind *b*\n", 1, 1),
])
def test_words_are_counted(suffix, text, total, expected):
    found = words(text, suffix)
    assert (len(found), sum(word in COUNTED for _, word in found)) == (total, expected)


def test_a_counted_word_is_told_with_its_line():
    found = words("int a; /* one */\n\nint b; /*\n * `x\n * y` behind\n */\n", ".c")
    assert found == [(1, "one"), (5, "behind")]


@pytest.mark.parametrize("tallies, past", [
    ({"a": (1000, 3), "b": (1000, 3)}, []),
    ({"a": (1000, 3), "b": (1000, 4)}, ["over all"]),
    ({"a": (501, 4), "b": (9000, 0)}, ["a"]),
    ({"a": (1000, 6), "b": (9000, 0)}, []),
    ({"a": (1000, 7), "b": (9000, 0)}, ["a"]),
    ({"a": (500, 9), "b": (9000, 0)}, []),
])
def test_limits_are_kept(tallies, past):
    assert too_many(tallies) == past


def test_this_test_sees_a_bad_text(tmp_path):
    bad = tmp_path / "bad.c"
    bad.write_text("/* Whoever stands behind it waits where nobody reads whatever comes. */\n")
    size, found = counted(bad)
    assert (size, [word for _, word in found]) == (
        10, ["whoever", "behind", "where", "nobody", "whatever"])
    assert too_many({"bad.c": (size, len(found))}) == ["over all"]


def main(paths):
    paths = [str(Path(path).resolve()) for path in paths]
    total, count = 0, 0
    for path in files(ROOT, paths or COVERED):
        size, found = counted(path)
        total, count = total + size, count + len(found)
        print(f"{per_thousand(len(found), size):5.1f} {len(found):4}/{size:<5} "
              f"{path.relative_to(ROOT)}", *(f"{line}:{word}" for line, word in found))
    print(f"{per_thousand(count, total):5.1f} {count:4}/{total:<5} over all")


if __name__ == "__main__":
    main(sys.argv[1:])
