# SPDX-License-Identifier: Apache-2.0
"""docs/protocol.md lists the texts that a camera answers, and the sources have exactly these."""

import re

import pytest
from source_text import c_files, without_comments

LAYERS = ("protocol", "image", "camera", "update", "ispupd")

# Only the release engineer or the operator runs these: they read what a camera sends.
HOST_ONLY = {
    "image/build.c", "image/writer.c", "image/signing.c", "image/descriptor_format.c",
    "image/pem.c", "image/gzip_writer.c", "image/archive_format.c", "protocol/page.c",
    "protocol/status.c",
}

# Their texts name faults of the machine or its files, and are not listed one by one.
FREE_KINDS = {"ERROR_INTERNAL", "ERROR_CONFIGURATION", "ERROR_USAGE", "ERROR_NONE"}

CALL = re.compile(r"\berror_(set|system)\s*\(")
STRING = re.compile(r'"((?:\\.|[^"\\])*)"')
CONVERSION = re.compile(r"%[-+ 0#]*(?:\*|\d+)?(?:\.(?:\*|\d+))?(?:hh|h|ll|l|z|j)?[a-zA-Z]")
PLACEHOLDER = re.compile(r"<[^<>]*>")
ANY = "\0"


def arguments(text, at):
    """The arguments of a call, split at its commas; `at` is the place after its parenthesis."""
    depth, begin, found = 0, at, []
    while True:
        string = STRING.match(text, at)
        if string:
            at = string.end()
            continue
        if text[at] == "," and depth == 0 or text[at] == ")" and depth == 0:
            found.append(text[begin:at].strip())
            begin = at + 1
            if text[at] == ")":
                return found
        depth += (text[at] in "([{") - (text[at] in ")]}")
        at += 1


def format_of(argument):
    """The text of a format; ANY replaces everything that a conversion or a macro fills in."""
    plain = STRING.sub(lambda m: "\1" + m[1] + "\1", argument)
    outside = True
    text = ""
    for piece in plain.split("\1"):
        text += (ANY if piece.strip() else "") if outside else piece
        outside = not outside
    text = text.replace(r"\"", '"').replace("%%", "%")
    # A macro for a length (PRIu64) ends one literal in the middle of a conversion.
    return re.sub(ANY + "+", ANY, CONVERSION.sub(ANY, text.replace("%" + ANY, ANY)))


def made_texts(path, root):
    text = without_comments(path.read_text())
    for call in CALL.finditer(text):
        given = arguments(text, call.end())
        if len(given) > 2 and STRING.search(given[2]) and given[1] not in FREE_KINDS:
            made = format_of(given[2]) + (": " + ANY if call[1] == "system" else "")
            if made.strip(ANY + "%: \""):
                line = text.count("\n", 0, call.start()) + 1
                yield f"{path.relative_to(root)}:{line}", made


def is_camera_file(path, root):
    name = str(path.relative_to(root / "src"))
    return name.split("/")[0] in LAYERS and name not in HOST_ONLY


def listed_texts(page):
    section = page.split("\n## Every ERROR text\n")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    return [re.match(r"\| `([^`]*)` \|", row)[1] for row in rows]


def as_pattern(text, placeholder):
    return ".+".join(re.escape(piece) for piece in re.split(placeholder, text))


def is_listed(made, listed):
    """The text itself, or after the prefix of a caller."""
    pattern = re.compile("(<[^<>]*>: |ISP-Image.desc: )*" + as_pattern(made, ANY))
    return any(pattern.fullmatch(text) for text in listed)


def literals_of(path):
    """The quoted text; adjacent strings are joined."""
    text = re.sub(r'"\s*"', "", without_comments(path.read_text()))
    return [found[1] for found in STRING.finditer(text)]


def is_made(listed, made, literals):
    """Made by one call, or of pieces in a table and a call."""
    telling = [text for text in made if len(text.replace(ANY, "")) >= 10]
    if any(is_listed(text, [listed]) for text in telling):
        return True
    pieces = re.split(r"<[^<>]*>|: | is | has |ISP-Image\.desc", listed)
    return all(any(piece.strip() in literal for literal in literals) for piece in pieces)


@pytest.fixture(name="listed")
def listed_fixture(root):
    return listed_texts((root / "docs" / "protocol.md").read_text())


def test_every_text_that_can_be_answered_is_listed(root, listed):
    missing = {place: made.replace(ANY, "<>")
               for path in c_files(root) if is_camera_file(path, root)
               for place, made in made_texts(path, root) if not is_listed(made, listed)}
    assert missing == {}


def test_every_listed_text_is_made_somewhere(root, listed):
    files = [path for path in c_files(root) if is_camera_file(path, root)]
    made = [text for path in files for _, text in made_texts(path, root)]
    literals = [literal for path in files for literal in literals_of(path)]
    assert [text for text in listed if not is_made(text, made, literals)] == []


def test_no_text_is_listed_twice(listed):
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("source, made", [
    ('error_set(err, ERROR_IMAGE, "a: %s is %.*s", x, f(1, 2))', f"a: {ANY} is {ANY}"),
    ('error_set(err, ERROR_IMAGE, "has %" PRIu64 " bytes", x)', f"has {ANY} bytes"),
    ('error_set(err, ERROR_IMAGE, "no " NAME " in it")', f"no {ANY} in it"),
    ('error_system(&err, ERROR_FLASH, "writing")', f"writing: {ANY}"),
])
def test_this_test_reads_a_call(tmp_path, source, made):
    path = tmp_path / "x.c"
    path.write_text(f"/* error_set(err, ERROR_IMAGE, \"no\") */ return {source};\n")
    assert [text for _, text in made_texts(path, tmp_path)] == [made]


@pytest.mark.parametrize("made, is_there", [
    (f"a: {ANY} is {ANY}", True), (f"{ANY} is {ANY}", True), (f"a: {ANY}", True),
    (f"a: {ANY} was {ANY}", False), ("a: x is y", False),
])
def test_this_test_finds_a_text_in_the_table(made, is_there):
    assert is_listed(made, ["a: <name> is <name>"]) == is_there


@pytest.mark.parametrize("listed, is_there", [
    ("a: <name> is larger", True), ("b: <name> is larger", False), ("<name> is gone", True),
    ("<name> is here", False),
])
def test_this_test_finds_a_text_in_the_sources(listed, is_there):
    assert is_made(listed, [f"a: {ANY} is larger", f"{ANY} is {ANY}"], ["gone"]) == is_there
